//! Single events of the audit log, the stream of them, and the actions it knows; single domains.

use serde_json::{Value, json};

use super::organization::{between, paged};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /v1/orgs/{orgId}/domains/{domainId}`.
pub(crate) fn domain(call: &mut Call<'_>) -> Outcome {
    let domain = call.find(
        Kind::Domain,
        &call.id("domainId"),
        "The domain was not found.",
    )?;
    Ok(Answer::ok(json!({ "data": {
        "id": domain["id"], "type": "domains", "links": { "self": call.link(&call.path) },
        "attributes": {
            "name": domain["name"],
            "claim": { "type": domain["claimType"], "status": domain["claimStatus"] },
        },
    }})))
}

/// `GET /v1/orgs/{orgId}/events/{eventId}`.
pub(crate) fn event(call: &mut Call<'_>) -> Outcome {
    let event = call.find(Kind::Event, &call.id("eventId"), "The event was not found.")?;
    let here = call.link(&call.path);
    Ok(Answer::ok(json!({ "data": show(&event, &here) })))
}

/// `GET /v1/orgs/{orgId}/event-actions`.
pub(crate) fn actions(call: &mut Call<'_>) -> Outcome {
    let all: Vec<Value> = call
        .of(Kind("EventAction"))
        .values()
        .map(|a| {
            json!({
                "id": a["id"], "type": "event-actions",
                "attributes": { "displayName": a["name"], "groupDisplayName": a["group"] },
            })
        })
        .collect();
    Ok(Answer::ok(json!({ "data": all })))
}

/// `GET /v1/orgs/{orgId}/events-stream`: newest first unless asked otherwise.
pub(crate) fn stream(call: &mut Call<'_>) -> Outcome {
    let within = between(call)?;
    let mut all: Vec<Value> = call
        .of(Kind::Event)
        .values()
        .filter(|e| within(e))
        .map(|e| {
            let here = format!("/v1/orgs/{}/events/{}", call.id("orgId"), text(e, "id"));
            let mut shown = show(e, &call.link(&here));
            shown["attributes"]["processedAt"] = e["attributes"]["time"].clone();
            shown
        })
        .collect();
    if call.get("sortOrder") != Some("asc") {
        all.reverse();
    }
    let size = call.number("limit").unwrap_or(200);
    let mut page = paged(call, &all, size)?;
    page["meta"] = json!({ "page_size": size });
    Ok(Answer::ok(page))
}

fn show(event: &Value, here: &str) -> Value {
    let mut shown = pick(event, &["id", "type", "attributes", "message"]);
    shown["links"] = json!({ "self": here });
    shown
}
