//! Users of a directory: found, read, suspended, restored, invited.

use serde_json::{Value, json};

use super::organization::{asks, directory, record, searched};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;
use crate::state::time;

const SHOWN: [&str; 14] = [
    "accountId",
    "accountStatus",
    "accountType",
    "addedToOrg",
    "claimStatus",
    "email",
    "emailVerified",
    "managementSource",
    "membershipStatus",
    "mfaEnabled",
    "name",
    "nickname",
    "status",
    "platformRoles",
];

/// `POST /v2/orgs/{orgId}/directories/{directoryId}/users/search`.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let directory = directory(call)?;
    let words = call.text("searchTerm").unwrap_or_default().to_lowercase();
    let groups: Vec<&Value> = call
        .of(Kind::OrgGroup)
        .values()
        .filter(|g| {
            call.body["groupIds"]
                .as_array()
                .is_some_and(|wanted| wanted.contains(&g["id"]))
        })
        .collect();
    let grouped = call.body["groupIds"]
        .as_array()
        .is_some_and(|g| !g.is_empty());
    let single =
        |member: &str, value: &Value| call.body.get(member).is_none_or(|wanted| wanted == value);
    let found: Vec<Value> = call
        .of(Kind::OrgUser)
        .values()
        .filter(|u| directory == "-" || u["directoryId"] == *directory)
        .filter(|u| {
            ["name", "email"]
                .iter()
                .any(|m| text(u, m).to_lowercase().contains(&words))
        })
        .filter(|u| asks(call, "accountIds", &u["accountId"]) && asks(call, "emails", &u["email"]))
        .filter(|u| {
            asks(call, "status", &u["status"]) && asks(call, "accountStatus", &u["accountStatus"])
        })
        .filter(|u| asks(call, "membershipStatus", &u["membershipStatus"]))
        .filter(|u| {
            single("claimStatus", &u["claimStatus"]) && single("mfaEnabled", &u["mfaEnabled"])
        })
        .filter(|u| {
            let domain = text(u, "email")
                .rsplit('@')
                .next()
                .unwrap_or_default()
                .to_owned();
            asks(call, "emailDomains", &json!(domain))
        })
        .filter(|u| {
            !grouped
                || groups.iter().any(|g| {
                    g["members"]
                        .as_array()
                        .is_some_and(|m| m.contains(&u["accountId"]))
                })
        })
        .map(|u| pick(u, &SHOWN))
        .collect();
    Ok(Answer::ok(searched(call, &found)?))
}

/// `GET /v2/orgs/{orgId}/directories/{directoryId}/users/{userId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    // The document names the parameter accountId, the path userId.
    let id = call
        .get("userId")
        .or(call.get("accountId"))
        .unwrap_or_default()
        .to_owned();
    let user = find(call, &id)?;
    Ok(Answer::ok(json!({ "data": pick(&user, &SHOWN) })))
}

/// `POST .../users/{accountId}/suspend`.
pub(crate) fn suspend(call: &mut Call<'_>) -> Outcome {
    switch(call, "suspended", "user_suspended")
}

/// `POST .../users/{accountId}/restore`.
pub(crate) fn restore(call: &mut Call<'_>) -> Outcome {
    switch(call, "active", "user_restored")
}

