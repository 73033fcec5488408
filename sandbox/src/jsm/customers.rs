//! Customers: made by address, invited to a desk, named in the members of desks and organisations,
//! shut out of the portal.

use serde_json::{Value, json};

use super::desks;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::people;
use crate::jira::projects::text;
use crate::shelf::show::show;
use crate::shelf::table::{Plain, Shape};
use crate::state::kind::Kind;

/// A customer as service management shows one. Addresses are shown to nobody here.
pub(crate) const CUSTOMER: Shape = Shape {
    pick: &["accountId", "displayName"],
    lacking: &[
        ("active", Plain::Bool(true)),
        ("timeZone", Plain::Str("Europe/Berlin")),
    ],
    links: &[
        ("/_links/self", "/rest/api/2/user?accountId={accountId}"),
        ("/_links/jiraRest", "/rest/api/2/user?accountId={accountId}"),
    ],
    more: Some(|_, _, shown| shown["_links"]["avatarUrls"] = people::avatars("user")),
    ..Shape::WHOLE
};

/// `POST /customer`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let customer = made(call)?;
    Ok(Answer::created(show(&CUSTOMER, call, &customer)))
}

/// `POST /servicedesk/{serviceDeskId}/customer/invite`: an account, and access to the desk.
pub(crate) fn invite(call: &mut Call<'_>) -> Outcome {
    let desk = text(&desks::find(call)?, "id");
    call.demand("displayName")?;
    let customer = made(call)?;
    let held = call.of_mut(Kind::ServiceDesk).get_mut(&desk);
    if let Some(customers) = held.and_then(|d| d["customers"].as_array_mut()) {
        customers.push(customer["accountId"].clone());
    }
    Ok(Answer::created(show(&CUSTOMER, call, &customer)))
}

/// `PUT /customer/user/{accountId}/revoke-portal-only-access`.
pub(crate) fn revoke(call: &mut Call<'_>) -> Outcome {
    let account = call.id("accountId");
    let user = call.of_mut(Kind::User).get_mut(&account);
    let user = user.ok_or_else(|| Refusal::not_found("There is no such account."))?;
    user["portalAccess"] = json!("REVOKED");
    Ok(Answer::empty(204))
}

/// The accounts that a body names: by id, and by address where `usernames` names them.
pub(crate) fn named(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
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

/// The same, of a desk that not everybody may use: of another one nobody can be taken off.
pub(crate) fn of_closed_desk(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    if desks::find(call)?["openAccess"] == true {
        return Err(Refusal::bad(
            "The service desk has public signup or open access enabled.",
        ));
    }
    named(call)
}

/// Whether a customer has the words of the query in name or address.
pub(crate) fn fits(call: &Call<'_>, customer: &Value) -> bool {
    let words = call.get("query").unwrap_or_default().to_lowercase();
    let told = ["displayName", "emailAddress"].map(|member| text(customer, member));
    told.iter().any(|told| told.to_lowercase().contains(&words))
}

fn made(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let address = call.demand("email")?;
    if !address.contains('@') {
        return Err(Refusal::field("email", "is no e-mail address"));
    }
    let same = |u: &Value| text(u, "emailAddress").eq_ignore_ascii_case(&address);
    if call.of(Kind::User).find(same).is_some() {
        let status = if call.flag("strictConflictStatusCode") {
            409
        } else {
            400
        };
        return Err(Refusal::new(
            status,
            "An account for this email already exists.",
        ));
    }
    let account = format!("qm:{}", call.tenant.entropy.uuid());
    let customer = json!({
        "accountId": account, "displayName": call.text("displayName").unwrap_or(&address),
        "emailAddress": address, "active": true, "timeZone": "Europe/Berlin", "siteAdmin": false,
        "accountType": "customer",
    });
    call.of_mut(Kind::User).put(&account, customer.clone());
    Ok(customer)
}
