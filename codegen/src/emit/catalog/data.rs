//! Plain data as tokens.

use std::fmt::Debug;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;

use super::Index;

/// `&[..]`.
pub(super) fn array<T>(items: &[T], one: impl FnMut(&T) -> TokenStream) -> TokenStream {
    let items = items.iter().map(one);
    quote!(&[#(#items),*])
}

/// `Some(..)` or `None`.
pub(super) fn option<T>(value: Option<&T>, one: impl FnOnce(&T) -> TokenStream) -> TokenStream {
    value
        .map(one)
        .map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

/// A string.
pub(super) fn text(text: &String) -> TokenStream {
    text.to_token_stream()
}

/// JSON as the text of a string.
pub(super) fn json(value: &Value) -> TokenStream {
    value.to_string().to_token_stream()
}

/// Pairs of strings.
pub(super) fn pairs(pairs: &[(String, String)]) -> TokenStream {
    array(pairs, |(one, other)| quote!((#one, #other)))
}

/// Pairs of a string and JSON text.
pub(super) fn constants(pairs: &[(String, Value)]) -> TokenStream {
    array(pairs, |(at, value)| {
        let value = json(value);
        quote!((#at, #value))
    })
}

/// A variant without fields, of the same name here and in the model.
pub(super) fn word(of: &str, variant: impl Debug) -> TokenStream {
    let of = format_ident!("{of}");
    let variant = format_ident!("{}", format!("{variant:?}"));
    quote!(#of::#variant)
}

/// A reference to an operation of the table.
pub(super) fn operation(key: &str, index: &Index<'_>) -> TokenStream {
    let at = index.get(key).copied().unwrap_or(usize::MAX);
    let at = proc_macro2::Literal::usize_unsuffixed(at);
    quote!(&OPERATIONS[#at])
}
