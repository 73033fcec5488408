//! Sources, calls and projections as tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::Index;
use super::data::{array, constants, json, operation, option, pairs, text, word};
use crate::manifest::{Assignments, Bind, Call, CallBody, Joined, Keyed, Projection, Read, Source};

pub(super) fn source(from: &Source) -> TokenStream {
    match from {
        Source::Argument(name) => quote!(Source::Argument(#name)),
        Source::ArgumentAt(name, at) => quote!(Source::ArgumentAt(#name, #at)),
        Source::Array(items) => {
            let items = array(items, source);
            quote!(Source::Array(#items))
        }
        Source::Object(members) => {
            let members = array(members, |(name, value)| {
                let (name, value) = (source(name), source(value));
                quote!((#name, #value))
            });
            quote!(Source::Object(#members))
        }
        Source::Negated(name) => quote!(Source::Negated(#name)),
        Source::Constant(value) => {
            let value = json(value);
            quote!(Source::Constant(#value))
        }
        Source::Joined(joined) => {
            let of = source(&joined.of);
            let Joined {
                before,
                between,
                after,
                ..
            } = joined.as_ref();
            quote! {
                Source::Joined(&Joined {
                    of: #of,
                    before: #before,
                    between: #between,
                    after: #after,
                })
            }
        }
        Source::Turned(turned) => {
            let of = source(&turned.of);
            let into = array(&turned.into, |(word, to)| {
                let to = json(to);
                quote!((#word, #to))
            });
            quote!(Source::Turned(&Turned { of: #of, into: #into }))
        }
        Source::Before(at) => quote!(Source::Before(#at)),
        Source::After(at) => quote!(Source::After(#at)),
        Source::Draft(at) => quote!(Source::Draft(#at)),
        Source::Result(at) => quote!(Source::Result(#at)),
        Source::Present(at) => quote!(Source::Present(#at)),
        Source::Target => quote!(Source::Target),
        Source::OrgId => quote!(Source::OrgId),
        Source::Keys => quote!(Source::Keys),
        Source::Key => quote!(Source::Key),
        Source::Item(at) => quote!(Source::Item(#at)),
    }
}

pub(super) fn assignments(set: &Assignments) -> TokenStream {
    array(set, |(at, from)| {
        let from = source(from);
        quote!((#at, #from))
    })
}

pub(super) fn bind(bind: &Bind) -> TokenStream {
    let param = &bind.param;
    let place = word("Place", bind.place);
    let from = source(&bind.from);
    quote!(Bind { param: #param, place: #place, from: #from })
}

pub(super) fn call(call: &Call, index: &Index<'_>) -> TokenStream {
    let operation = operation(&call.operation, index);
    let params = array(&call.params, bind);
    let body = match &call.body {
        CallBody::None => quote!(CallBody::None),
        CallBody::Fields(set) => {
            let set = assignments(set);
            quote!(CallBody::Fields(#set))
        }
        CallBody::Projected(shape) => {
            let shape = projection(shape);
            quote!(CallBody::Projected(#shape))
        }
    };
    quote!(Call { operation: #operation, params: #params, body: #body })
}

pub(super) fn read(read: &Read, index: &Index<'_>) -> TokenStream {
    let call = call(&read.call, index);
    let Read {
        at,
        all_pages,
        absent_ok,
        list,
        ..
    } = read;
    let item = assignments(&read.item);
    let ignore = array(&read.ignore, text);
    quote! {
        Read {
            call: #call,
            at: #at,
            all_pages: #all_pages,
            item: #item,
            ignore: #ignore,
            absent_ok: #absent_ok,
            list: #list,
        }
    }
}

pub(super) fn projection(shape: &Projection) -> TokenStream {
    let from = source(&shape.from);
    let whole = shape.whole;
    let pick = array(&shape.pick, text);
    let map = pairs(&shape.map);
    let absent = constants(&shape.absent);
    let set = constants(&shape.set);
    let drop = array(&shape.drop, text);
    let skip = constants(&shape.skip);
    let keyed = option(
        shape.keyed.as_deref(),
        |Keyed { list, key, value }| quote!(&Keyed { list: #list, key: #key, value: #value }),
    );
    quote! {
        Projection {
            from: #from,
            whole: #whole,
            pick: #pick,
            map: #map,
            absent: #absent,
            set: #set,
            drop: #drop,
            skip: #skip,
            keyed: #keyed,
        }
    }
}
