//! The few tools through which every operation is reached when not all are listed.

use serde_json::{Map, Value, json};

use crate::base::fault::{Code, Fault};
use crate::base::ids::PlanId;
use crate::catalog::model::{Effect, Tool};
use crate::catalog::resolve::resolve;
use crate::catalog::search::search;
use crate::catalog::site;
use crate::consent::APPLY;
use crate::dispatch::plans::{Found, not_there};
use crate::dispatch::{Done, Turn, promise};

/// How many operations are found when the caller does not say.
const FOUND: usize = 15;

/// `find_operations`.
pub(super) async fn find(turn: Turn) -> Result<Done, Fault> {
    let query = turn.text("query").unwrap_or_default();
    let (group, effect) = (turn.text("group"), turn.text("effect"));
    let mut callable = turn.dispatcher.callable(turn.principal());
    callable.retain(|tool| {
        group.is_none_or(|group| tool.group == group)
            && effect.is_none_or(|effect| tool.effect.as_str() == effect)
    });
    let found = search(query, &callable);
    let ranked = found.tools;
    let limit = match turn.automatic.limit {
        Some(limit) => usize::try_from(limit).unwrap_or(FOUND),
        None if query.is_empty() => usize::MAX,
        None => FOUND,
    };
    // Without a question this is the list of everything, which only fits as bare names.
    let shown = |tool: &&Tool| {
        if query.is_empty() {
            json!(tool.name)
        } else {
            line(tool)
        }
    };
    let operations: Vec<Value> = ranked.iter().take(limit).map(shown).collect();
    let mut answer = json!({"total": ranked.len(), "operations": operations});
    let gone: Vec<Value> = found
        .unavailable
        .into_iter()
        .map(|entry| json!({"why": entry.why, "instead": entry.instead, "tool": entry.tool}))
        .collect();
    if let (Value::Object(answer), false) = (&mut answer, gone.is_empty()) {
        answer.insert("not_offered_by_atlassian".to_owned(), Value::from(gone));
    }
    Ok(Done::of(answer))
}

/// `describe_operation`.
pub(super) async fn describe(turn: Turn) -> Result<Done, Fault> {
    let tool = named(&turn)?;
    let mut schema: Value = serde_json::from_str(tool.full_schema).unwrap_or_default();
    if turn.dispatcher.parts().pin.is_none()
        && site::takes_site(tool)
        && let Value::Object(schema) = &mut schema
    {
        site::add_to(schema);
    }
    let (revertible, undo) = if tool.effect == Effect::Read {
        (Value::Null, Value::Null)
    } else {
        let (revertible, undo) = promise(tool, &defaults(tool));
        (json!(revertible), json!(undo))
    };
    let run = if tool.effect == Effect::Read {
        "read_operation"
    } else {
        "plan_change"
    };
    Ok(Done::of(json!({
        "name": tool.name,
        "title": tool.title,
        "about": tool.about,
        "group": tool.group,
        "effect": tool.effect.as_str(),
        "changes": tool.target.as_ref().map(|target| target.kind),
        "revertible": revertible,
        "undo": undo,
        "warning": tool.warning,
        "needs": tool.plan,
        "operation": tool.operation.map(|operation| json!({
            "key": operation.key,
            "call": format!("{} {}", operation.method, operation.path),
            "scopes": operation.scopes,
            "experimental": operation.experimental,
            "deprecated": operation.deprecated,
        })),
        "also_known_as": tool.aliases,
        "input_schema": schema,
        "run_with": run,
    })))
}

/// `read_operation`.
pub(super) async fn read(turn: Turn) -> Result<Done, Fault> {
    let tool = named(&turn)?;
    if tool.effect != Effect::Read || is_surface(tool) {
        return Err(wrong_kind(
            tool,
            "is not a read",
            "Use plan_change for changes.",
        ));
    }
    let arguments = arguments(&turn, tool);
    turn.dispatcher.inner(&turn, tool, arguments).await
}

