//! Users as Jira writes them.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;

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
    user["accountType"] = json!("atlassian");
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
