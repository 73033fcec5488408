//! What policies cover, and who is under which authentication policy.

use serde_json::{Value, json};

use super::organization::record;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /admin/control/v2/orgs/{orgId}/policies/{policyId}/resources`.
pub(crate) fn resources(call: &mut Call<'_>) -> Outcome {
    let id = call.id("policyId");
    let policy = [Kind::DataPolicy, Kind::OrgPolicy]
        .into_iter()
        .find_map(|kind| call.tenant.get(kind, &id));
    let policy = policy.ok_or_else(|| Refusal::not_found("The policy was not found."))?;
    let covered = policy["covers"].as_array().cloned().unwrap_or_default();
    Ok(Answer::ok(
        json!({ "data": covered, "meta": { "page_size": 20 }, "links": { "self": call.link(&call.path) } }),
    ))
}

/// `DELETE /admin/control/v2/orgs/{orgId}/policies/{policyId}/resources`: all of them.
pub(crate) fn clear(call: &mut Call<'_>) -> Outcome {
    let id = call.id("policyId");
    call.find(Kind::DataPolicy, &id, "The policy was not found.")?;
    if let Some(policy) = call.of_mut(Kind::DataPolicy).get_mut(&id) {
        policy["covers"] = json!([]);
    }
    record(
        call,
        "policy_resources_removed",
        "A policy covers nothing any more",
    );
    Ok(Answer::empty(204))
}

/// `POST /admin/control/v2/orgs/{orgId}/policies/publishDraftPolicies`: all or none.
pub(crate) fn publish(call: &mut Call<'_>) -> Outcome {
    let asked = call.body["policyOperations"].as_array().cloned();
    let asked = asked.unwrap_or_default();
    for one in &asked {
        call.find(
            Kind::DataPolicy,
            &text(one, "policyId"),
            "The policy was not found.",
        )?;
    }
    let mut messages = Vec::new();
    for one in &asked {
        let id = text(one, "policyId");
        if one["action"] == "DELETE" {
            call.of_mut(Kind::DataPolicy).remove(&id);
        } else if let Some(policy) = call.of_mut(Kind::DataPolicy).get_mut(&id) {
            policy["state"] = json!("published");
        }
        let (message, ticket) = (call.tenant.entropy.uuid(), call.tenant.entropy.uuid());
        messages.push(json!({
            "messageId": message,
            "ticket": { "id": ticket, "containerAri": id, "scope": one["policyCoverageLevel"] },
        }));
    }
    record(
        call,
        "policies_published",
        "Data security policies were published",
    );
    Ok(Answer::json(202, json!({ "messages": messages })))
}

/// `POST /admin/control/v1/orgs/{orgId}/auth-policy/{policyId}/add-users`: a task does it.
pub(crate) fn add_users(call: &mut Call<'_>) -> Outcome {
    let policy = call.id("policyId");
    call.find(Kind::AuthPolicy, &policy, "The policy was not found.")?;
    let (mut done, mut failed) = (0, Vec::new());
    for email in call.body["users"].as_array().cloned().unwrap_or_default() {
        let user = call
            .of_mut(Kind::OrgUser)
            .values_mut()
            .find(|u| u["email"] == email && u["claimStatus"] == "managed");
        match user {
            Some(user) => {
                user["authPolicy"] = json!(policy);
                done += 1;
            }
            None => failed.push(email),
        }
    }
    let id = call.tenant.entropy.uuid();
    let reasons = if failed.is_empty() {
        json!([])
    } else {
        json!([{ "emails": failed, "details": { "status": 404, "title": "Not found", "detail": "no managed account" } }])
    };
    let task = json!({ "inProgressCount": 0, "successCount": done, "failureCount": failed.len(), "failureReasons": reasons });
    call.of_mut(Kind::AuthPolicyTask).put(&id, task);
    record(
        call,
        "auth_policy_users_added",
        "Users were put under an authentication policy",
    );
    let link = call.link(&format!(
        "/admin/control/v1/orgs/{}/auth-policy/task/{id}",
        call.id("orgId")
    ));
    Ok(Answer::json(202, json!({ "taskId": id, "taskLink": link })))
}

/// `GET /admin/control/v1/orgs/{orgId}/auth-policy/task/{taskId}`.
pub(crate) fn task(call: &mut Call<'_>) -> Outcome {
    let mut task = call.find(
        Kind::AuthPolicyTask,
        &call.id("taskId"),
        "The task was not found.",
    )?;
    task.as_object_mut().map(|t| t.remove("id"));
    Ok(Answer::ok(task))
}

/// `POST /admin/control/v1/orgs/{orgId}/users/auth-policies/bulk-fetch`.
pub(crate) fn policies_of_users(call: &mut Call<'_>) -> Outcome {
    let wanted = call.body["accountIds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let found = call
        .of(Kind::OrgUser)
        .values()
        .filter(|u| wanted.contains(&u["accountId"]));
    let shown: Vec<Value> = found
        .map(|u| {
            json!({
                "email": u["email"], "name": u["name"], "accountId": u["accountId"],
                "authPolicyInfo": { "policyId": text(u, "authPolicy"), "dateAdded": 1_767_225_600_000_i64 },
            })
        })
        .collect();
    Ok(Answer::ok(json!(shown)))
}