/// `POST /v2/orgs/{orgId}/users/invite`: known addresses are answered too, and change nothing.
pub(crate) fn invite(call: &mut Call<'_>) -> Outcome {
    let emails = call.body["emails"].as_array().cloned().unwrap_or_default();
    if emails.is_empty() || emails.len() > 25 {
        return Err(Refusal::bad("Between 1 and 25 addresses can be invited."));
    }
    if let Some(bad) = emails
        .iter()
        .find(|e| !e.as_str().is_some_and(|e| e.contains('@')))
    {
        return Err(Refusal::bad(format!("{bad} is no address.")));
    }
    let groups = call.body["additionalGroups"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut results = Vec::new();
    for email in emails {
        let account = match call.of(Kind::OrgUser).find(|u| u["email"] == email) {
            Some(known) => text(known, "accountId"),
            None => add(call, &email),
        };
        let mut assigned = Vec::new();
        for group in &groups {
            let stored = call
                .of_mut(Kind::OrgGroup)
                .get_mut(group.as_str().unwrap_or_default());
            let members = stored.and_then(|g| g["members"].as_array_mut());
            let status = match members {
                Some(members) => {
                    if !members.iter().any(|m| *m == *account) {
                        members.push(json!(account));
                    }
                    "SUCCESS"
                }
                None => "FAILURE",
            };
            assigned.push(json!({ "group": group, "status": status }));
        }
        results.push(json!({
            "email": email, "id": account,
            "results": [{ "groupAssignmentResult": assigned, "roleAssignmentResult": [] }],
        }));
    }
    record(call, "user_invited", "Users were invited");
    Ok(Answer::ok(json!({ "data": results })))
}

/// `DELETE .../users/{accountId}`: out of the directory and of all groups; the account stays.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let id = call.id("accountId");
    let user = find(call, &id)?;
    if let Some(stored) = call.of_mut(Kind::OrgUser).get_mut(&id) {
        stored["directoryId"] = Value::Null;
        stored["membershipStatus"] = json!("no_membership");
        stored["status"] = json!("not_invited");
        stored["platformRoles"] = json!([]);
    }
    for group in call.of_mut(Kind::OrgGroup).values_mut() {
        if let Some(members) = group["members"].as_array_mut() {
            members.retain(|m| *m != *id);
        }
    }
    let what = format!("{} was removed", text(&user, "name"));
    record(call, "user_removed", &what);
    Ok(Answer::empty(204))
}

/// `GET /v1/orgs/{orgId}/directory/users/{accountId}/last-active-dates`.
pub(crate) fn last_active(call: &mut Call<'_>) -> Outcome {
    let id = call.id("accountId");
    let user = call.find(Kind::OrgUser, &id, "The user was not found.")?;
    let added = text(&user, "addedToOrg");
    Ok(Answer::ok(json!({
        "data": {
            "product_access": [{
                "id": call.tenant.cloud_id, "key": "jira-software", "last_active": "2026-03-01",
                "last_active_timestamp": "2026-03-01T07:00:00Z",
            }],
            "added_to_org": added.get(..10), "added_to_org_timestamp": added,
        },
        "links": {},
    })))
}

fn add(call: &mut Call<'_>, email: &Value) -> String {
    let account = format!("712020:{}", call.tenant.entropy.uuid());
    let home = call
        .of(Kind::Directory)
        .values()
        .next()
        .map_or(Value::Null, |d| d["id"].clone());
    let name = email
        .as_str()
        .and_then(|e| e.split('@').next())
        .unwrap_or_default()
        .to_owned();
    let user = json!({
        "accountId": account, "directoryId": home, "email": email, "name": name, "nickname": name,
        "accountType": "atlassian", "accountStatus": "active", "status": "active", "membershipStatus": "active",
        "claimStatus": "unmanaged", "managementSource": "invited", "emailVerified": false, "mfaEnabled": false,
        "addedToOrg": time::iso(call.now()), "platformRoles": [],
    });
    call.of_mut(Kind::OrgUser).put(&account, user);
    account
}

fn switch(call: &mut Call<'_>, to: &str, action: &str) -> Outcome {
    let id = call.id("accountId");
    let user = find(call, &id)?;
    if user["platformRoles"]
        .as_array()
        .is_some_and(|r| r.iter().any(|r| r == "atlassian/org-admin"))
        && to == "suspended"
    {
        return Err(Refusal::forbidden(
            "An organization admin cannot be suspended.",
        ));
    }
    if let Some(stored) = call.of_mut(Kind::OrgUser).get_mut(&id) {
        stored["membershipStatus"] = json!(to);
        stored["status"] = json!(to);
    }
    record(
        call,
        action,
        &format!("{} became {to}", text(&user, "name")),
    );
    Ok(Answer::empty(204))
}

pub(super) fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    let directory = directory(call)?;
    let user = call.find(Kind::OrgUser, id, "The user was not found.")?;
    if directory == "-" || user["directoryId"] == *directory {
        return Ok(user);
    }
    Err(Refusal::not_found(
        "The user was not found in the directory.",
    ))
}
