//! Task styles as tokens.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Index;
use super::data::{array, json, operation, option, text};
use crate::manifest::{States, TaskStyle};

pub(super) fn style(style: &TaskStyle, index: &Index<'_>) -> TokenStream {
    let TaskStyle { name, param, .. } = style;
    let look = operation(&style.look, index);
    let begun = array(&style.begun, text);
    let done = states(&style.done);
    let failed = states(&style.failed);
    let cancelled = states(&style.cancelled);
    let stopping = states(&style.stopping);
    let progress = option(style.progress.as_ref(), text);
    let message = option(style.message.as_ref(), text);
    let cancel = match &style.cancel {
        Ok(key) => {
            let key = operation(key, index);
            quote!(Ok(#key))
        }
        Err(why) => quote!(Err(#why)),
    };
    quote! {
        TaskStyle {
            name: #name,
            look: #look,
            param: #param,
            begun: #begun,
            done: #done,
            failed: #failed,
            cancelled: #cancelled,
            stopping: #stopping,
            progress: #progress,
            message: #message,
            cancel: #cancel,
        }
    }
}

fn states(states: &States) -> TokenStream {
    array(states, |(at, values)| {
        let values = array(values, json);
        quote!((#at, #values))
    })
}

/// A reference to a style of the table.
pub(super) fn reference(name: &str, styles: &[TaskStyle]) -> TokenStream {
    let at = styles.iter().position(|style| style.name == name);
    let at = Literal::usize_unsuffixed(at.unwrap_or(usize::MAX));
    quote!(&TASKS[#at])
}
