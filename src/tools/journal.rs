//! The journal as its owner sees it.

use serde_json::{Value, json};

use crate::audit::redact;
use crate::base::clock::Timestamp;
use crate::base::fault::{Code, Fault};
use crate::base::ids::OperationId;
use crate::catalog;
use crate::dispatch::{self, Done, Turn};
use crate::journal::{Entry, Filter, State};
use crate::store::StoreError;

/// How many entries are listed when the caller does not say.
const LISTED: usize = 25;
/// How many are listed at most.
const MOST_LISTED: usize = 200;

/// `operation_list`.
pub(super) async fn list(turn: Turn) -> Result<Done, Fault> {
    let limit = turn
        .automatic
        .limit
        .map_or(LISTED, |limit| usize::try_from(limit).unwrap_or(LISTED));
    let account = &turn.principal().account;
    let parts = turn.dispatcher.parts();
    let auditor = parts.auditors.contains(account);
    let filter = Filter {
        of_sites_only: !auditor && parts.policy.may_see_organisation(turn.principal()).is_err(),
        since: moment(&turn, "since")?,
        until: moment(&turn, "until")?,
        tool: turn.text("tool").map(|name| {
            catalog::tool(name)
                .map_or(name, |tool| tool.name)
                .to_owned()
        }),
        state: turn.text("state").and_then(State::parse),
        change_set: turn.automatic.change_set.clone(),
        limit: limit.clamp(1, MOST_LISTED),
    };
    let owner = (!auditor).then_some(account);
    let entries = parts
        .journal
        .list(owner, &filter)
        .await
        .map_err(|error| unread(&error))?;
    Ok(Done::of(entries.iter().map(line).collect()))
}

/// `operation_get`.
pub(super) async fn get(turn: Turn) -> Result<Done, Fault> {
    let id = OperationId::new(turn.text("operation_id").unwrap_or_default());
    let parts = turn.dispatcher.parts();
    let account = &turn.principal().account;
    let entry = if parts.auditors.contains(account) {
        let found = parts.journal.get_of_any(&id).await;
        found.map_err(|error| unread(&error))?
    } else {
        None
    };
    let entry = if let Some(entry) = entry.filter(|entry| entry.account != *account) {
        entry
    } else {
        let own = turn.dispatcher.entry(account, &id).await?;
        if own.tenant.is_none() {
            parts.policy.may_see_organisation(turn.principal())?;
        }
        turn.looked_at(own).await
    };
    Ok(Done::of(whole(&entry)))
}

/// `operation_revert`.
pub(super) async fn revert(turn: Turn) -> Result<Done, Fault> {
    let id = OperationId::new(turn.text("operation_id").unwrap_or_default());
    let overwrite = turn.arguments().get("overwrite") == Some(&Value::Bool(true));
    dispatch::revert(turn, id, overwrite).await
}

fn line(entry: &Entry) -> Value {
    json!({
        "operation_id": entry.id,
        "tool": entry.tool,
        "target": entry.target,
        "state": entry.state,
        "at": entry.opened_at.to_string(),
        "account": entry.account,
        "reverts": entry.reverts,
        "reverted_by": entry.reverted_by,
        "change_set": entry.change_set,
    })
}

fn whole(entry: &Entry) -> Value {
    let secrets = catalog::tool(&entry.tool).map_or(&[][..], |tool| tool.secrets);
    let hide = |value: Value| redact::value(value, secrets);
    let mut shown = line(entry);
    let requests: Vec<Value> = entry
        .requests
        .iter()
        .map(|sent| {
            json!({
                "operation": sent.operation,
                "params": redact::value(Value::Object(sent.params.clone()), &[]),
                "body": sent.body.clone().map(hide),
            })
        })
        .collect();
    let stages: Vec<Value> = entry
        .stages
        .iter()
        .map(|stage| {
            json!({
                "name": stage.name,
                "state": stage.state,
                "status": stage.status,
                "result": stage.result.clone().map(hide),
            })
        })
        .collect();
    let more = json!({
        "closed_at": entry.closed_at.map(|at| at.to_string()),
        "client": entry.client,
        "site": entry.tenant,
        "arguments": hide(Value::Object(entry.arguments.clone())),
        "requests": requests,
        "stages": stages,
        "before": hide(entry.before.clone()),
        "after": entry.after.clone().map(hide),
        "result": entry.result.clone().map(hide),
        "status": entry.status,
        "failure": entry.failure,
        "settled_by": entry.settled_by,
        "looks": entry.looks,
    });
    if let (Value::Object(shown), Value::Object(more)) = (&mut shown, more) {
        shown.extend(more);
    }
    shown
}

fn moment(turn: &Turn, name: &str) -> Result<Option<Timestamp>, Fault> {
    turn.text(name)
        .map(|text| {
            Timestamp::parse(text).ok_or_else(|| {
                Fault::new(
                    Code::ValidationError,
                    format!("/{name}: {text:?} is not a time like 2026-01-31T08:00:00Z"),
                )
            })
        })
        .transpose()
}

fn unread(error: &StoreError) -> Fault {
    tracing::error!(%error, "cannot read the journal");
    Fault::new(Code::UnexpectedError, "the journal could not be read")
}
