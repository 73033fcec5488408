//! Policies of the organisation: a write takes the place of the attributes there were.

use serde_json::{Value, json};

use super::organization::{paged, record};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /v1/orgs/{orgId}/policies`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let of_type = call.of(Kind::OrgPolicy).values().filter(|p| {
        call.get("type")
            .is_none_or(|t| p["attributes"]["type"] == t)
    });
    let all: Vec<Value> = of_type.map(show).collect();
    let mut page = paged(call, &all, 20)?;
    page["meta"] = json!({ "page_size": 20 });
    Ok(Answer::ok(page))
}

/// `GET /v1/orgs/{orgId}/policies/{policyId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let policy = find(call)?;
    Ok(Answer::ok(json!({ "data": show(&policy) })))
}

/// `PUT /v1/orgs/{orgId}/policies/{policyId}`: 202, body `{data: {...}}`.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let mut policy = find(call)?;
    let given = call.body["data"]["attributes"].clone();
    if !given.is_object() {
        return Err(Refusal::bad("data.attributes is required"));
    }
    if given["type"] != policy["attributes"]["type"] {
        return Err(Refusal::bad("The type of a policy cannot be changed."));
    }
    policy["attributes"] = pick(&given, &["type", "name", "status", "rule", "resources"]);
    for resource in policy["attributes"]["resources"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        resource["applicationStatus"] = json!("applied");
    }
    let name = text(&policy["attributes"], "name");
    let id = call.id("policyId");
    call.of_mut(Kind::OrgPolicy).put(id, policy.clone());
    record(
        call,
        "policy_updated",
        &format!("Policy {name} was updated"),
    );
    Ok(Answer::json(202, json!({ "data": show(&policy) })))
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(
        Kind::OrgPolicy,
        &call.id("policyId"),
        "The policy was not found.",
    )
}

fn show(policy: &Value) -> Value {
    json!({ "id": policy["id"], "type": "policy", "attributes": policy["attributes"] })
}
