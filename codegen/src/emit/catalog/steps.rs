//! Steps as tokens.

use proc_macro2::TokenStream;
use quote::quote;

use super::Index;
use super::call::{call, source};
use super::data::{array, json, option};
use crate::manifest::{Step, StepCall, StepUndo, When};

pub(super) fn steps(steps: &[Step], index: &Index<'_>) -> TokenStream {
    array(steps, |one| step(one, index))
}

fn step(step: &Step, index: &Index<'_>) -> TokenStream {
    let name = &step.name;
    let made = match &step.call {
        StepCall::Own => quote!(StepCall::Own),
        StepCall::Other(other) => {
            let other = call(other, index);
            quote!(StepCall::Other(#other))
        }
    };
    let when = option(step.when.as_ref(), when);
    let undo = match &step.undo {
        StepUndo::No(why) => quote!(StepUndo::No(#why)),
        StepUndo::Call(undo) => {
            let undo = call(undo, index);
            quote!(StepUndo::Call(#undo))
        }
    };
    quote!(Step { name: #name, call: #made, when: #when, undo: #undo })
}

fn when(when: &When) -> TokenStream {
    let at = source(&when.at);
    let is = json(&when.is);
    let negated = when.negated;
    quote!(When { at: #at, is: #is, negated: #negated })
}
