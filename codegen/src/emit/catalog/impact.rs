//! Impact as tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::Index;
use super::call::{assignments, call};
use super::data::{array, json, option, text, word};
use super::tool::paging;
use crate::manifest::{Count, Hop, Impact, Projects};

pub(super) fn projects(projects: &Projects, index: &Index<'_>) -> TokenStream {
    let named = hop(&projects.named, index);
    let issues = count(&projects.issues, index);
    let Projects { key, name, .. } = projects;
    quote!(Projects { named: #named, key: #key, name: #name, issues: #issues })
}

pub(super) fn impact(impact: &Impact, index: &Index<'_>) -> TokenStream {
    let Impact { kind, what, .. } = impact;
    let walk = array(&impact.walk, |one| hop(one, index));
    let counts = array(&impact.counts, |(name, one)| {
        let one = count(one, index);
        quote!((#name, #one))
    });
    let untold = option(impact.untold.as_ref(), text);
    quote! {
        Impact {
            kind: #kind,
            what: #what,
            walk: #walk,
            counts: #counts,
            untold: #untold,
        }
    }
}

fn hop(hop: &Hop, index: &Index<'_>) -> TokenStream {
    let made = call(&hop.call, index);
    let paging = paging(&hop.paging);
    let at = &hop.at;
    let id = option(hop.id.as_ref(), text);
    let keep = assignments(&hop.keep);
    let everywhere = option(hop.everywhere.as_ref(), |(at, value)| {
        let value = json(value);
        quote!((#at, #value))
    });
    let each = word("Each", hop.each);
    quote! {
        Hop {
            call: #made,
            paging: #paging,
            at: #at,
            id: #id,
            keep: #keep,
            everywhere: #everywhere,
            each: #each,
        }
    }
}

fn count(count: &Count, index: &Index<'_>) -> TokenStream {
    let made = call(&count.call, index);
    let at = &count.at;
    quote!(Count { call: #made, at: #at })
}
