//! Reads the manifest: strict, every key known, all faults at once.

mod call;
mod impact;
mod steps;
mod tasks;
mod tool;
mod traces;

use super::enums::Credential;
use super::fields::{Fields, Sink};
use super::line::Lines;
use super::model::{Group, Manifest, Spanned, Unavailable};
use super::node::{Kind, Node};
use crate::problem::{Problem, Problems};

/// Name of the manifest inside the workspace.
pub const FILE: &str = "tool-manifest.toml";

/// Reads the text of a manifest.
///
/// # Errors
/// Every key that is unknown, missing or of the wrong kind, with its line.
pub fn parse(text: &str) -> Result<Manifest, Problems> {
    let sink = Sink::default();
    let manifest = parse_into(text, &sink);
    Problems(sink.0.into_inner()).into_result()?;
    Ok(manifest)
}

/// As [`parse`], but gives what could be read and tells the faults to the sink.
pub(super) fn parse_into(text: &str, sink: &Sink) -> Manifest {
    let lines = Lines::of(text);
    let document = match toml_edit::Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            sink.0.borrow_mut().push(Problem {
                file: FILE.to_owned(),
                line: error.span().map_or(0, |span| lines.at(span.start)),
                what: error.message().trim().replace('\n', " "),
                why: "the manifest is not TOML".to_owned(),
                mend: "correct the syntax".to_owned(),
            });
            return Manifest::default();
        }
    };
    let root = Node::of_document(document.as_table(), &lines);
    let Some(mut fields) = Fields::of(&root, "the manifest", sink) else {
        return Manifest::default();
    };
    let manifest = Manifest {
        groups: groups(&mut fields, sink),
        schemas: fields.values("schema"),
        synonyms: synonyms(&mut fields, sink),
        tasks: tasks::tasks(&mut fields, sink),
        has_projects: fields.node("projects").is_some(),
        projects: fields
            .node("projects")
            .and_then(|node| impact::projects(node, sink)),
        impacts: fields
            .open("impact")
            .unwrap_or_default()
            .iter()
            .filter_map(|entry| impact::impact(entry, sink))
            .collect(),
        tools: items(&mut fields, "tool")
            .iter()
            .filter_map(|node| tool::tool(node, sink))
            .collect(),
        unavailable: items(&mut fields, "unavailable")
            .iter()
            .filter_map(|node| unavailable(node, sink))
            .collect(),
    };
    fields.finish();
    manifest
}

fn items<'a>(fields: &mut Fields<'a>, key: &'static str) -> &'a [Node] {
    match fields.node(key).map(|node| &node.kind) {
        Some(Kind::Array(items)) => items,
        _ => &[],
    }
}

fn groups(fields: &mut Fields<'_>, sink: &Sink) -> Vec<Group> {
    let entries = fields.open("group").unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| {
            let mut fields = Fields::of(&entry.node, format!("group `{}`", entry.key), sink)?;
            let title = fields.must("title");
            fields.must("credential");
            let credential = fields.word("credential", Credential::WORDS);
            fields.finish();
            Some(Group {
                name: Spanned::new(entry.line, entry.key.clone()),
                title,
                credential: credential.map_or(Credential::Local, |credential| credential.value),
            })
        })
        .collect()
}

/// The table of synonyms: each key a word, each value the words that it stands for.
fn synonyms(fields: &mut Fields<'_>, sink: &Sink) -> Vec<(Spanned<String>, Vec<Spanned<String>>)> {
    let Some(node) = fields.node("synonyms") else {
        return Vec::new();
    };
    let Some(fields) = Fields::of(node, "`synonyms`", sink) else {
        return Vec::new();
    };
    fields.each_texts()
}

fn unavailable(node: &Node, sink: &Sink) -> Option<Unavailable> {
    let mut fields = Fields::of(node, "an unavailable name", sink)?;
    let entry = Unavailable {
        aliases: fields.texts("alias").unwrap_or_default(),
        why: fields.must("why"),
        instead: fields.must("instead"),
        tool: fields.text("tool"),
    };
    if entry.aliases.is_empty() {
        sink.tell(
            node.line,
            "an unavailable entry has no `alias`",
            "nobody could ask for it",
            "add `alias = [\"...\"]`",
        );
    }
    fields.finish();
    Some(entry)
}