/// `plan_change`.
pub(super) async fn plan(turn: Turn) -> Result<Done, Fault> {
    let tool = named(&turn)?;
    if tool.effect == Effect::Read || is_surface(tool) {
        return Err(wrong_kind(
            tool,
            "changes nothing",
            "Use read_operation for reads.",
        ));
    }
    let mut arguments = arguments(&turn, tool);
    for word in ["commit", "plan_id"] {
        arguments.remove(word);
    }
    turn.dispatcher.inner(&turn, tool, arguments).await
}

/// `apply_plan`: the plan is the consent, so that no further word is needed.
pub(super) async fn apply(turn: Turn) -> Result<Done, Fault> {
    let id = PlanId::new(turn.text("plan_id").unwrap_or_default());
    let account = &turn.principal().account;
    let plan = match turn.dispatcher.find_plan(account, &id).await? {
        Some(Found::Open(plan)) => *plan,
        Some(Found::Used(operation)) => return Err(not_there(Some(operation))),
        // What is hidden from its owner by now is refused by the gates of its own tool.
        None => match turn
            .dispatcher
            .parts()
            .consent
            .plan(turn.principal(), &id)
            .await
        {
            Ok(Some(plan)) => plan,
            Ok(None) | Err(_) => return Err(not_there(None)),
        },
    };
    if plan.of_set().is_some() {
        let given = Map::from_iter([("plan_id".to_owned(), json!(plan.id))]);
        let tool = resolve(APPLY)?;
        return turn.dispatcher.inner(&turn, tool, given).await;
    }
    let preview = plan.preview;
    let (name, mut arguments) = match &preview.reverts {
        None => (plan.tool.as_str(), preview.arguments),
        Some(id) => (
            "operation_revert",
            Map::from_iter([
                ("operation_id".to_owned(), json!(id)),
                ("overwrite".to_owned(), json!(preview.overwrite)),
            ]),
        ),
    };
    arguments.insert("commit".to_owned(), json!(true));
    arguments.insert("plan_id".to_owned(), json!(plan.id));
    if let Some(set) = preview.change_set {
        arguments.insert("change_set".to_owned(), json!(set));
    }
    let tool = resolve(name)?;
    hand_over_site(&turn, tool, &mut arguments);
    turn.dispatcher.inner(&turn, tool, arguments).await
}

fn named(turn: &Turn) -> Result<&'static Tool, Fault> {
    resolve(turn.text("operation").unwrap_or_default())
}

/// The arguments that are handed over, with the site of the outer call where they name none.
fn arguments(turn: &Turn, tool: &Tool) -> Map<String, Value> {
    let mut arguments = match turn.arguments().get("arguments") {
        Some(Value::Object(arguments)) => arguments.clone(),
        _ => Map::new(),
    };
    hand_over_site(turn, tool, &mut arguments);
    arguments
}

fn hand_over_site(turn: &Turn, tool: &Tool, arguments: &mut Map<String, Value>) {
    if let Some(named) = &turn.automatic.site
        && site::takes_site(tool)
    {
        arguments
            .entry(site::ARGUMENT)
            .or_insert_with(|| json!(named));
    }
}

/// The tools of this file do not call one another, nor those of change sets, which run others too.
fn is_surface(tool: &Tool) -> bool {
    let runs_others = ["surface::", "change_sets::"];
    tool.handler
        .is_some_and(|handler| runs_others.iter().any(|module| handler.starts_with(module)))
}

fn wrong_kind(tool: &Tool, what: &str, mend: &str) -> Fault {
    Fault::new(
        Code::ValidationError,
        format!("{} {what} for this tool", tool.name),
    )
    .with_mend(mend)
}

fn defaults(tool: &Tool) -> Map<String, Value> {
    tool.defaults
        .iter()
        .filter_map(|(name, text)| Some(((*name).to_owned(), serde_json::from_str(text).ok()?)))
        .collect()
}

fn line(tool: &Tool) -> Value {
    json!({
        "name": tool.name,
        "effect": tool.effect.as_str(),
        "group": tool.group,
        "about": tool.about,
    })
}
