//! The caller's own plans: listed, looked at, discarded.

use serde_json::{Map, Value, json};

use crate::audit::redact;
use crate::base::fault::Fault;
use crate::base::ids::PlanId;
use crate::consent::Plan;
use crate::dispatch::plans::{Found, not_there, standing};
use crate::dispatch::{Dispatcher, Done, Turn, content};

/// How many plans are listed when the caller does not say.
const LISTED: usize = 25;
/// How many are listed at most.
const MOST_LISTED: usize = 50;

/// `plan_list`.
pub(super) async fn list(turn: Turn) -> Result<Done, Fault> {
    let limit = turn.automatic.limit;
    let limit = limit.map_or(LISTED, |limit| usize::try_from(limit).unwrap_or(LISTED));
    let state = turn.text("state");
    let after = turn.automatic.page.clone().map(PlanId::new);
    let dispatcher = &turn.dispatcher;
    let account = &turn.principal().account;
    let fits = |plan: &Plan| state.is_none_or(|state| standing(plan) == state);
    let limit = limit.clamp(1, MOST_LISTED);
    let found = dispatcher.list_plans(account, after.as_ref(), limit, fits);
    let found = found.await?;
    let lines: Vec<Value> = found.plans.iter().map(line).collect();
    let mut page = json!({ "returned": lines.len() });
    if let Some(more) = found.more {
        page["next"] = json!(more);
    }
    Ok(Done::of(Value::from(lines)).with("page", page))
}

/// `plan_get`.
pub(super) async fn get(turn: Turn) -> Result<Done, Fault> {
    let id = id(&turn);
    let account = &turn.principal().account;
    match turn.dispatcher.find_plan(account, &id).await? {
        Some(Found::Open(plan)) => Ok(Done::of(Value::Object(whole(&turn.dispatcher, &plan)))),
        Some(Found::Used(operation)) => Ok(Done::of(json!({
            "plan_id": id,
            "state": "used",
            "operation_id": operation,
            "next": "operation_get with this operation_id tells what became of it.",
        }))),
        None => Err(not_there(None)),
    }
}

/// `plan_discard`: nothing of Atlassian changes, and a plan is made anew by the call that made it.
pub(super) async fn discard(turn: Turn) -> Result<Done, Fault> {
    let id = id(&turn);
    let account = &turn.principal().account;
    if turn.dispatcher.discard_plan(account, &id).await? {
        return Ok(Done::of(json!({"plan_id": id, "state": "discarded"})));
    }
    let used = match turn.dispatcher.find_plan(account, &id).await? {
        Some(Found::Used(operation)) => Some(operation),
        _ => None,
    };
    Err(not_there(used))
}

/// The plan that is named. `plan_id` is an argument that every write takes, so it is not the tool's
/// own.
fn id(turn: &Turn) -> PlanId {
    let named = turn.automatic.plan_id.clone();
    named.unwrap_or_else(|| PlanId::new(""))
}

fn line(plan: &Plan) -> Value {
    json!({
        "plan_id": plan.id,
        "state": standing(plan),
        "tool": plan.tool,
        "target": plan.shown.target,
        "site": plan.shown.site,
        "changes": plan.shown.changes(),
        "reverts": plan.preview.reverts,
        "change_set": plan.preview.change_set,
        "made_at": plan.made_at.to_string(),
        "expires_at": plan.expires_at.to_string(),
    })
}

/// All that was shown, without what the catalogue calls secret.
fn whole(dispatcher: &Dispatcher, plan: &Plan) -> Map<String, Value> {
    let secrets = plan.secrets();
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let mut shown = content(dispatcher, plan);
    for name in ["before", "after"] {
        if let Some(value) = shown.get_mut(name) {
            *value = redact::value(value.take(), &secrets);
        }
    }
    for value in shown.values_mut() {
        *value = redact::value(value.take(), &[]);
    }
    let arguments = Value::Object(plan.preview.arguments.clone());
    let more = json!({
        "state": standing(plan),
        "arguments": redact::value(arguments, &secrets),
        "change_set": plan.preview.change_set,
        "made_at": plan.made_at.to_string(),
        "decided_at": plan.verdict.as_ref().map(|verdict| verdict.at.to_string()),
        "plan_id": plan.id,
        "expires_at": plan.expires_at.to_string(),
        "page": dispatcher.plan_url(&plan.id),
    });
    if let Value::Object(more) = more {
        shown.extend(more);
    }
    shown
}
