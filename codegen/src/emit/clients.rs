//! The typed clients: one module per document, made by progenitor from the lowered document.

mod fault;
mod method;
mod module;
mod rewrite;
mod shell;
mod types;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use typify::UnknownPolicy;

use crate::lower::{Lowered, lower};
use crate::problem::Problems;
use crate::spec::{Document, select};

pub use method::{Method, Parameter, Place};

/// The client of one document.
pub struct Client {
    /// The document's name, such as `jira-platform`.
    pub api: String,
    /// The Rust module's name, such as `jira_platform`.
    pub module: String,
    /// The generated methods, in the order of the document.
    pub methods: Vec<Method>,
    /// The module's items.
    items: Vec<syn::Item>,
}

impl Client {
    /// The module as Rust source.
    pub fn print(&self) -> String {
        module::print(self)
    }
}

/// Generates the client of the operations `ids` of `document`.
///
/// # Errors
/// A problem for each operation that cannot be generated, named.
pub fn client(document: &Document, ids: &BTreeSet<String>) -> Result<Client, Problems> {
    attempt(document, ids).map_err(|why| fault::name(document, ids, &why))
}

/// One run over the selected operations; the error says what stopped it, not yet where.
fn attempt(document: &Document, ids: &BTreeSet<String>) -> Result<Client, String> {
    let selected = select(document, ids);
    let lowered = lower(&selected.root)?;
    let tokens = fault::caught(|| generate(&lowered.openapi))?;
    assemble(&document.api, &lowered, tokens)
}

fn generate(openapi: &OpenAPI) -> Result<TokenStream, String> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_inner_type(quote!(crate::Session))
        .with_hooks(HooksMode::Expected)
        .with_map_type("::std::collections::BTreeMap")
        .with_unknown_crates(UnknownPolicy::Allow);
    Generator::new(&settings)
        .generate_tokens(openapi)
        .map_err(|error| error.to_string())
}

fn assemble(api: &str, lowered: &Lowered, tokens: TokenStream) -> Result<Client, String> {
    let file: syn::File = syn::parse2(tokens).map_err(|error| error.to_string())?;
    let (items, methods) = module::assemble(api, lowered, file)?;
    Ok(Client {
        api: api.to_owned(),
        module: api.replace('-', "_"),
        methods,
        items,
    })
}
