//! The glue: one function an operation, made from the signature of the generated method, that takes
//! the arguments out of a call, makes it and gives the raw answer.

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Expr, Type, parse_quote};

use super::clients::{Client, Method, Parameter, Place};

/// The glue of all clients as Rust source, for inclusion in a module of the SDK's `call`.
pub fn print(clients: &[Client]) -> String {
    let mut keys: Vec<(String, TokenStream)> = clients
        .iter()
        .flat_map(|client| {
            let module = format_ident!("{}", client.module);
            client.methods.iter().map(move |method| {
                let name = &method.name;
                (
                    format!("{}:{}", client.api, method.id),
                    quote!(#module::#name),
                )
            })
        })
        .collect();
    keys.sort_by(|one, other| one.0.cmp(&other.0));
    let operations = keys.iter().map(|(key, _)| key);
    let arms = keys
        .iter()
        .map(|(key, function)| quote!(#key => #function(session, given)));
    let modules = clients.iter().map(module);
    let file: syn::File = parse_quote! {
        use futures::future::BoxFuture;

        use super::answer::Answer;
        use super::arguments::Arguments;
        use super::error::CallError;
        use crate::Session;

        /// A call under way.
        type Calling<'a> = BoxFuture<'a, Result<Answer, CallError>>;

        /// The operations in this build, sorted.
        pub(super) const OPERATIONS: &[&str] = &[#(#operations),*];

        /// Begins the call of the operation `api:id`; nothing when there is no such operation.
        #[allow(clippy::too_many_lines, unused_variables, reason = "generated: an arm per operation")]
        pub(super) fn dispatch<'a>(
            session: &'a Session,
            operation: &str,
            given: &'a Arguments,
        ) -> Option<Calling<'a>> {
            let calling = match operation {
                #(#arms,)*
                _ => return None,
            };
            #[allow(unreachable_code, reason = "generated: there may be no operation")]
            Some(calling)
        }

        #(#modules)*
    };
    prettyplease::unparse(&file)
}

fn module(client: &Client) -> syn::Item {
    let name = format_ident!("{}", client.module);
    let functions = client.methods.iter().map(function);
    parse_quote! {
        #[allow(
            clippy::all,
            clippy::pedantic,
            unused_imports,
            reason = "generated from the signatures of the client"
        )]
        mod #name {
            use super::super::answer::answer;
            use super::{Arguments, Calling, Session};
            use crate::#name::{Client, types};

            #(#functions)*
        }
    }
}

fn function(method: &Method) -> TokenStream {
    let name = &method.name;
    let doc = format!(" `{} {}`", method.http, method.path);
    let known = method
        .parameters
        .iter()
        .filter(|parameter| !is_body(parameter))
        .map(|parameter| key(method, parameter));
    let takes_body = method.parameters.iter().any(is_body);
    let decoded = method
        .parameters
        .iter()
        .map(|parameter| decode(method, parameter));
    let passed = method.parameters.iter().map(pass);
    quote! {
        #[doc = #doc]
        pub(super) fn #name<'a>(session: &'a Session, given: &'a Arguments) -> Calling<'a> {
            Box::pin(async move {
                given.only(&[#(#known),*], #takes_body)?;
                #(#decoded)*
                answer(Client::new(session).#name(#(#passed),*).await).await
            })
        }
    }
}

fn is_body(parameter: &Parameter) -> bool {
    matches!(parameter.place, Place::Body | Place::RawBody)
}

/// The name of a parameter in a call: its published name, with its place where two share one.
fn key(method: &Method, parameter: &Parameter) -> String {
    let wire = &parameter.wire;
    let shared = method
        .parameters
        .iter()
        .filter(|other| !is_body(other) && other.wire == *wire)
        .count();
    if shared < 2 {
        return wire.clone();
    }
    match parameter.place {
        Place::Path => format!("path.{wire}"),
        Place::Header => format!("header.{wire}"),
        _ => format!("query.{wire}"),
    }
}

fn decode(method: &Method, parameter: &Parameter) -> TokenStream {
    let name = &parameter.name;
    let key = key(method, parameter);
    let optional = parameter.optional();
    let owned = owned(optional.unwrap_or(&parameter.kind));
    match (parameter.place, optional.is_some()) {
        (Place::Body, false) => quote!(let #name = given.body()?;),
        (Place::Body, true) => quote!(let #name = given.body_if_given();),
        (Place::RawBody, _) => quote!(let #name = given.raw_body()?;),
        (Place::Path, _) => quote!(let #name: #owned = given.path(#key)?;),
        (_, false) => quote!(let #name: #owned = given.required(#key)?;),
        (_, true) => quote!(let #name: Option<#owned> = given.optional(#key)?;),
    }
}

/// The type that a borrowed argument is borrowed from.
fn owned(kind: &Type) -> Type {
    match kind {
        Type::Reference(reference) if is_str(&reference.elem) => parse_quote!(String),
        Type::Reference(reference) => (*reference.elem).clone(),
        other => other.clone(),
    }
}

fn pass(parameter: &Parameter) -> Expr {
    let name = &parameter.name;
    match (parameter.optional(), &parameter.kind) {
        (Some(Type::Reference(inner)), _) if is_str(&inner.elem) => parse_quote!(#name.as_deref()),
        (Some(Type::Reference(_)), _) => parse_quote!(#name.as_ref()),
        (None, Type::Reference(_)) => parse_quote!(&#name),
        _ => parse_quote!(#name),
    }
}

fn is_str(kind: &Type) -> bool {
    matches!(kind, Type::Path(path) if path.path.is_ident("str"))
}
