//! The gateway's own endpoints: who the caller is and which sites the grant reaches.

use serde_json::{Value, json};

use super::caller::{self, Caller};
use super::exchange::{Answer, Request};
use super::refusal::Refusal;
use crate::auth::credentials::Credentials;
use crate::state::tenant::Tenant;

/// `/me` and `/oauth/token/accessible-resources`.
pub(crate) fn answer(
    request: &Request,
    path: &str,
    tenants: &[Tenant],
    credentials: &Credentials,
) -> Result<(Answer, Caller), Refusal> {
    if request.method != "GET" {
        return Err(Refusal::gateway(405, "Method Not Allowed").with("allow", "GET"));
    }
    let token = caller::bearer_of(request).ok_or_else(|| Refusal::gateway(401, "Unauthorized"))?;
    let now = tenants.first().map_or(0, |home| home.now);
    let caller = caller::bearer(credentials, token, now)?;
    let Caller::Oauth { account, scopes } = &caller else {
        return Err(Refusal::gateway(401, "Unauthorized"));
    };
    let body = if path == "/me" {
        if !scopes.iter().any(|s| s == "read:me") {
            return Err(Refusal::gateway(403, "Forbidden"));
        }
        me(tenants, account)
    } else {
        let reached = tenants.iter().filter(|site| site.user(account).is_some());
        reached.flat_map(|site| resources(site, scopes)).collect()
    };
    Ok((Answer::ok(body), caller))
}

fn me(tenants: &[Tenant], account: &str) -> Value {
    let user = tenants.iter().find_map(|site| site.user(account));
    let user = user.cloned().unwrap_or(Value::Null);
    json!({
        "account_id": account, "account_type": "atlassian", "account_status": "active",
        "email": user["emailAddress"], "name": user["displayName"], "nickname": user["displayName"],
        "picture": "https://avatar.example/128", "zoneinfo": user["timeZone"], "locale": "en-GB",
    })
}

/// One entry for each product family of the site: the same cloud id twice, as real answers have it
/// when a grant holds scopes of several products.
fn resources(tenant: &Tenant, scopes: &[String]) -> Vec<Value> {
    let name = tenant.site.split('.').next().unwrap_or(&tenant.site);
    let (confluence, jira): (Vec<&String>, Vec<&String>) = scopes
        .iter()
        .filter(|s| s.contains(':'))
        .partition(|s| s.contains("confluence"));
    let families = [jira, confluence]
        .into_iter()
        .filter(|held| !held.is_empty());
    families
        .map(|held| {
            json!({
                "id": tenant.cloud_id, "name": name, "url": format!("https://{}", tenant.site),
                "scopes": held, "avatarUrl": "https://avatar.example/240",
            })
        })
        .collect()
}
