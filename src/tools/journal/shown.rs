//! An entry as its reader sees it: nothing that its tool calls secret.

use serde_json::{Value, json};

use crate::audit::redact;
use crate::catalog;
use crate::journal::Entry;

pub(in crate::tools) fn line(entry: &Entry) -> Value {
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

pub(super) fn whole(entry: &Entry) -> Value {
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

/// Whether these words (in small letters) stand in the tool, target, arguments or failure.
pub(super) fn has_words(entry: &Entry, words: &str) -> bool {
    let secrets = catalog::tool(&entry.tool).map_or(&[][..], |tool| tool.secrets);
    let arguments = redact::value(Value::Object(entry.arguments.clone()), secrets);
    let target = entry.target.iter();
    let target = target.flat_map(|it| [Some(it.kind.as_str()), it.id.as_deref()]);
    let failure = entry
        .failure
        .as_ref()
        .map(|failure| failure.message.as_str());
    std::iter::once(entry.tool.as_str())
        .chain(target.flatten())
        .chain(failure)
        .any(|text| text.to_lowercase().contains(words))
        || texts_of(&arguments, words)
}

/// Whether the words stand in a value of it; names of members do not count.
fn texts_of(value: &Value, words: &str) -> bool {
    match value {
        Value::String(text) => text.to_lowercase().contains(words),
        Value::Number(number) => number.to_string() == words,
        Value::Array(items) => items.iter().any(|item| texts_of(item, words)),
        Value::Object(members) => members.values().any(|member| texts_of(member, words)),
        Value::Null | Value::Bool(_) => false,
    }
}
