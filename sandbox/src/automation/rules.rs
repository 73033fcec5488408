//! Rules: listed in summary, read and replaced whole, switched, deleted when off.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// Members of a rule that a write sets.
const WRITTEN: [&str; 13] = [
    "name",
    "description",
    "labels",
    "trigger",
    "components",
    "ruleScopeARIs",
    "notifyOnError",
    "canOtherRuleTrigger",
    "writeAccessType",
    "collaborators",
    "authorAccountId",
    "actor",
    "state",
];

/// `GET /rule/summary`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let all = summaries(call, |_| true);
    let limit = call.number("limit").unwrap_or(50).clamp(1, 100);
    let slice = page::slice(&all, call.get("cursor"), limit)?;
    Ok(Answer::ok(linked(call, slice, limit)))
}

/// `POST /rule/summary`: at least one of four members of the body has to be there.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let given = |member: &str| call.body.get(member).is_some();
    if !["trigger", "state", "scope", "limit"]
        .into_iter()
        .any(given)
    {
        return Err(Refusal::bad("No query fields were provided."));
    }
    let is = |wanted: &str, held: &Value| call.text(wanted).is_none_or(|w| *held == *w);
    let found = summaries(call, |rule| {
        let scopes = rule["ruleScopeARIs"].as_array();
        is("trigger", &rule["trigger"]["type"])
            && is("state", &rule["state"])
            && is("author", &rule["authorAccountId"])
            && call
                .text("scope")
                .is_none_or(|wanted| scopes.is_some_and(|s| s.iter().any(|s| *s == *wanted)))
    });
    let limit = body_limit(call);
    let slice = page::slice(&found, call.text("cursor"), limit)?;
    Ok(Answer::ok(linked(call, slice, limit)))
}

/// The rules asked for, in summary.
fn summaries(call: &Call<'_>, asked: impl Fn(&Value) -> bool) -> Vec<Value> {
    call.of(Kind::Rule)
        .values()
        .map(|stored| &stored["rule"])
        .filter(|rule| asked(rule))
        .map(|rule| {
            let mut shown = pick(
                rule,
                &[
                    "uuid",
                    "name",
                    "description",
                    "state",
                    "labels",
                    "ruleScopeARIs",
                    "authorAccountId",
                    "created",
                    "updated",
                ],
            );
            shown["actorAccountId"] = rule["actor"]["actor"].clone();
            shown
        })
        .collect()
}

/// `GET /rule/{ruleUuid}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let mut stored = find(call)?;
    if call.flag("redactSensitiveFields") {
        for connection in stored["connections"].as_array_mut().into_iter().flatten() {
            connection["targetConfigJson"] = json!("REDACTED");
        }
    }
    Ok(Answer::ok(pick(&stored, &["rule", "connections"])))
}

/// `POST /rule`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let chosen = call.body["rule"]["uuid"].as_str().map(str::to_owned);
    let uuid = chosen.unwrap_or_else(|| call.tenant.entropy.uuid());
    if call.of(Kind::Rule).get(&uuid).is_some() {
        return Err(Refusal::bad("A rule with this uuid exists already."));
    }
    let now = seconds(call);
    let rule = json!({ "uuid": uuid, "created": now });
    let stored = written(call, rule)?;
    call.of_mut(Kind::Rule).put(&uuid, stored);
    Ok(Answer::created(json!({ "ruleUuid": uuid })))
}

/// `PUT /rule/{ruleUuid}`: what the body leaves out of the rule is gone.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let stored = find(call)?;
    let uuid = text(&stored["rule"], "uuid");
    let stored = written(call, pick(&stored["rule"], &["uuid", "created", "state"]))?;
    call.of_mut(Kind::Rule).put(&uuid, stored);
    Ok(Answer::ok(json!({ "ruleUuid": uuid })))
}

/// `PUT /rule/{ruleUuid}/state`; the key is `value`, and the same state again is no fault.
pub(crate) fn set_state(call: &mut Call<'_>) -> Outcome {
    let uuid = text(&find(call)?["rule"], "uuid");
    let Some(state) = call.text("value").map(str::to_owned) else {
        return Err(Refusal::bad("value is required"));
    };
    let now = seconds(call);
    if let Some(stored) = call.of_mut(Kind::Rule).get_mut(&uuid) {
        if stored["broken"] == true && state == "ENABLED" {
            return Err(Refusal::bad(
                "The rule names a project that does not exist and cannot be enabled.",
            ));
        }
        stored["rule"]["state"] = json!(state);
        stored["rule"]["updated"] = json!(now);
    }
    Ok(Answer::empty(200))
}

