//! A tool as tokens.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Index;
use super::call::{assignments, bind, call, projection, read, source};
use super::data::{array, constants, json, operation, option, text, word};
use super::steps::steps;
use super::tasks::reference;
use crate::manifest::{Before, BodyPlan, Paging, Revert, Target, TaskStyle, Tool, Traces};

pub(super) fn tool(
    tool: &Tool,
    styles: &[TaskStyle],
    index: &Index<'_>,
    impacts: &Index<'_>,
) -> TokenStream {
    let Tool {
        name,
        title,
        group,
        about,
        core,
        words,
        ..
    } = tool;
    let aliases = array(&tool.aliases, text);
    let effect = word("Effect", tool.effect);
    let credential = word("Credential", tool.credential);
    let own = option(tool.operation.as_ref(), |key| operation(key, index));
    let handler = option(tool.handler.as_ref(), text);
    let uses = array(&tool.uses, |key| operation(key, index));
    let (listed, full) = (json(&tool.listed), json(&tool.full));
    let defaults = constants(&tool.defaults);
    let params = array(&tool.params, bind);
    let body = body(&tool.body);
    let target = option(tool.target.as_ref(), target);
    let before = before(&tool.before, index);
    let after = option(tool.after.as_ref(), |one| read(one, index));
    let draft = option(tool.draft.as_ref(), |one| read(one, index));
    let traces = option(tool.traces.as_ref(), |one| traces(one, index));
    let shape = option(tool.shape.as_ref(), projection);
    let becomes = assignments(&tool.becomes);
    let around = steps(&tool.steps, index);
    let revert = revert(&tool.revert, index);
    let paging = paging(&tool.paging);
    let task = option(tool.task.as_ref(), |name| reference(name, styles));
    let plan = option(tool.plan.as_ref(), text);
    let evidence = word("Evidence", tool.evidence);
    let warning = option(tool.warning.as_ref(), text);
    let impact = option(tool.impact.as_ref(), |kind| {
        let at = impacts.get(kind.as_str()).copied().unwrap_or(usize::MAX);
        let at = Literal::usize_unsuffixed(at);
        quote!(&IMPACTS[#at])
    });
    let unseen = option(tool.unseen.as_ref(), text);
    let secrets = array(&tool.secrets, text);
    quote! {
        Tool {
            name: #name,
            title: #title,
            aliases: #aliases,
            group: #group,
            about: #about,
            effect: #effect,
            credential: #credential,
            operation: #own,
            handler: #handler,
            uses: #uses,
            listed_schema: #listed,
            full_schema: #full,
            defaults: #defaults,
            params: #params,
            body: #body,
            target: #target,
            before: #before,
            after: #after,
            draft: #draft,
            traces: #traces,
            shape: #shape,
            becomes: #becomes,
            steps: #around,
            revert: #revert,
            paging: #paging,
            task: #task,
            plan: #plan,
            evidence: #evidence,
            warning: #warning,
            impact: #impact,
            unseen: #unseen,
            secrets: #secrets,
            core: #core,
            words: #words,
        }
    }
}

fn body(body: &BodyPlan) -> TokenStream {
    match body {
        BodyPlan::None => quote!(BodyPlan::None),
        BodyPlan::Fields(set) => {
            let set = assignments(set);
            quote!(BodyPlan::Fields(#set))
        }
        BodyPlan::Whole(argument, set) => {
            let set = assignments(set);
            quote!(BodyPlan::Whole(#argument, #set))
        }
    }
}

fn target(target: &Target) -> TokenStream {
    let kind = &target.kind;
    let id = source(&target.id);
    quote!(Target { kind: #kind, id: #id })
}

fn before(before: &Before, index: &Index<'_>) -> TokenStream {
    match before {
        Before::NotNeeded => quote!(Before::NotNeeded),
        Before::None(why) => quote!(Before::None(#why)),
        Before::Read(one) => {
            let one = read(one, index);
            quote!(Before::Read(#one))
        }
    }
}

fn traces(traces: &Traces, index: &Index<'_>) -> TokenStream {
    let read = read(&traces.read, index);
    let id = &traces.id;
    let same = assignments(&traces.same);
    quote!(Traces { read: #read, id: #id, same: #same })
}

fn revert(revert: &Revert, index: &Index<'_>) -> TokenStream {
    match revert {
        Revert::No(why) => quote!(Revert::No(#why)),
        Revert::Restore { always } => {
            let always = array(always, text);
            quote!(Revert::Restore { always: #always })
        }
        Revert::Recipe {
            call: recipe,
            when,
            steps: around,
        } => {
            let call = call(recipe, index);
            let when = option(when.as_ref(), |(argument, value)| {
                let value = json(value);
                quote!((#argument, #value))
            });
            let steps = steps(around, index);
            quote!(Revert::Recipe { call: #call, when: #when, steps: #steps })
        }
        Revert::Difference {
            key,
            added,
            removed,
        } => {
            let added = option(added.as_ref(), |one| call(one, index));
            let removed = option(removed.as_ref(), |one| call(one, index));
            quote!(Revert::Difference { key: #key, added: #added, removed: #removed })
        }
    }
}

pub(super) fn paging(paging: &Paging) -> TokenStream {
    match paging {
        Paging::None { items } => {
            let items = option(items.as_ref(), text);
            quote!(Paging::None { items: #items })
        }
        Paging::Offset {
            offset,
            size,
            largest,
            items,
            total,
            last,
        } => {
            let largest = Literal::usize_unsuffixed(*largest);
            quote! {
                Paging::Offset {
                    offset: #offset,
                    size: #size,
                    largest: #largest,
                    items: #items,
                    total: #total,
                    last: #last,
                }
            }
        }
        Paging::Cursor {
            cursor,
            size,
            largest,
            items,
            next,
        } => {
            let largest = Literal::usize_unsuffixed(*largest);
            quote! {
                Paging::Cursor {
                    cursor: #cursor,
                    size: #size,
                    largest: #largest,
                    items: #items,
                    next: #next,
                }
            }
        }
    }
}
