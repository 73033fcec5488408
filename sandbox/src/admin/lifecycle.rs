//! What the organisation may change of a managed account: profile, address, tokens, deletion.

use serde_json::{Value, json};

use super::accounts::{find, profile};
use super::organization::record;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// Members of the wire, and of the stored user.
const PROFILE: [(&str, &str); 8] = [
    ("/name", "name"),
    ("/nickname", "nickname"),
    ("/zoneinfo", "zoneinfo"),
    ("/locale", "locale"),
    ("/extended_profile/job_title", "jobTitle"),
    ("/extended_profile/department", "department"),
    ("/extended_profile/location", "location"),
    ("/extended_profile/organization", "organization"),
];

/// `GET /users/{account_id}/manage`: what an identity provider keeps cannot be changed here.
pub(crate) fn permissions(call: &mut Call<'_>) -> Outcome {
    let user = find(call)?;
    let may = json!({ "allowed": true });
    let own = if user["managementSource"] == "synced" {
        json!({ "allowed": false, "reason": { "key": "externalDirectory.scim" } })
    } else {
        may.clone()
    };
    let fields = json!({ "name": own, "nickname": may, "zoneinfo": may, "locale": may, "extended_profile": may });
    let all = json!({
        "profile": fields, "profile.write": fields, "profile.read": may, "email.set": own,
        "lifecycle.enablement": own, "lifecycle.delete": may,
        "apiToken.read": may, "apiToken.delete": may,
    });
    let mut shown = all;
    let asked = call.list("privileges");
    if let Some(members) = shown.as_object_mut().filter(|_| !asked.is_empty()) {
        members.retain(|name, _| asked.contains(name));
    }
    Ok(Answer::ok(shown))
}

/// `PATCH /users/{account_id}/manage/profile`.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let user = find(call)?;
    if user["managementSource"] == "synced" && call.body.get("name").is_some() {
        return Err(Refusal::forbidden(
            "The name is kept by the identity provider.",
        ));
    }
    let given: Vec<(&str, Value)> = PROFILE
        .iter()
        .filter_map(|(wire, stored)| Some((*stored, call.body.pointer(wire)?.clone())))
        .collect();
    let id = text(&user, "accountId");
    if let Some(user) = call.of_mut(Kind::OrgUser).get_mut(&id) {
        for (stored, value) in given {
            match user.as_object_mut() {
                Some(user) if value == "" => drop(user.remove(stored)),
                _ => user[stored] = value,
            }
        }
    }
    record(call, "account_profile_changed", "A profile was changed");
    profile(call)
}

/// `PUT /users/{account_id}/manage/email`: only an address of a verified domain.
pub(crate) fn set_email(call: &mut Call<'_>) -> Outcome {
    let user = find(call)?;
    let email = call.demand("email")?;
    let domain = email.rsplit('@').next().unwrap_or_default().to_owned();
    let ours = |d: &Value| d["name"] == *domain && d["claimStatus"] == "verified";
    if call.of(Kind::Domain).find(ours).is_none() {
        return Err(Refusal::forbidden("The domain is not verified."));
    }
    if call
        .of(Kind::OrgUser)
        .find(|u| u["email"] == *email && u["accountId"] != user["accountId"])
        .is_some()
    {
        return Err(Refusal::bad("The address is taken."));
    }
    let id = text(&user, "accountId");
    if let Some(user) = call.of_mut(Kind::OrgUser).get_mut(&id) {
        user["email"] = json!(email);
    }
    record(call, "account_email_changed", "An address was changed");
    Ok(Answer::empty(204))
}

/// `GET /users/{account_id}/manage/api-tokens`.
pub(crate) fn tokens(call: &mut Call<'_>) -> Outcome {
    let user = find(call)?;
    let all: Vec<Value> = call
        .of(Kind::ApiToken)
        .values()
        .filter(|t| t["accountId"] == user["accountId"])
        .map(|t| {
            json!({
                "id": t["id"], "label": t["label"], "createdAt": t["createdAt"],
                "lastAccess": t["lastActiveAt"], "expiry": t["expiresAt"],
            })
        })
        .collect();
    Ok(Answer::ok(json!(all)))
}

/// `DELETE /users/{account_id}/manage/api-tokens/{tokenId}`.
pub(crate) fn revoke_token(call: &mut Call<'_>) -> Outcome {
    let user = find(call)?;
    let id = call.id("tokenId");
    let token = call.find(Kind::ApiToken, &id, "The token was not found.")?;
    if token["accountId"] != user["accountId"] {
        return Err(Refusal::not_found("The token was not found."));
    }
    call.of_mut(Kind::ApiToken).remove(&id);
    record(call, "api_token_revoked", "An API token was revoked");
    Ok(Answer::empty(204))
}

/// `POST /users/{account_id}/manage/lifecycle/delete`: deactivated until the grace is over.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let user = find(call)?;
    let id = text(&user, "accountId");
    if let Some(user) = call.of_mut(Kind::OrgUser).get_mut(&id) {
        user["accountStatus"] = json!("inactive");
        user["status"] = json!("for_deletion");
    }
    record(call, "account_deletion_begun", "An account will be deleted");
    Ok(Answer::ok(
        json!({ "message": "The account will be deleted in 14 days." }),
    ))
}

/// `POST /users/{account_id}/manage/lifecycle/cancel-delete`.
pub(crate) fn cancel_delete(call: &mut Call<'_>) -> Outcome {
    let user = find(call)?;
    if user["status"] != "for_deletion" {
        return Err(Refusal::bad("The account is not going to be deleted."));
    }
    let id = text(&user, "accountId");
    if let Some(user) = call.of_mut(Kind::OrgUser).get_mut(&id) {
        user["accountStatus"] = json!("active");
        user["status"] = user["membershipStatus"].clone();
    }
    record(call, "account_deletion_cancelled", "An account stays");
    Ok(Answer::ok(
        json!({ "message": "The account will not be deleted." }),
    ))
}
