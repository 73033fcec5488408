//! API tokens of users and service accounts.

use serde_json::{Value, json};

use super::organization::record;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /orgs/{orgId}/api-tokens`.
pub(crate) fn tokens(call: &mut Call<'_>) -> Outcome {
    let words = call.get("q").unwrap_or_default().to_lowercase();
    let all: Vec<Value> = call
        .of(Kind::ApiToken)
        .values()
        .filter(|t| text(t, "label").to_lowercase().contains(&words))
        .filter(|t| call.get("status").is_none_or(|s| text(t, "status").eq_ignore_ascii_case(s)))
        .map(|t| {
            let account = text(t, "accountId");
            let user = call.tenant.get(Kind::OrgUser, &account).cloned().unwrap_or_default();
            let mut shown = t.clone();
            shown["user"] = json!({ "id": account, "orgId": call.tenant.org_id, "name": user["name"], "email": user["email"] });
            shown.as_object_mut().map(|m| m.remove("accountId"));
            shown
        })
        .collect();
    let slice = page::slice(
        &all,
        call.get("cursor"),
        call.number("pageSize").unwrap_or(100).clamp(1, 1000),
    )?;
    let mut links = json!({ "self": call.link(&call.path) });
    if let Some(next) = slice.next {
        links["next"] = json!(next);
    }
    Ok(Answer::ok(json!({ "data": slice.shown, "links": links })))
}

/// `GET /orgs/{orgId}/api-tokens/count`: a bare number.
pub(crate) fn count_tokens(call: &mut Call<'_>) -> Outcome {
    let words = call.get("q").unwrap_or_default().to_lowercase();
    let count = call
        .of(Kind::ApiToken)
        .values()
        .filter(|t| text(t, "label").to_lowercase().contains(&words))
        .filter(|t| {
            call.get("status")
                .is_none_or(|s| text(t, "status").eq_ignore_ascii_case(s))
        })
        .count();
    Ok(Answer::ok(json!(count)))
}

/// `DELETE /orgs/{orgId}/api-tokens`: those of every managed user.
pub(crate) fn revoke_tokens(call: &mut Call<'_>) -> Outcome {
    let managed: Vec<String> = call
        .of(Kind::OrgUser)
        .values()
        .filter(|u| u["claimStatus"] == "managed")
        .map(|u| text(u, "accountId"))
        .collect();
    let before = call.of(Kind::ApiToken).values().count();
    call.of_mut(Kind::ApiToken)
        .retain(|t| !managed.contains(&text(t, "accountId")));
    if call.of(Kind::ApiToken).values().count() == before {
        return Err(Refusal::not_found("There is no token."));
    }
    record(call, "api_tokens_revoked", "All API tokens were revoked");
    Ok(Answer::empty(204))
}

/// `GET /orgs/{orgId}/api-keys/count`: a bare number.
pub(crate) fn count_keys(call: &mut Call<'_>) -> Outcome {
    let words = call.get("q").unwrap_or_default().to_lowercase();
    let all = call.of(Kind("OrgApiKey")).values();
    let fitting = all.filter(|k| text(k, "label").to_lowercase().contains(&words));
    Ok(Answer::ok(json!(fitting.count())))
}

/// `POST /orgs/{orgId}/oauth-clients/count`.
pub(crate) fn count_clients(call: &mut Call<'_>) -> Outcome {
    let total = call.of(Kind("OauthClient")).values().count();
    Ok(Answer::ok(json!({ "total": total })))
}

/// `POST /orgs/{orgId}/service-accounts/count`: the credentials of those that are named.
pub(crate) fn count_credentials(call: &mut Call<'_>) -> Outcome {
    let (mut valid, mut invalid) = (Vec::new(), Vec::new());
    for id in call.body.as_array().into_iter().flatten() {
        if call
            .of(Kind::ServiceAccount)
            .find(|a| a["id"] == *id)
            .is_none()
        {
            invalid.push(id.clone());
            continue;
        }
        let held = call.of(Kind("ServiceAccountToken")).values();
        let count = held.filter(|t| t["serviceAccountId"] == *id).count();
        valid.push(json!({ "serviceAccountId": id, "credentialsCount": count }));
    }
    Ok(Answer::ok(
        json!({ "validServiceAccountIds": valid, "invalidServiceAccountIds": invalid }),
    ))
}

/// `DELETE /orgs/{orgId}/service-accounts/{serviceAccountId}/api-tokens`: all of them.
pub(crate) fn revoke_of_service_account(call: &mut Call<'_>) -> Outcome {
    let id = call.id("serviceAccountId");
    call.find(
        Kind::ServiceAccount,
        &id,
        "The service account was not found.",
    )?;
    call.of_mut(Kind("ServiceAccountToken"))
        .retain(|t| t["serviceAccountId"] != *id);
    record(
        call,
        "service_account_tokens_revoked",
        "Tokens were revoked",
    );
    Ok(Answer::empty(204))
}

/// `PATCH /orgs/{orgId}/service-accounts`: the body names the account.
pub(crate) fn update_service_account(call: &mut Call<'_>) -> Outcome {
    let account = call.demand("atlassianId")?;
    let found = call
        .of(Kind::ServiceAccount)
        .find(|a| a["atlassianId"] == *account);
    let mut found = found
        .cloned()
        .ok_or_else(|| Refusal::not_found("The service account was not found."))?;
    if call
        .text("displayName")
        .is_some_and(|n| n.chars().count() > 30)
    {
        return Err(Refusal::field("displayName", "has more than 30 characters"));
    }
    call.merge(&mut found, &["displayName", "description"]);
    found["updatedAt"] = json!(call.now());
    call.of_mut(Kind::ServiceAccount)
        .put(text(&found, "id"), found.clone());
    record(
        call,
        "service_account_updated",
        "A service account was changed",
    );
    Ok(Answer::ok(found))
}

/// `GET /orgs/{orgId}/service-accounts`.
pub(crate) fn service_accounts(call: &mut Call<'_>) -> Outcome {
    let all: Vec<&Value> = call.of(Kind::ServiceAccount).values().collect();
    Ok(Answer::ok(
        json!({ "items": all, "total": all.len(), "links": {} }),
    ))
}

/// `POST /orgs/{orgId}/service-accounts`.
pub(crate) fn create_service_account(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("displayName")?;
    if name.chars().count() > 30 {
        return Err(Refusal::field("displayName", "has more than 30 characters"));
    }
    let (id, account) = (call.tenant.entropy.uuid(), call.tenant.entropy.uuid());
    let mut made = json!({
        "id": id, "atlassianId": format!("712020:{account}"), "displayName": name, "status": "ACTIVE",
        "email": format!("{}@serviceaccount.example", account.get(..8).unwrap_or_default()),
        "container": call.tenant.org_id, "updatedAt": call.now(),
    });
    if let Some(description) = call.text("description") {
        made["description"] = json!(description);
    }
    call.of_mut(Kind::ServiceAccount).put(&id, made.clone());
    record(
        call,
        "service_account_created",
        &format!("Service account {name} was created"),
    );
    made.as_object_mut().map(|m| m.remove("description"));
    Ok(Answer::created(made))
}

/// `DELETE /orgs/{orgId}/service-accounts/{serviceAccountId}`.
pub(crate) fn delete_service_account(call: &mut Call<'_>) -> Outcome {
    let id = call.id("serviceAccountId");
    let gone = call.of_mut(Kind::ServiceAccount).remove(&id);
    let gone = gone.ok_or_else(|| Refusal::not_found("The service account was not found."))?;
    record(
        call,
        "service_account_deleted",
        &format!("Service account {} was deleted", text(&gone, "displayName")),
    );
    Ok(Answer::empty(204))
}
