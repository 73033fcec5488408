//! Users of the site: read, found, added, removed.

use serde_json::{Value, json};

use super::groups;
use super::people;
use super::projects::text;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Products to which access can be given.
const PRODUCTS: [&str; 5] = [
    "jira-core",
    "jira-product-discovery",
    "jira-servicedesk",
    "jira-software",
    "confluence",
];

/// `GET /user`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let account = call.id("accountId");
    if call.tenant.user(&account).is_none() {
        return Err(gone());
    }
    let mut shown = people::user(call, &account);
    shown["expand"] = json!("groups,applicationRoles");
    if call.expands("groups") {
        let held: Vec<Value> = call
            .of(Kind::Group)
            .values()
            .filter(|g| groups::holds(call.tenant, &text(g, "groupId"), &account))
            .map(|g| groups::named_as(call, g))
            .collect();
        shown["groups"] = json!({ "size": held.len(), "items": held });
    }
    if call.expands("applicationRoles") {
        shown["applicationRoles"] = json!({ "size": 0, "items": [] });
    }
    Ok(Answer::ok(shown))
}

/// `GET /user/bulk`: accounts that are not known are left out.
pub(crate) fn bulk(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = call
        .list("accountId")
        .iter()
        .filter(|account| call.tenant.user(account).is_some())
        .map(|account| people::user(call, account))
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 10, 200)))
}

/// `GET /user/search`: active users only.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let shown: Vec<Value> = people::found(call)?
        .iter()
        .filter(|a| call.tenant.user(a).is_some_and(|u| u["active"] == true))
        .map(|account| people::user(call, account))
        .collect();
    Ok(Answer::ok(page::bare(call, &shown, 50, 1000)))
}

/// `GET /users/search`: everybody.
pub(crate) fn all(call: &mut Call<'_>) -> Outcome {
    let accounts = call.of(Kind::User).values().map(|u| text(u, "accountId"));
    let shown: Vec<Value> = accounts
        .map(|account| people::user(call, &account))
        .collect();
    Ok(Answer::ok(page::bare(call, &shown, 50, 1000)))
}

/// `POST /user`: by address; the name is made of it.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let address = call.demand("emailAddress")?;
    if !address.contains('@') {
        return Err(Refusal::field("emailAddress", "is no e-mail address"));
    }
    let products = call.body["products"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let unknown = |p: &&Value| !PRODUCTS.iter().any(|known| **p == *known);
    if let Some(product) = products.iter().find(unknown) {
        return Err(Refusal::field(
            "products",
            format!("There is no product {product}."),
        ));
    }
    let same = |u: &Value| text(u, "emailAddress").eq_ignore_ascii_case(&address);
    if call.of(Kind::User).find(same).is_some() {
        return Err(Refusal::bad(
            "A user with this address is on the site already.",
        ));
    }
    let account = format!("712020:{}", call.tenant.entropy.uuid());
    let name = address.split('@').next().unwrap_or_default();
    let user = json!({
        "accountId": account, "displayName": name, "emailAddress": address, "active": true,
        "timeZone": "Europe/Berlin", "siteAdmin": false, "products": products,
    });
    call.of_mut(Kind::User).put(&account, user);
    Ok(Answer::created(people::user(call, &account)))
}

/// `DELETE /user`: off the site and out of its groups.
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    let account = call.id("accountId");
    if account == call.account {
        return Err(Refusal::bad("You cannot remove yourself."));
    }
    call.of_mut(Kind::User).remove(&account).ok_or_else(gone)?;
    groups::forget(call, &account);
    Ok(Answer::empty(204))
}

fn gone() -> Refusal {
    Refusal::not_found("The user does not exist.")
}
