//! Links between accounts and the users of identity providers.

use serde_json::{Value, json};

use super::organization::record;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// `GET .../user/{aaId}/get-scim-links`.
pub(crate) fn links(call: &mut Call<'_>) -> Outcome {
    let account = call.id("aaId");
    if call.tenant.get(Kind::OrgUser, &account).is_none() {
        return Err(Refusal::not_found("The account was not found."));
    }
    Ok(of_account(call, &account))
}

/// `POST .../get-scim-links-for-email`.
pub(crate) fn links_by_email(call: &mut Call<'_>) -> Outcome {
    let email = call.id_in_body("email");
    let account = call
        .of(Kind::OrgUser)
        .find(|u| u["email"] == *email)
        .map(|u| u["accountId"].clone());
    let account = account.unwrap_or_default();
    Ok(of_account(call, account.as_str().unwrap_or_default()))
}

/// `PATCH .../scimDirectoryId/{scimDirectoryId}/scimUserId/{scimUserId}/unlink`.
pub(crate) fn unlink(call: &mut Call<'_>) -> Outcome {
    let (directory, user) = (call.id("scimDirectoryId"), call.id("scimUserId"));
    let link = call
        .of(Kind::ScimLink)
        .get(&user)
        .filter(|l| l["scimDirectoryId"] == *directory);
    if link.is_none() {
        return Err(Refusal::not_found("The link was not found."));
    }
    call.of_mut(Kind::ScimLink).remove(&user);
    record(
        call,
        "scim_user_unlinked",
        "A provisioned user was unlinked",
    );
    Ok(Answer::empty(204))
}

fn of_account(call: &Call<'_>, account: &str) -> Answer {
    let held: Vec<&Value> = call
        .of(Kind::ScimLink)
        .values()
        .filter(|l| l["accountId"] == account)
        .collect();
    Answer::ok(json!({ "scimLinks": held }))
}
