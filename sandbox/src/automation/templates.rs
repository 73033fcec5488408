//! Rule templates and rules made from them.

use serde_json::{Value, json};

use super::rules;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

const SHOWN: [&str; 5] = [
    "id",
    "description",
    "categories",
    "parameters",
    "displayMetadata",
];

/// `GET /template/{templateId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let template = call.find(
        Kind::RuleTemplate,
        &call.id("templateId"),
        "The template was not found.",
    )?;
    Ok(Answer::ok(pick(&template, &SHOWN)))
}

/// `POST /template/search`: all, those of a category, those that fit a home.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let categories = call.body["categories"].as_array();
    let home = call.text("ruleHome");
    let found: Vec<Value> = call
        .of(Kind::RuleTemplate)
        .values()
        .filter(|t| {
            let own = t["categories"].as_array().map_or(&[][..], Vec::as_slice);
            categories.is_none_or(|wanted| own.iter().any(|c| wanted.contains(&c["key"])))
        })
        .filter(|t| home.is_none_or(|h| fits(call, t, h)))
        .map(|t| pick(t, &SHOWN))
        .collect();
    let limit = rules::body_limit(call);
    let slice = page::slice(&found, call.text("cursor"), limit)?;
    Ok(Answer::ok(rules::linked(call, slice, limit)))
}

/// `POST /template/create`.
pub(crate) fn apply(call: &mut Call<'_>) -> Outcome {
    let id = call.id_in_body("templateId");
    let home = call.id_in_body("ruleHome");
    let template = call.tenant.get(Kind::RuleTemplate, &id).cloned();
    let template = template.filter(|t| rules::known_scope(call, &home) && fits(call, t, &home));
    let template = template.ok_or_else(|| Refusal::bad("Invalid template"))?;
    for parameter in template["parameters"].as_array().into_iter().flatten() {
        let key = text(parameter, "key");
        if parameter["required"] == true && call.body["parameters"].get(&key).is_none() {
            return Err(Refusal::bad(format!(
                "The template needs the parameter '{key}'."
            )));
        }
    }
    if template["needsConnection"] == true {
        return Err(Refusal::bad(
            "The template needs a connection that does not exist.",
        ));
    }
    let uuid = call.tenant.entropy.uuid();
    let number = call.of_mut(Kind::Rule).allocate();
    let now = rules::seconds(call);
    let rule = json!({
        "uuid": uuid, "name": template["description"], "description": "",
        "state": call.text("state").unwrap_or("ENABLED"), "labels": [], "ruleScopeARIs": [home],
        "authorAccountId": call.account, "actor": { "type": "ACCOUNT_ID", "actor": call.account },
        "trigger": { "component": "TRIGGER", "type": "jira.issue.event.trigger:created", "schemaVersion": 1, "value": {}, "conditions": [] },
        "components": [], "canOtherRuleTrigger": false, "notifyOnError": "FIRSTERROR",
        "writeAccessType": "UNRESTRICTED", "collaborators": [], "created": now, "updated": now,
    });
    call.of_mut(Kind::Rule).put(
        &uuid,
        json!({ "uuid": uuid, "rule": rule, "connections": [] }),
    );
    Ok(Answer::ok(json!({ "ruleId": number, "ruleUuid": uuid })))
}

/// Whether a template suits the type of the project that a home names.
fn fits(call: &Call<'_>, template: &Value, home: &str) -> bool {
    let kinds = template["projectTypes"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    match home.rsplit_once("project/") {
        Some((_, id)) if !kinds.is_empty() => call
            .of(Kind::Project)
            .get(id)
            .is_some_and(|p| kinds.contains(&p["projectTypeKey"])),
        _ => true,
    }
}
