//! The answer of a dry run.

use serde_json::{Map, Value, json};

use super::dispatcher::Dispatcher;
use super::done::Done;
use super::stale;
use super::steps;
use super::write::Change;
use crate::base::tenant::Tenant;
use crate::consent::{Plan, Shown, ShownStep, Unmet};
use crate::projection::state;
use crate::upstream::Request;

/// A state longer than this (bytes of JSON) is left out of a preview; the patch says what matters.
const STATE_BYTES: usize = 4000;

/// What a plan keeps of a change, to be shown now and whenever the plan is looked at.
pub(super) fn shown(change: &Change, site: Option<&Tenant>) -> Shown {
    Shown {
        target: json!(change.target),
        site: site.map(|site| site.site().to_owned()),
        before: change.prediction.from.clone(),
        after: change.prediction.to.clone().filter(|to| !to.is_null()),
        patch: change.prediction.patch(),
        requests: listed(change),
        warnings: change.warnings.clone(),
        impact: None,
        revertible: change.revertible,
        undo: change.undo.clone(),
        steps: Vec::new(),
    }
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

/// Shows what a change would do, where it may be one of several sites, and how to go on.
pub(super) fn dry_run(dispatcher: &Dispatcher, plan: &Plan, unmet: Option<&Unmet>) -> Done {
    let mut shown = Map::from_iter([("dry_run".to_owned(), json!(true))]);
    shown.extend(content(dispatcher, plan));
    marks(dispatcher, plan, unmet, shown)
}

/// The answer of a dry run: what is shown of it, why nothing was committed, and how to go on.
pub fn marks(
    dispatcher: &Dispatcher,
    plan: &Plan,
    unmet: Option<&Unmet>,
    mut shown: Map<String, Value>,
) -> Done {
    let asks = dispatcher.parts().consent.asks_a_person();
    let url = dispatcher.plan_url(&plan.id);
    if let Some(unmet) = unmet {
        let mut why = unmet_json(unmet, plan);
        if asks && unmet.wants_a_person() {
            why.insert("approve_at".to_owned(), json!(url));
        }
        shown.insert("not_committed".to_owned(), Value::Object(why));
    }
    shown.insert("plan_id".to_owned(), json!(plan.id));
    shown.insert("expires_at".to_owned(), json!(plan.expires_at.to_string()));
    let how = if plan.of_set().is_some() {
        "call change_set_apply with this plan_id."
    } else {
        "call again with the same arguments, commit: true and this plan_id, or call apply_plan."
    };
    let next = if plan.is_refused() {
        "A person refused this. Do not try again unless they ask for it.".to_owned()
    } else if asks && !plan.is_approved() {
        shown.insert("approve_at".to_owned(), json!(url));
        "Give the person the link of approve_at: they look at the change there and approve or refuse it, signed in as themselves. Once they have approved, ".to_owned() + how
    } else {
        "Show this to the person. To carry it out, ".to_owned() + how
    };
    shown.insert("next".to_owned(), json!(next));
    let mut done = Done::of(Value::Object(shown));
    done.waits_for = unmet
        .filter(|unmet| asks && unmet.wants_a_person())
        .map(|_| plan.id.clone());
    done
}

/// What a plan shows to those who call, states bounded.
pub fn content(dispatcher: &Dispatcher, plan: &Plan) -> Map<String, Value> {
    let several_sites = dispatcher.parts().pin.is_none();
    let of_plan = &plan.shown;
    let mut shown = Map::new();
    let mut put = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    put("tool", json!(plan.tool));
    if let Some(site) = of_plan.site.as_ref().filter(|_| several_sites) {
        put("site", json!(site));
    }
    put("target", of_plan.target.clone());
    if let Some(reverts) = &plan.preview.reverts {
        put("reverts", json!(reverts));
    }
    if of_plan.changes_nothing() {
        put("changes_nothing", json!(true));
    }
    if of_plan.steps.is_empty() {
        match &of_plan.patch {
            Some(patch) => put("patch", patch.clone()),
            None => put(
                "patch_unknown",
                json!("what this changes cannot be told before it is sent; see requests"),
            ),
        }
        put("requests", of_plan.requests.clone());
    } else {
        put("steps", of_plan.steps.iter().map(step).collect());
    }
    for (name, value) in [
        ("before", Some(&of_plan.before)),
        ("after", of_plan.after.as_ref()),
    ] {
        match value {
            None | Some(Value::Null) => {}
            Some(value) => put(name, bounded(value)),
        }
    }
    put("warnings", json!(of_plan.warnings));
    if let Some(impact) = &of_plan.impact {
        put("impact", impact.clone());
    }
    put("revertible", json!(of_plan.revertible));
    put("undo", json!(of_plan.undo));
    shown
}

/// One step of a plan that has several.
pub(super) fn step(step: &ShownStep) -> Value {
    let shown = &step.shown;
    let mut line = json!({
        "step": step.name,
        "operation": step.tool,
        "target": shown.target,
        "revertible": shown.revertible,
        "undo": shown.undo,
    });
    let mut put = |name: &str, value: Value| line[name] = value;
    if let Some(undone) = &step.reverts {
        put("reverts", json!(undone));
    }
    if let Some(why) = &step.deferred {
        put("deferred", json!(why));
    }
    if let Some(name) = &step.follows {
        put("follows", json!(name));
    }
    match &shown.patch {
        Some(patch) => put("patch", patch.clone()),
        None => put("requests", shown.requests.clone()),
    }
    if shown.changes_nothing() {
        put("changes_nothing", json!(true));
    }
    if !shown.warnings.is_empty() {
        put("warnings", json!(shown.warnings));
    }
    if let Some(impact) = &shown.impact {
        put("impact", impact.clone());
    }
    line
}

fn bounded(value: &Value) -> Value {
    if value.to_string().len() <= STATE_BYTES {
        value.clone()
    } else {
        json!({"omitted": "too long to show here", "sha256": state::digest(value)})
    }
}

fn unmet_json(unmet: &Unmet, plan: &Plan) -> Map<String, Value> {
    let because = |why: &str| {
        Map::from_iter([
            ("code".to_owned(), json!("CONSENT_REQUIRED")),
            (
                "message".to_owned(),
                json!(format!("nothing was changed: {why}")),
            ),
        ])
    };
    match unmet {
        Unmet::NoPlan => because("a commit must name the plan of a preview; this is one"),
        Unmet::Unknown => because(
            "that plan is not there (never made by you, discarded, or older than 15 minutes); this is a fresh one",
        ),
        Unmet::Used { operation } => {
            let mut why = because(
                "that plan was used already, and a plan is used once; see operation_id for what became of it. This is a fresh one",
            );
            if let Some(operation) = operation {
                why.insert("operation_id".to_owned(), json!(operation));
            }
            why
        }
        Unmet::Other => because(
            "that plan is for another tool, other arguments or another site; this is one for this call",
        ),
        Unmet::NotApproved => because("a person has to approve this plan first, on its page"),
        Unmet::Refused => because("a person refused this plan"),
        Unmet::Stale { was, is } => {
            let mut why = because(
                "the target has changed since it was previewed, as in_words tells; this is a fresh preview",
            );
            why.insert("code".to_owned(), json!("STALE_PLAN"));
            let secrets = plan.secrets();
            let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
            why.extend(stale::told(was, is, &secrets));
            why
        }
    }
}