/// `PUT /rule/{ruleUuid}/rule-scope`: the list takes the place of the present one.
pub(crate) fn set_scope(call: &mut Call<'_>) -> Outcome {
    let uuid = text(&find(call)?["rule"], "uuid");
    let scopes = call.body["ruleScopeARIs"].clone();
    let given = scopes.as_array().is_some_and(|all| !all.is_empty());
    if !given || !known_scopes(call, &scopes) {
        return Err(Refusal::bad(
            "ruleScopeARIs names a project or site that does not exist, or none",
        ));
    }
    let now = seconds(call);
    if let Some(stored) = call.of_mut(Kind::Rule).get_mut(&uuid) {
        stored["rule"]["ruleScopeARIs"] = scopes;
        stored["rule"]["updated"] = json!(now);
    }
    Ok(Answer::empty(200))
}

/// `DELETE /rule/{ruleUuid}`: only a disabled one.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let rule = find(call)?["rule"].clone();
    if rule["state"] == "ENABLED" {
        return Err(Refusal::bad(
            "Rule is enabled; it must be disabled before it can be deleted.",
        ));
    }
    call.of_mut(Kind::Rule).remove(&text(&rule, "uuid"));
    Ok(Answer::empty(200))
}

/// The page with its links: the cursor is in the query of `next`, which is null on the last page.
pub(crate) fn linked(call: &Call<'_>, slice: page::Slice, limit: usize) -> Value {
    let next = slice
        .next
        .map(|cursor| format!("?cursor={cursor}&limit={limit}"));
    json!({ "links": { "self": call.link(&call.path), "next": next, "prev": null }, "data": slice.shown })
}

pub(crate) fn body_limit(call: &Call<'_>) -> usize {
    let limit = call.body["limit"]
        .as_f64()
        .map_or(50, |l| format!("{l:.0}").parse().unwrap_or(50));
    usize::clamp(limit, 1, 100)
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(Kind::Rule, &call.id("ruleUuid"), "The rule was not found.")
}

fn written(call: &Call<'_>, mut rule: Value) -> Result<Value, Refusal> {
    let given = &call.body["rule"];
    let name = given["name"].as_str().unwrap_or_default();
    if name.trim().is_empty() {
        return Err(Refusal::bad("rule.name is required"));
    }
    if !given["trigger"].is_object() {
        return Err(Refusal::bad("rule.trigger is required"));
    }
    if !known_scopes(call, &given["ruleScopeARIs"]) {
        return Err(Refusal::bad(
            "rule.ruleScopeARIs names a project or site that does not exist",
        ));
    }
    for member in WRITTEN {
        if let Some(value) = given.get(member).filter(|v| !v.is_null()) {
            rule[member] = value.clone();
        }
    }
    if rule.get("state").is_none() {
        rule["state"] = json!("ENABLED");
    }
    if rule.get("authorAccountId").is_none() {
        rule["authorAccountId"] = json!(call.account);
    }
    rule["updated"] = json!(seconds(call));
    let connections = connections(call, &rule["uuid"]);
    Ok(json!({ "uuid": rule["uuid"], "rule": rule, "connections": connections }))
}

/// The connections of the body. One that the rule has already keeps when and for what it was made.
fn connections(call: &Call<'_>, rule: &Value) -> Value {
    let stored = call.of(Kind::Rule).get(rule.as_str().unwrap_or_default());
    let held = stored.and_then(|r| r["connections"].as_array());
    let held = held.map_or(&[][..], Vec::as_slice);
    let given = call.body["connections"].as_array().into_iter().flatten();
    given
        .map(|connection| {
            let same = held.iter().find(|h| h["id"] == connection["id"]);
            let mut made = connection.clone();
            made["createdAt"] = same.map_or(json!(seconds(call)), |s| s["createdAt"].clone());
            made["updatedAt"] = json!(seconds(call));
            made["container"] = json!({ "id": rule, "containerType": "RULE" });
            made
        })
        .collect()
}

/// Whether each ARI of a list, where there is one, names the site or one of its projects.
fn known_scopes(call: &Call<'_>, scopes: &Value) -> bool {
    let known = |scope: &Value| scope.as_str().is_some_and(|s| known_scope(call, s));
    scopes.as_array().is_none_or(|all| all.iter().all(known))
}

/// Whether an ARI names the site or one of its projects.
pub(crate) fn known_scope(call: &Call<'_>, ari: &str) -> bool {
    match ari.rsplit_once("project/") {
        Some((site, project)) => {
            site.contains(&call.tenant.cloud_id) && call.of(Kind::Project).get(project).is_some()
        }
        None => ari.ends_with(&format!("site/{}", call.tenant.cloud_id)),
    }
}

/// Rules carry their times in seconds.
pub(crate) fn seconds(call: &Call<'_>) -> i64 {
    call.now() / 1000
}
