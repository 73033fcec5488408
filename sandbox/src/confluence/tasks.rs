//! Confluence's long tasks.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::task;

/// `GET /wiki/rest/api/longtask`: those that are not over. To list them moves none of them.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let open = call.of(Kind::LongTask).values().filter(|t| !is_over(t));
    let shown: Vec<Value> = open.map(|t| show(call, t)).collect();
    Ok(Answer::ok(page::content(call, &shown)))
}

/// `GET /wiki/rest/api/longtask/{id}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let seen = task::step(call.tenant, Kind::LongTask, &call.id("id"))
        .ok_or_else(|| Refusal::not_found("There is no such task."))?;
    let mut shown = show(call, &seen);
    shown["_links"] = json!({ "self": call.link(&call.path) });
    Ok(Answer::ok(shown))
}

fn is_over(task: &Value) -> bool {
    matches!(task["status"].as_str(), Some("COMPLETE" | "FAILED"))
}

fn show(call: &Call<'_>, task: &Value) -> Value {
    let began = task["submitted"].as_i64().unwrap_or_default();
    let work = task["work"].as_str().unwrap_or_default().replace(' ', ".");
    let messages: Vec<Value> = task
        .get("message")
        .map(|m| json!({ "translation": m, "args": [] }))
        .into_iter()
        .collect();
    json!({
        "id": task["id"], "name": { "key": format!("com.atlassian.confluence.{work}"), "args": [] },
        "elapsedTime": task["finished"].as_i64().unwrap_or(call.now()) - began,
        "percentageComplete": task["progress"], "successful": task["status"] == "COMPLETE",
        "finished": is_over(task), "messages": messages,
    })
}
