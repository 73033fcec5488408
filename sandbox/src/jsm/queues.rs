//! Queues, the issues in them, and the state of service levels. All of it can only be read.

use serde_json::{Value, json};

use super::desks;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /servicedesk/{serviceDeskId}/queue`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let desk = desks::find(call)?;
    let of_desk = call
        .of(Kind::Queue)
        .values()
        .filter(|q| q["serviceDeskId"] == desk["id"]);
    let shown: Vec<Value> = of_desk.map(|q| show(call, q)).collect();
    Ok(Answer::ok(page::jsm(call, &shown)))
}

/// `GET /servicedesk/{serviceDeskId}/queue/{queueId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let queue = find(call)?;
    Ok(Answer::ok(show(call, &queue)))
}

/// `GET /servicedesk/{serviceDeskId}/queue/{queueId}/issue`.
pub(crate) fn issues(call: &mut Call<'_>) -> Outcome {
    let queue = find(call)?;
    let shown: Vec<Value> = within(call, &queue)
        .map(|i| {
            json!({
                "id": i["id"], "key": i["key"], "self": call.link(&format!("/rest/api/2/issue/{}", text(i, "id"))),
                "fields": { "summary": i["summary"], "status": { "name": i["status"] }, "created": i["created"] },
            })
        })
        .collect();
    Ok(Answer::ok(page::jsm(call, &shown)))
}

/// `GET /request/{issueIdOrKey}/sla`: one ongoing cycle a service level.
pub(crate) fn sla(call: &mut Call<'_>) -> Outcome {
    let shown = service_levels(call)?;
    Ok(Answer::ok(page::jsm(call, &shown)))
}

/// `GET /request/{issueIdOrKey}/sla/{slaMetricId}`.
pub(crate) fn one_sla(call: &mut Call<'_>) -> Outcome {
    let wanted = call.id("slaMetricId");
    let all = service_levels(call)?;
    let one = all.into_iter().find(|s| s["id"] == *wanted);
    one.map(Answer::ok)
        .ok_or_else(|| Refusal::not_found("The request has no such service level."))
}

fn service_levels(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let wanted = call.id("issueIdOrKey");
    let issue = call
        .of(Kind::Issue)
        .find(|i| i["key"] == *wanted || i["id"] == *wanted)
        .filter(|i| i.get("slas").is_some())
        .ok_or_else(|| {
            Refusal::not_found("The request does not exist or has no service levels.")
        })?;
    let levels = issue["slas"].as_array().into_iter().flatten();
    Ok(levels.map(|s| cycle(call, &wanted, issue, s)).collect())
}

fn cycle(call: &Call<'_>, key: &str, issue: &Value, sla: &Value) -> Value {
    let start = time::parse(&text(issue, "created").replace("+0000", "Z")).unwrap_or(call.now());
    let goal = sla["goalMinutes"].as_i64().unwrap_or(0) * 60_000;
    let left = start + goal - call.now();
    let path = format!("/rest/servicedeskapi/request/{key}/sla/{}", text(sla, "id"));
    json!({
        "id": sla["id"], "name": sla["name"], "slaDisplayFormat": "NEW_SLA_FORMAT", "completedCycles": [],
        "_links": { "self": call.link(&path) },
        "ongoingCycle": {
            "startTime": instant(start), "breachTime": instant(start + goal), "breached": left < 0,
            "paused": false, "withinCalendarHours": true, "goalDuration": duration(goal),
            "elapsedTime": duration(call.now() - start), "remainingTime": duration(left),
        },
    })
}

fn instant(millis: i64) -> Value {
    json!({ "epochMillis": millis, "iso8601": time::jira(millis), "jira": time::jira(millis), "friendly": time::iso(millis) })
}

fn duration(millis: i64) -> Value {
    let minutes = millis / 60_000;
    json!({ "millis": millis, "friendly": format!("{}h {}m", minutes / 60, (minutes % 60).abs()) })
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let desk = desks::find(call)?;
    let missing = "The queue you are trying to view does not exist.";
    let queue = call.find(Kind::Queue, &call.id("queueId"), missing)?;
    if queue["serviceDeskId"] == desk["id"] {
        Ok(queue)
    } else {
        Err(Refusal::not_found(missing))
    }
}

fn within<'a>(call: &'a Call<'_>, queue: &'a Value) -> impl Iterator<Item = &'a Value> {
    let queue = &queue["id"];
    call.of(Kind::Issue)
        .values()
        .filter(move |i| i["queues"].as_array().is_some_and(|q| q.contains(queue)))
}

fn show(call: &Call<'_>, queue: &Value) -> Value {
    let mut shown = pick(queue, &["id", "name", "jql", "fields"]);
    if call.flag("includeCount") {
        shown["issueCount"] = json!(within(call, queue).count());
    }
    let path = format!(
        "/rest/servicedeskapi/servicedesk/{}/queue/{}",
        text(queue, "serviceDeskId"),
        text(queue, "id")
    );
    shown["_links"] = json!({ "self": call.link(&path) });
    shown
}
