//! Managed accounts and their life cycle.

use serde_json::{Value, json};

use super::organization::{paged, record};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /v1/orgs/{orgId}/users`: every account of the claimed domains, administrators or not.
pub(crate) fn managed(call: &mut Call<'_>) -> Outcome {
    let all: Vec<Value> = call
        .of(Kind::OrgUser)
        .values()
        .filter(|u| u["claimStatus"] == "managed")
        .map(|u| {
            let id = text(u, "accountId");
            json!({
                "account_id": id, "account_type": "atlassian", "account_status": u["accountStatus"],
                "name": u["name"], "email": u["email"], "picture": "https://avatar.example/128",
                "access_billable": u["status"] == "active", "last_active": "2026-03-01",
                "product_access": [{ "key": "jira-software", "name": "Jira", "url": call.tenant.site, "last_active": "2026-03-01" }],
                "links": { "self": call.link(&format!("/users/{id}")) },
            })
        })
        .collect();
    let mut page = paged(call, &all, 10)?;
    page["meta"] = json!({ "total": all.len() });
    Ok(Answer::ok(page))
}

/// `GET /users/{account_id}/manage/profile`.
pub(crate) fn profile(call: &mut Call<'_>) -> Outcome {
    let user = find(call)?;
    Ok(Answer::ok(json!({ "account": {
        "account_id": user["accountId"], "account_type": "atlassian", "account_status": user["accountStatus"],
        "name": user["name"], "nickname": user["nickname"], "email": user["email"],
        "picture": "https://avatar.example/128",
        "zoneinfo": user.get("zoneinfo").unwrap_or(&json!("Europe/Berlin")),
        "locale": user.get("locale").unwrap_or(&json!("en-GB")),
        "characteristics": { "not_mentionable": false },
        "extended_profile": {
            "job_title": text(&user, "jobTitle"), "department": text(&user, "department"),
            "location": text(&user, "location"), "organization": text(&user, "organization"),
        },
    }})))
}

/// `POST /users/{account_id}/manage/lifecycle/disable`.
pub(crate) fn disable(call: &mut Call<'_>) -> Outcome {
    switch(call, "inactive", "deactivated")
}

/// `POST /users/{account_id}/manage/lifecycle/enable`.
pub(crate) fn enable(call: &mut Call<'_>) -> Outcome {
    switch(call, "active", "active")
}

fn switch(call: &mut Call<'_>, account_status: &str, status: &str) -> Outcome {
    let user = find(call)?;
    if let Some(stored) = call
        .of_mut(Kind::OrgUser)
        .get_mut(&text(&user, "accountId"))
    {
        stored["accountStatus"] = json!(account_status);
        if stored["membershipStatus"] == "active" {
            stored["status"] = json!(status);
        }
    }
    record(
        call,
        "account_status_changed",
        &format!("{} became {account_status}", text(&user, "name")),
    );
    Ok(Answer::empty(204))
}

/// A managed account; others are none of the organisation's business.
pub(super) fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let user = call.find(
        Kind::OrgUser,
        &call.id("account_id"),
        "The account was not found.",
    )?;
    if user["claimStatus"] == "managed" {
        Ok(user)
    } else {
        Err(Refusal::forbidden("The account is not managed."))
    }
}
