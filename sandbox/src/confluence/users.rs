//! Looking for users, who of them has access to Confluence, and inviting others.

use serde_json::{Value, json};

use super::people::show_user;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET /wiki/rest/api/user`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let account = call.id("accountId");
    if call.tenant.user(&account).is_none() {
        return Err(Refusal::not_found("No user found"));
    }
    Ok(Answer::ok(show_user(call, &account)))
}

/// `GET /wiki/rest/api/search/user`: one comparison of a field of users.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let cql = call.id("cql");
    let unknown = || Refusal::bad(format!("Could not parse cql : {cql}"));
    let (field, wanted) = cql.split_once(['~', '=']).ok_or_else(unknown)?;
    let wanted = wanted.trim().trim_matches('"').to_lowercase();
    let member = match field.trim() {
        "user.fullname" => "displayName",
        "user" | "user.accountid" => "accountId",
        _ => return Err(unknown()),
    };
    let is_like = |u: &&Value| {
        let held = text(u, member).to_lowercase();
        if cql.contains('~') {
            held.contains(&wanted)
        } else {
            held == wanted
        }
    };
    let found = call.of(Kind::User).values().filter(is_like);
    let shown: Vec<Value> = found
        .map(|user| {
            let account = text(user, "accountId");
            json!({
                "user": show_user(call, &account), "title": user["displayName"], "excerpt": "",
                "url": format!("/people/{account}"), "breadcrumbs": [], "entityType": "user",
                "iconCssClass": "aui-icon content-type-profile", "lastModified": "2025-06-01T08:00:00.000Z",
            })
        })
        .collect();
    let mut answer = page::content(call, &shown);
    answer["totalSize"] = json!(shown.len());
    answer["cqlQuery"] = json!(cql);
    answer["searchDuration"] = json!(7);
    Ok(Answer::ok(answer))
}

/// `POST /user/access/check-access-by-email`.
pub(crate) fn without_access(call: &mut Call<'_>) -> Outcome {
    let (valid, invalid) = addresses(call);
    let without: Vec<String> = valid
        .into_iter()
        .filter(|address| !has_access(call, address))
        .collect();
    Ok(Answer::ok(
        json!({ "emailsWithoutAccess": without, "invalidEmails": invalid }),
    ))
}

/// `POST /user/access/invite-by-email`: what is no address is passed over.
pub(crate) fn invite(call: &mut Call<'_>) -> Outcome {
    for address in addresses(call).0 {
        if has_access(call, &address) {
            continue;
        }
        let account = format!("712020:{}", call.tenant.entropy.uuid());
        let user = json!({
            "accountId": account, "displayName": address, "emailAddress": address, "active": true,
            "timeZone": "Europe/Berlin", "siteAdmin": false,
        });
        call.of_mut(Kind::User).put(account, user);
    }
    Ok(Answer::empty(200))
}

/// The addresses of the body, and what are none.
fn addresses(call: &Call<'_>) -> (Vec<String>, Vec<String>) {
    let given = call.body["emails"].as_array().into_iter().flatten();
    let given = given.filter_map(Value::as_str).map(str::to_owned);
    given.partition(|address| address.contains('@'))
}

fn has_access(call: &Call<'_>, address: &str) -> bool {
    let is_of = |u: &Value| text(u, "emailAddress").eq_ignore_ascii_case(address);
    call.of(Kind::User).find(is_of).is_some()
}
