//! Undoing over the whole site: what is left of a call and its undo is nothing, whatever somebody
//! else has changed in between, in the same thing too. Nothing is taken out of the comparison but
//! times; what a fixture says stays behind must stay behind.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use futures::future::join;
use gojira_mcp::catalog::model::{Effect, Revert, Tool};
use serde_json::{Value, json};

use crate::fixtures::{self, Fixture};
use crate::rig::Rig;
use crate::tools::writes;

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_takes_back_its_own_call_and_nothing_else() {
    let fixtures = fixtures::all();
    let mut wrong = Vec::new();
    for tool in revertible() {
        let tried = AssertUnwindSafe(undone(tool, &fixtures[tool.name]));
        match Box::pin(tried.catch_unwind()).await {
            Ok(Ok(())) => {}
            Ok(Err(what)) => wrong.push(format!("{}: {what}", tool.name)),
            Err(_) => wrong.push(format!("{} ended early", tool.name)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_changed_beside_lies_in_the_same_thing() {
    let fixtures = fixtures::all();
    for tool in revertible().filter(|tool| tool.effect != Effect::Create) {
        let fixture = &fixtures[tool.name];
        let told = "its fixture needs either `beside` or `alone`";
        assert_ne!(
            fixture.has_beside(),
            fixture.alone.is_some(),
            "{}: {told}",
            tool.name
        );
    }
}

fn revertible() -> impl Iterator<Item = &'static Tool> {
    writes().filter(|tool| !matches!(tool.revert, Revert::No(_)))
}

/// Commit, change beside, undo, redo, undo of the redo.
async fn undone(tool: &Tool, fixture: &Fixture) -> Result<(), String> {
    let (rig, without) = join(Rig::new(), Rig::new()).await;
    let (arguments, beside) = fixture.prepare_both(&rig).await;
    let done = rig.commit(tool.name, arguments).await;
    rig.commit(&beside.0, beside.1).await;
    let with_call = rig.sandbox.exact_snapshot();

    // The same site, on which the call was never made.
    let (_, beside) = fixture.prepare_both(&without).await;
    without.commit(&beside.0, beside.1).await;
    let without_call = without.sandbox.exact_snapshot();
    if left(&with_call, &without_call).is_empty() && fixture.unseen.is_none() {
        return Err("the call changes nothing".to_owned());
    }

    let mut leaves = Leaves::of(fixture);
    let undone = rig.commit("operation_revert", naming(&done)).await;
    leaves.compare(&rig, &without_call, "the undo")?;
    if tool.effect == Effect::Create {
        // What is made anew is another thing.
        let code = rig.refused("operation_revert", naming(&undone)).await;
        if code != "CONFLICT" {
            return Err(format!("the redo is refused with {code}"));
        }
    } else {
        let redone = rig.commit("operation_revert", naming(&undone)).await;
        leaves.compare(&rig, &with_call, "the redo")?;
        rig.commit("operation_revert", naming(&redone)).await;
        leaves.compare(&rig, &without_call, "the undo of the redo")?;
    }
    leaves.all_seen()
}

fn naming(done: &Value) -> Value {
    json!({"operation_id": done["operation_id"]})
}

/// Where two sites differ, as JSON pointers.
fn left(wanted: &Value, is: &Value) -> BTreeSet<String> {
    let patch = json_patch::diff(wanted, is);
    patch
        .0
        .iter()
        .map(|operation| operation.path().to_string())
        .collect()
}

/// What may stay behind of a tool's writes.
struct Leaves<'a> {
    places: Vec<&'a str>,
    lists: Vec<&'a str>,
    seen: BTreeSet<&'a str>,
}

impl<'a> Leaves<'a> {
    fn of(fixture: &'a Fixture) -> Self {
        Self {
            places: fixture.leaves.keys().map(String::as_str).collect(),
            lists: fixture.reorders.keys().map(String::as_str).collect(),
            seen: BTreeSet::new(),
        }
    }

    fn compare(&mut self, rig: &Rig, wanted: &Value, what: &str) -> Result<(), String> {
        let (mut wanted, mut is) = (wanted.clone(), rig.sandbox.exact_snapshot());
        let all = left(&wanted, &is);
        for list in &self.lists {
            let item = format!("{list}/*");
            if all.iter().any(|left| matches(&item, left)) {
                self.seen.insert(list);
            }
            sort(&mut wanted, list);
            sort(&mut is, list);
        }
        let mut unknown = left(&wanted, &is);
        for place in &self.places {
            let all = unknown.len();
            unknown.retain(|left| !matches(place, left));
            if unknown.len() < all {
                self.seen.insert(place);
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let patch = json_patch::diff(&wanted, &is);
        Err(format!("{what} left {patch}"))
    }

    fn all_seen(&self) -> Result<(), String> {
        let unseen = |place: &&&str| !self.seen.contains(**place);
        match self.places.iter().chain(&self.lists).find(unseen) {
            Some(place) => Err(format!("nothing was left at {place}")),
            None => Ok(()),
        }
    }
}

/// Whether a pointer is of a pattern in which `*` is any one member.
fn matches(pattern: &str, pointer: &str) -> bool {
    let (mut pattern, mut pointer) = (pattern.split('/'), pointer.split('/'));
    loop {
        match (pattern.next(), pointer.next()) {
            (None, None) => return true,
            (Some(any), Some(one)) if any == "*" || any == one => {}
            _ => return false,
        }
    }
}

/// Sorts the lists at a pattern.
fn sort(value: &mut Value, pattern: &str) {
    let Some(rest) = pattern.strip_prefix('/') else {
        if let Some(items) = value.as_array_mut() {
            items.sort_by_key(Value::to_string);
        }
        return;
    };
    let (name, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match name {
        "*" => {
            let members = value.as_object_mut().into_iter().flatten();
            members.for_each(|(_, member)| sort(member, rest));
        }
        name => {
            if let Some(member) = value.get_mut(name) {
                sort(member, rest);
            }
        }
    }
}
