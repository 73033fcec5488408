//! Rules that a person starts by hand on issues.

use serde_json::{Value, json};

use super::rules;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `POST /rule/manual/search`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let all: Vec<Value> = call.of(Kind::ManualRule).values().cloned().collect();
    let limit = rules::body_limit(call);
    let slice = page::slice(&all, call.text("cursor"), limit)?;
    Ok(Answer::ok(rules::linked(call, slice, limit)))
}

/// `POST /rule/manual/{ruleId}/invocation`: told for each object whether the rule was started on it.
pub(crate) fn invoke(call: &mut Call<'_>) -> Outcome {
    let rule = call.find(
        Kind::ManualRule,
        &call.id("ruleId"),
        "The rule was not found.",
    )?;
    for input in rule["userInputs"].as_array().into_iter().flatten() {
        let name = text(input, "variableName");
        let given = &call.body["userInputs"][&name];
        if input["required"] == true && given["value"].is_null() {
            return Err(Refusal::bad(format!("The rule needs the input '{name}'.")));
        }
    }
    let objects = call.body["objects"].as_array().into_iter().flatten();
    let started = objects.filter_map(Value::as_str).map(|object| {
        let said = if is_issue(call, object) {
            "SUCCESS"
        } else {
            "INVALID_TARGET_OBJECT"
        };
        (object.to_owned(), json!(said))
    });
    Ok(Answer::ok(Value::Object(started.collect())))
}

fn is_issue(call: &Call<'_>, ari: &str) -> bool {
    ari.rsplit_once("issue/").is_some_and(|(site, id)| {
        site.contains(&call.tenant.cloud_id) && call.of(Kind::Issue).get(id).is_some()
    })
}
