//! The answer of a dry run.

use serde_json::{Map, Value, json};

use super::done::Done;
use super::steps;
use super::write::Change;
use crate::base::tenant::Tenant;
use crate::consent::{Plan, Unmet};
use crate::projection::state;
use crate::upstream::Request;

/// A state longer than this (bytes of JSON) is left out of a preview; the patch says what matters.
const STATE_BYTES: usize = 4000;

/// Shows what a change would do, where it may be one of several sites, and how to go on.
pub(super) fn dry_run(
    change: &Change,
    plan: &Plan,
    unmet: Option<Unmet>,
    site: Option<&Tenant>,
) -> Done {
    let patch = change.prediction.patch();
    let mut shown = Map::new();
    let mut put = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    put("dry_run", json!(true));
    if let Some(unmet) = unmet {
        put("not_committed", unmet_json(&unmet));
    }
    put("tool", json!(plan.tool));
    if let Some(site) = site {
        put("site", json!(site.site()));
    }
    put("target", json!(change.target));
    if let Some(reverts) = &plan.preview.reverts {
        put("reverts", json!(reverts));
    }
    match patch {
        Some(patch) => put("patch", patch),
        None => put(
            "patch_unknown",
            json!("what this changes cannot be told before it is sent; see requests"),
        ),
    }
    if change.prediction.is_idle() {
        put("changes_nothing", json!(true));
    }
    put("requests", listed(change));
    for (name, value) in [
        ("before", Some(&change.prediction.from)),
        ("after", change.prediction.to.as_ref()),
    ] {
        match value {
            None | Some(Value::Null) => {}
            Some(value) => put(name, bounded(value)),
        }
    }
    put("warnings", json!(change.warnings));
    put("revertible", json!(change.revertible));
    put("undo", json!(change.undo));
    put("plan_id", json!(plan.id));
    put("expires_at", json!(plan.expires_at.to_string()));
    put(
        "next",
        json!(
            "Show this to the person. To carry it out, call again with the same arguments, commit: true and this plan_id, or call apply_plan."
        ),
    );
    Done::of(Value::Object(shown))
}

/// Every request in its order, with its step and what takes that back where there are several.
fn listed(change: &Change) -> Value {
    let own = steps::own(&change.steps);
    let of = |(at, request): (usize, &Request)| {
        let mut line = Map::new();
        let step = change.steps.get(at);
        if let Some(step) = step {
            line.insert("step".to_owned(), json!(step.name));
        }
        let operation = request.operation;
        line.insert("operation".to_owned(), json!(operation.key));
        let call = format!("{} {}", operation.method, operation.path);
        line.insert("call".to_owned(), json!(call));
        line.insert("params".to_owned(), json!(request.params));
        if let Some(body) = &request.body {
            line.insert("body".to_owned(), body.clone());
        }
        if step.is_some_and(|step| steps::waits(step)) && own.is_some_and(|own| own < at) {
            let waits = "completed with what the write answers";
            line.insert("note".to_owned(), json!(waits));
        }
        if let Some(undo) = step.and_then(|step| steps::told(step)) {
            line.insert("taken_back_by".to_owned(), undo);
        }
        Value::Object(line)
    };
    change.requests.iter().enumerate().map(of).collect()
}

fn bounded(value: &Value) -> Value {
    if value.to_string().len() <= STATE_BYTES {
        value.clone()
    } else {
        json!({"omitted": "too long to show here", "sha256": state::digest(value)})
    }
}

fn unmet_json(unmet: &Unmet) -> Value {
    match unmet {
        Unmet::NoPlan => json!({
            "code": "CONSENT_REQUIRED",
            "message": "nothing was changed: a commit must name the plan of a preview; this is one",
        }),
        Unmet::Unknown => json!({
            "code": "CONSENT_REQUIRED",
            "message": "nothing was changed: that plan is not there (never made by you, used already, or older than 15 minutes); this is a fresh one",
        }),
        Unmet::Other => json!({
            "code": "CONSENT_REQUIRED",
            "message": "nothing was changed: that plan is for another tool, other arguments or another site; this is one for this call",
        }),
        Unmet::Stale { changed } => json!({
            "code": "STALE_PLAN",
            "message": "nothing was changed: the target has changed since it was previewed; this is a fresh preview",
            "changed": bounded(changed),
        }),
    }
}
