//! An operation as tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::data::{array, json, option, pairs, text, word};
use crate::manifest::{Operation, Param, RequestBody, Takes};

pub(super) fn operation(operation: &Operation) -> TokenStream {
    let Operation {
        key,
        api,
        method,
        path,
        takes: Takes { oauth, token },
        experimental,
        deprecated,
        ..
    } = operation;
    let params = array(&operation.params, param);
    let body = option(operation.body.as_ref(), body);
    let scopes = array(&operation.scopes, text);
    let headers = pairs(&operation.headers);
    let retry = word("Retry", operation.retry);
    quote! {
        Operation {
            key: #key,
            api: #api,
            method: #method,
            path: #path,
            params: #params,
            body: #body,
            scopes: #scopes,
            takes: Takes { oauth: #oauth, token: #token },
            headers: #headers,
            retry: #retry,
            experimental: #experimental,
            deprecated: #deprecated,
        }
    }
}

fn param(param: &Param) -> TokenStream {
    let (name, required) = (&param.name, param.required);
    let place = word("Place", param.place);
    let schema = json(&param.schema);
    quote!(Param { name: #name, place: #place, required: #required, schema: #schema })
}

fn body(body: &RequestBody) -> TokenStream {
    let (required, media) = (body.required, &body.media);
    let schema = json(&body.schema);
    quote!(Body { required: #required, media: #media, schema: #schema })
}
