//! The organisation itself, its directories, domains and audit events.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /v1/orgs`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let orgs: Vec<Value> = call.of(Kind::Org).values().map(|o| show(call, o)).collect();
    Ok(Answer::ok(paged(call, &orgs, 100)?))
}

/// `GET /v1/orgs/{orgId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let org = call.find(
        Kind::Org,
        &call.id("orgId"),
        "The organization was not found.",
    )?;
    Ok(Answer::ok(json!({ "data": show(call, &org) })))
}

/// `GET /v2/orgs/{orgId}/directories`.
pub(crate) fn directories(call: &mut Call<'_>) -> Outcome {
    let words = call.get("searchTerm").unwrap_or_default().to_lowercase();
    let all: Vec<Value> = call
        .of(Kind::Directory)
        .values()
        .filter(|d| text(d, "name").to_lowercase().contains(&words))
        .map(|d| json!({ "directoryId": d["id"], "name": d["name"], "icon": "https://avatar.example/directory/48" }))
        .collect();
    Ok(Answer::ok(paged(
        call,
        &all,
        call.number("limit").unwrap_or(20),
    )?))
}

/// `GET /v1/orgs/{orgId}/domains`.
pub(crate) fn domains(call: &mut Call<'_>) -> Outcome {
    let all: Vec<Value> = call
        .of(Kind::Domain)
        .values()
        .map(|d| {
            json!({
                "id": d["id"], "type": "domains", "links": { "self": call.link(&format!("{}/{}", call.path, text(d, "id"))) },
                "attributes": { "name": d["name"], "claim": { "type": d["claimType"], "status": d["claimStatus"] } },
            })
        })
        .collect();
    Ok(Answer::ok(paged(call, &all, 100)?))
}

/// `GET /v1/orgs/{orgId}/events`: times in milliseconds, newest first.
pub(crate) fn events(call: &mut Call<'_>) -> Outcome {
    let within = between(call)?;
    let actions: Vec<&str> = call
        .get("action")
        .map(|a| a.split(',').collect())
        .unwrap_or_default();
    let words = call.get("q").unwrap_or_default().to_lowercase();
    let mut all: Vec<Value> = call
        .of(Kind::Event)
        .values()
        .filter(|e| within(e))
        .filter(|e| {
            actions.is_empty()
                || actions.contains(&e["attributes"]["action"].as_str().unwrap_or_default())
        })
        .filter(|e| {
            call.list("actor").is_empty()
                || call
                    .list("actor")
                    .iter()
                    .any(|a| e["attributes"]["actor"]["id"] == **a)
        })
        .filter(|e| {
            e["message"]["content"]
                .as_str()
                .unwrap_or_default()
                .to_lowercase()
                .contains(&words)
        })
        .map(|e| {
            let mut shown = pick(e, &["id", "type", "attributes", "message"]);
            shown["links"] =
                json!({ "self": call.link(&format!("{}/{}", call.path, text(e, "id"))) });
            shown
        })
        .collect();
    all.reverse();
    let size = call.number("limit").unwrap_or(200);
    let mut page = paged(call, &all, size)?;
    page["meta"] = json!({ "page_size": size });
    if let Some(cursor) = page["links"]["next"]
        .as_str()
        .and_then(|n| n.rsplit_once("cursor="))
        .map(|(_, c)| c.to_owned())
    {
        page["meta"]["next"] = json!(cursor);
    }
    Ok(Answer::ok(page))
}

/// Whether an event lies between the parameters `from` and `to`, in milliseconds.
pub(super) fn between(call: &Call<'_>) -> Result<impl Fn(&Value) -> bool + use<>, Refusal> {
    let bound = |name: &str| {
        let given = call.get(name).map(str::parse::<i64>).transpose();
        given.map_err(|_| Refusal::field(name, "is no time in milliseconds since 1970"))
    };
    let (from, to) = (bound("from")?, bound("to")?);
    Ok(move |event: &Value| {
        let at = time::parse(&text(&event["attributes"], "time")).unwrap_or_default();
        from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
    })
}

/// Writes an event into the audit log.
pub(super) fn record(call: &mut Call<'_>, action: &str, what: &str) {
    let id = call.tenant.entropy.uuid();
    let now = time::iso(call.now());
    let event = json!({
        "id": id, "type": "events", "message": { "content": what, "format": "simple" },
        "attributes": {
            "time": now, "action": action, "context": [], "container": [],
            "actor": { "id": "org-api-key", "name": "Organization API key", "links": { "self": "" } },
        },
    });
    call.of_mut(Kind::Event).put(id, event);
}

/// `data` and `links`, with a cursor in the query.
pub(super) fn paged(call: &Call<'_>, items: &[Value], size: usize) -> Result<Value, Refusal> {
    let slice = page::slice(items, call.get("cursor"), size.max(1))?;
    let here = call.link(&call.path);
    let mut links = json!({ "self": here });
    if let Some(next) = slice.next {
        links["next"] = json!(format!("{here}?cursor={next}"));
    }
    Ok(json!({ "data": slice.shown, "links": links }))
}

/// The same where cursor and limit are members of the body; `next` is the cursor itself.
pub(super) fn searched(call: &Call<'_>, items: &[Value]) -> Result<Value, Refusal> {
    let size = call.body["limit"]
        .as_u64()
        .and_then(|l| usize::try_from(l).ok())
        .unwrap_or(20);
    let slice = page::slice(items, call.text("cursor"), size.clamp(1, 100))?;
    let mut links = json!({ "self": call.link(&call.path) });
    if let Some(next) = slice.next {
        links["next"] = json!(next);
    }
    Ok(json!({ "data": slice.shown, "links": links }))
}

/// Whether a list of the body is absent, empty, or holds a value.
pub(super) fn asks(call: &Call<'_>, member: &str, value: &Value) -> bool {
    let wanted = call.body[member].as_array().map_or(&[][..], Vec::as_slice);
    wanted.is_empty() || wanted.contains(value)
}

/// The directory of a path.
pub(super) fn directory(call: &Call<'_>) -> Result<String, Refusal> {
    let id = call.id("directoryId");
    // A dash stands for all directories of the organisation.
    if id == "-" || call.of(Kind::Directory).get(&id).is_some() {
        return Ok(id);
    }
    Err(Refusal::not_found("The directory was not found."))
}

fn show(call: &Call<'_>, org: &Value) -> Value {
    let here = call.link(&format!("/v1/orgs/{}", text(org, "id")));
    json!({
        "id": org["id"], "type": "orgs", "attributes": { "name": org["name"] }, "links": { "self": here },
        "relationships": {
            "domains": { "links": { "related": format!("{here}/domains") } },
            "users": { "links": { "related": format!("{here}/users") } },
        },
    })
}
