//! Customer organisations and their members. Adding a member twice and removing one who is none
//! both succeed and change nothing.

use serde_json::{Value, json};

use super::desks;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::people;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /organization`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    Ok(listed(call, None))
}

/// `GET /servicedesk/{serviceDeskId}/organization`.
pub(crate) fn of_desk(call: &mut Call<'_>) -> Outcome {
    let desk = desks::find(call)?;
    let held = desk["organizations"].as_array();
    Ok(listed(call, Some(held.map_or(&[], Vec::as_slice))))
}

/// The organisations, all or those of a desk, and of one customer where asked for.
fn listed(call: &Call<'_>, held: Option<&[Value]>) -> Answer {
    let customer = |o: &Value, account: &str| {
        let members = o["members"].as_array();
        members.is_some_and(|m| m.iter().any(|m| m == account))
    };
    let shown: Vec<Value> = call
        .of(Kind::Organization)
        .values()
        .filter(|o| held.is_none_or(|h| h.contains(&o["id"])))
        .filter(|o| call.get("accountId").is_none_or(|a| customer(o, a)))
        .map(|o| show(call, o))
        .collect();
    Answer::ok(page::jsm(call, &shown))
}

/// `GET /organization/{organizationId}/user`. Addresses are shown to nobody here.
pub(crate) fn members(call: &mut Call<'_>) -> Outcome {
    let organization = find(call)?;
    let shown: Vec<Value> = organization["members"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|account| {
            json!({
                "accountId": account, "displayName": call.tenant.display_name(account),
                "active": true, "timeZone": "Europe/Berlin",
                "_links": {
                    "self": call.link(&format!("/rest/api/2/user?accountId={account}")),
                    "jiraRest": call.link(&format!("/rest/api/2/user?accountId={account}")),
                    "avatarUrls": people::avatars("user"),
                },
            })
        })
        .collect();
    Ok(Answer::ok(page::jsm(call, &shown)))
}

/// `POST /organization/{organizationId}/user`.
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    change(call, |members, accounts| {
        for account in accounts {
            if !members.contains(&account) {
                members.push(account);
            }
        }
    })
}

/// `DELETE /organization/{organizationId}/user`, with a body.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    change(call, |members, accounts| {
        members.retain(|m| !accounts.contains(m));
    })
}

fn change(call: &mut Call<'_>, f: impl FnOnce(&mut Vec<Value>, Vec<Value>)) -> Outcome {
    let id = text(&find(call)?, "id");
    let accounts = accounts(call)?;
    let stored = call.of_mut(Kind::Organization).get_mut(&id);
    if let Some(members) = stored.and_then(|o| o["members"].as_array_mut()) {
        f(members, accounts);
    }
    Ok(Answer::empty(204))
}

/// Accounts by id, and by address where `usernames` names them.
fn accounts(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let mut accounts = Vec::new();
    for id in call.body["accountIds"].as_array().into_iter().flatten() {
        if call.tenant.user(id.as_str().unwrap_or_default()).is_none() {
            return Err(Refusal::bad(format!("There is no account {id}.")));
        }
        accounts.push(id.clone());
    }
    for address in call.body["usernames"].as_array().into_iter().flatten() {
        let user = call.of(Kind::User).find(|u| u["emailAddress"] == *address);
        let user = user.ok_or_else(|| Refusal::bad(format!("There is no user {address}.")))?;
        accounts.push(user["accountId"].clone());
    }
    if accounts.is_empty() {
        return Err(Refusal::bad("No user is given."));
    }
    Ok(accounts)
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(
        Kind::Organization,
        &call.id("organizationId"),
        "The organization does not exist.",
    )
}

fn show(call: &Call<'_>, organization: &Value) -> Value {
    let id = text(organization, "id");
    json!({
        "id": id, "name": organization["name"], "uuid": organization["uuid"], "scimManaged": false,
        "_links": { "self": call.link(&format!("/rest/servicedeskapi/organization/{id}")) },
    })
}
