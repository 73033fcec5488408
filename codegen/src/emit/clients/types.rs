//! Tidies the types that typify wrote: no prose, names as they are on the wire, and none of the
//! conversions that nothing uses.

use std::collections::BTreeSet;

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::quote;
use syn::{Item, ItemImpl, parse_quote};

use crate::lower::without_mark;

/// The types without their schemas as prose and without the conversions that nothing uses.
pub(super) fn types(mut module: syn::ItemMod) -> Result<syn::ItemMod, String> {
    module.attrs =
        vec![parse_quote!(#[doc = " The documented shapes of parameters, bodies and answers."])];
    let Some((brace, items)) = module.content.take() else {
        return Ok(module);
    };
    let mut kept = Vec::with_capacity(items.len());
    let mut names = BTreeSet::new();
    for mut item in items {
        match &mut item {
            Item::Struct(definition) => {
                unmark(&mut definition.attrs);
                definition
                    .fields
                    .iter_mut()
                    .for_each(|field| unmark(&mut field.attrs));
                new_name(&mut names, &definition.ident)?;
            }
            Item::Enum(definition) => {
                unmark(&mut definition.attrs);
                definition
                    .variants
                    .iter_mut()
                    .for_each(|variant| unmark(&mut variant.attrs));
                new_name(&mut names, &definition.ident)?;
            }
            Item::Impl(block) if is_unused(block) => continue,
            _ => {}
        }
        kept.push(item);
    }
    module.content = Some((brace, kept));
    Ok(module)
}

fn new_name(names: &mut BTreeSet<String>, name: &syn::Ident) -> Result<(), String> {
    if names.insert(name.to_string()) {
        Ok(())
    } else {
        Err(format!("two types {name}"))
    }
}

/// `TryFrom` several string types, and `From` a reference to itself.
fn is_unused(block: &ItemImpl) -> bool {
    let Some((_, path, _)) = &block.trait_ else {
        return false;
    };
    let last = path.segments.last();
    last.is_some_and(|segment| {
        let arguments = &segment.arguments;
        segment.ident == "TryFrom"
            || segment.ident == "From" && quote!(#arguments).to_string().starts_with("< &")
    })
}

/// Drops the prose and gives renamed fields the name on the wire.
fn unmark(attributes: &mut Vec<syn::Attribute>) {
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    for attribute in attributes {
        if let syn::Meta::List(list) = &mut attribute.meta
            && list.path.is_ident("serde")
        {
            list.tokens = unmark_literals(std::mem::take(&mut list.tokens));
        }
    }
}

fn unmark_literals(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Literal(literal) => {
                let text = syn::parse_str::<syn::LitStr>(&literal.to_string());
                match text {
                    Ok(text) => TokenTree::Literal(Literal::string(without_mark(&text.value()))),
                    Err(_) => TokenTree::Literal(literal),
                }
            }
            TokenTree::Group(group) => TokenTree::Group(Group::new(
                group.delimiter(),
                unmark_literals(group.stream()),
            )),
            other => other,
        })
        .collect()
}
