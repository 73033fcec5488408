//! The catalogue as Rust source: constant data of the types in the server's `catalog::model`.

mod call;
mod data;
mod impact;
mod operation;
mod steps;
mod tasks;
mod tool;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::manifest::{Checked, Group, Unavailable};
use data::{array, option, text, word};

/// Positions of the operations in the table, by key.
type Index<'a> = BTreeMap<&'a str, usize>;

/// The source of the table: `GROUPS`, `OPERATIONS`, `TASKS`, `PROJECTS`, `IMPACTS`, `TOOLS`, `SYNONYMS` and `UNAVAILABLE`. The including module
/// brings the types of the model into scope.
pub fn print(checked: &Checked) -> String {
    let index: Index<'_> = checked
        .operations
        .iter()
        .enumerate()
        .map(|(at, operation)| (operation.key.as_str(), at))
        .collect();
    let groups = array(&checked.groups, group);
    let operations = array(&checked.operations, operation::operation);
    let projects = option(checked.projects.as_ref(), |one| {
        impact::projects(one, &index)
    });
    let impacts = array(&checked.impacts, |one| impact::impact(one, &index));
    let kinds: Index<'_> = checked
        .impacts
        .iter()
        .enumerate()
        .map(|(at, impact)| (impact.kind.as_str(), at))
        .collect();
    let tools = array(&checked.tools, |one| {
        tool::tool(one, &checked.tasks, &index, &kinds)
    });
    let tasks = array(&checked.tasks, |one| tasks::style(one, &index));
    let synonyms = array(&checked.synonyms, |(word, means)| {
        let means = array(means, text);
        quote!((#word, #means))
    });
    let unavailable = array(&checked.unavailable, unavailable);
    let file = quote! {
        /// Families of tools, in the order of the manifest.
        pub static GROUPS: &[Group] = #groups;
        /// Every operation that a tool, a preview or an undo calls, sorted by key.
        pub static OPERATIONS: &[Operation] = #operations;
        /// How work that goes on at Atlassian is followed, in the order of the manifest.
        pub static TASKS: &[TaskStyle] = #tasks;
        /// How projects that a change reaches are named, and their issues counted.
        pub static PROJECTS: Option<Projects> = #projects;
        /// What a change of shared configuration reaches, by kind of target.
        pub static IMPACTS: &[Impact] = #impacts;
        /// Every tool, in the order of the manifest.
        pub static TOOLS: &[Tool] = #tools;
        /// Words of a question and the words of the catalogue that they stand for, sorted.
        pub static SYNONYMS: &[(&str, &[&str])] = #synonyms;
        /// Names that Atlassian has no operation for.
        pub static UNAVAILABLE: &[Unavailable] = #unavailable;
    };
    // What is printed here is made of literals and paths alone, and parses.
    syn::parse2(file).map_or_else(
        |error| error.to_compile_error().to_string(),
        |file| prettyplease::unparse(&file),
    )
}

fn group(group: &Group) -> TokenStream {
    let (name, title) = (&group.name, &group.title);
    let credential = word("Credential", group.credential);
    quote!(Group { name: #name, title: #title, credential: #credential })
}

fn unavailable(entry: &Unavailable) -> TokenStream {
    let aliases = array(&entry.aliases, text);
    let (why, instead) = (&entry.why, &entry.instead);
    let tool = option(entry.tool.as_ref(), text);
    quote!(Unavailable { aliases: #aliases, why: #why, instead: #instead, tool: #tool })
}
