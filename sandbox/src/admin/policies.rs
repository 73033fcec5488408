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

/// `POST /v1/orgs/{orgId}/policies`: 202.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let given = call.body["data"]["attributes"].clone();
    let id = call.tenant.entropy.uuid();
    let mut policy =
        json!({ "id": id, "attributes": pick(&given, &["type", "name", "status", "rule"]) });
    if policy["attributes"]["status"].is_null() {
        policy["attributes"]["status"] = json!("enabled");
    }
    let covered = given["resources"].as_array().cloned().unwrap_or_default();
    policy["attributes"]["resources"] = covered.iter().map(applied).collect();
    call.of_mut(Kind::OrgPolicy).put(&id, policy.clone());
    let what = format!("Policy {} was created", text(&policy["attributes"], "name"));
    record(call, "policy_created", &what);
    Ok(Answer::json(202, json!({ "data": show(&policy) })))
}

/// `DELETE /v1/orgs/{orgId}/policies/{policyId}`: 202.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let policy = find(call)?;
    call.of_mut(Kind::OrgPolicy).remove(&text(&policy, "id"));
    let what = format!("Policy {} was deleted", text(&policy["attributes"], "name"));
    record(call, "policy_deleted", &what);
    Ok(Answer::empty(202))
}

/// `GET /v1/orgs/{orgId}/policies/{policyId}/validate`: only begun.
pub(crate) fn validate(call: &mut Call<'_>) -> Outcome {
    find(call)?;
    Ok(Answer::empty(202))
}

/// `POST /v1/orgs/{orgId}/policies/{policyId}/resources`.
pub(crate) fn add_resource(call: &mut Call<'_>) -> Outcome {
    let new = applied(&call.body);
    let policy = change(call, |covered| {
        if covered.iter().any(|c| c["id"] == new["id"]) {
            return Err(Refusal::conflict("The policy covers the resource already."));
        }
        covered.push(new.clone());
        Ok(())
    })?;
    Ok(Answer::json(202, json!({ "data": show(&policy) })))
}

/// `PUT /v1/orgs/{orgId}/policies/{policyId}/resources/{resourceId}`: what is left out is gone.
pub(crate) fn update_resource(call: &mut Call<'_>) -> Outcome {
    let (id, given) = (call.id("resourceId"), call.body.clone());
    let policy = change(call, |covered| {
        let held = covered.iter_mut().find(|c| c["id"] == *id);
        let held = held.ok_or_else(|| Refusal::not_found("The resource was not found."))?;
        *held = pick(held, &["id", "applicationStatus"]);
        for name in ["meta", "links"] {
            if let Some(value) = given.get(name) {
                held[name] = value.clone();
            }
        }
        Ok(())
    })?;
    Ok(Answer::json(202, json!({ "data": show(&policy) })))
}

/// `DELETE /v1/orgs/{orgId}/policies/{policyId}/resources/{resourceId}`.
pub(crate) fn remove_resource(call: &mut Call<'_>) -> Outcome {
    let id = call.id("resourceId");
    change(call, |covered| {
        if !covered.iter().any(|c| c["id"] == *id) {
            return Err(Refusal::not_found("The resource was not found."));
        }
        covered.retain(|c| c["id"] != *id);
        Ok(())
    })?;
    Ok(Answer::empty(204))
}

/// Changes what a policy covers, and gives the policy as it is then.
fn change(
    call: &mut Call<'_>,
    f: impl Fn(&mut Vec<Value>) -> Result<(), Refusal>,
) -> Result<Value, Refusal> {
    let mut policy = find(call)?;
    if let Some(covered) = policy["attributes"]["resources"].as_array_mut() {
        f(covered)?;
    }
    let id = text(&policy, "id");
    call.of_mut(Kind::OrgPolicy).put(id, policy.clone());
    record(call, "policy_updated", "What a policy covers was changed");
    Ok(policy)
}

fn applied(resource: &Value) -> Value {
    let mut held = pick(resource, &["id", "meta", "links"]);
    held["applicationStatus"] = json!("applied");
    held
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
