//! Users as Jira writes them.

use serde_json::{Value, json};

use super::projects::text;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// `GET /myself`.
pub(crate) fn myself(call: &mut Call<'_>) -> Outcome {
    let account = call.account.clone();
    let mut user = user(call, &account);
    user["locale"] = json!("en_GB");
    user["groups"] = json!({ "size": 0, "items": [] });
    user["applicationRoles"] = json!({ "size": 0, "items": [] });
    user["expand"] = json!("groups,applicationRoles");
    Ok(Answer::ok(user))
}

/// A user in full, as the owner of something.
pub(crate) fn user(call: &Call<'_>, account: &str) -> Value {
    let stored = call.tenant.user(account).cloned().unwrap_or(Value::Null);
    let mut user = brief(call, account);
    user["accountType"] = json!(stored["accountType"].as_str().unwrap_or("atlassian"));
    user["emailAddress"] = stored["emailAddress"].clone();
    user["timeZone"] = stored["timeZone"].clone();
    user
}

/// A user where only name and picture are shown.
pub(crate) fn brief(call: &Call<'_>, account: &str) -> Value {
    json!({
        "self": call.link(&format!("/rest/api/3/user?accountId={account}")),
        "accountId": account,
        "displayName": call.tenant.display_name(account),
        "active": call.tenant.user(account).is_some_and(|u| u["active"] == true),
        "avatarUrls": avatars("user"),
    })
}

/// The four sizes of a picture.
pub(crate) fn avatars(of: &str) -> Value {
    let url = |size: u8| format!("https://avatar.example/{of}/{size}");
    json!({ "16x16": url(16), "24x24": url(24), "32x32": url(32), "48x48": url(48) })
}

/// The accounts that `query` or `accountId` asks for.
pub(super) fn found(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let words = call.get("query").map(str::to_lowercase);
    let account = call.get("accountId");
    if words.is_none() && account.is_none() && call.get("property").is_none() {
        return Err(Refusal::bad(
            "The query parameter or the account id is required.",
        ));
    }
    let has = |user: &Value, words: &String| {
        let told = ["displayName", "emailAddress"].map(|member| text(user, member));
        told.iter().any(|told| told.to_lowercase().contains(words))
    };
    Ok(call
        .of(Kind::User)
        .values()
        .filter(|u| account.is_none_or(|a| u["accountId"] == *a))
        .filter(|u| words.as_ref().is_none_or(|words| has(u, words)))
        .map(|u| text(u, "accountId"))
        .collect())
}
