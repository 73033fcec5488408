//! How many users and groups a directory has.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::organization::directory;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// `GET .../users/count`.
pub(crate) fn users(call: &mut Call<'_>) -> Outcome {
    let words = call.get("searchTerm").unwrap_or_default().to_lowercase();
    let groups: Vec<&Value> = call
        .of(Kind::OrgGroup)
        .values()
        .filter(|g| call.list("groupIds").iter().any(|id| g["id"] == **id))
        .collect();
    let count = inside(call, Kind::OrgUser)?
        .into_iter()
        .filter(|u| {
            let has = |m: &str| text(u, m).to_lowercase().contains(&words);
            has("name") || has("email")
        })
        .filter(|u| {
            let all = ["status", "accountStatus", "membershipStatus"];
            all.iter().all(|m| asks(call, m, &u[*m]))
                && asks(call, "claimStatus", &u["claimStatus"])
                && asks(call, "accountIds", &u["accountId"])
        })
        .filter(|u| {
            let wanted = call.get("mfaEnabled");
            wanted.is_none_or(|w| u["mfaEnabled"] == (w == "true"))
        })
        .filter(|u| {
            let domain = text(u, "email");
            let domain = domain.rsplit('@').next().unwrap_or_default();
            asks(call, "emailDomains", &json!(domain))
        })
        .filter(|u| {
            call.list("groupIds").is_empty() || groups.iter().any(|g| holds(g, &u["accountId"]))
        })
        .filter(|u| {
            let held = u["platformRoles"].as_array().map_or(&[][..], Vec::as_slice);
            let asked = call.list("roleIds");
            asked.is_empty() || held.iter().any(|h| asked.iter().any(|a| *h == **a))
        })
        .count();
    Ok(Answer::ok(json!({ "count": count })))
}

/// `GET .../users/stats`.
pub(crate) fn user_stats(call: &mut Call<'_>) -> Outcome {
    let (mut statuses, mut roles) = (BTreeMap::new(), BTreeMap::new());
    for user in inside(call, Kind::OrgUser)? {
        *statuses.entry(text(user, "accountStatus")).or_insert(0) += 1;
        for role in user["platformRoles"].as_array().into_iter().flatten() {
            let role = role.as_str().unwrap_or_default().to_owned();
            *roles.entry(role).or_insert(0) += 1;
        }
    }
    let told = |name: &str, counts: BTreeMap<String, u32>| -> Vec<Value> {
        let one = |(what, count): (String, u32)| json!({ name: what, "count": count });
        counts.into_iter().map(one).collect()
    };
    Ok(Answer::ok(
        json!({ "accountStatus": told("status", statuses), "roles": told("roleId", roles) }),
    ))
}

/// `GET .../groups/count`.
pub(crate) fn groups(call: &mut Call<'_>) -> Outcome {
    let words = call.get("searchTerm").unwrap_or_default().to_lowercase();
    let count = inside(call, Kind::OrgGroup)?
        .into_iter()
        .filter(|g| text(g, "name").to_lowercase().contains(&words))
        .filter(|g| asks(call, "groupIds", &g["id"]))
        .filter(|g| {
            let accounts = call.list("accountIds");
            accounts.is_empty() || accounts.iter().any(|a| holds(g, &json!(a)))
        })
        .filter(|g| {
            let roles = g["roles"].as_array().map_or(&[][..], Vec::as_slice);
            let any = |name: &str, member: &str| {
                call.list(name).is_empty() || roles.iter().any(|r| asks(call, name, &r[member]))
            };
            any("resourceIds", "resourceId") && any("resourceOwners", "resourceOwner")
        })
        .count();
    Ok(Answer::ok(json!({ "count": count })))
}

/// `GET .../groups/stats`.
pub(crate) fn group_stats(call: &mut Call<'_>) -> Outcome {
    let all = inside(call, Kind::OrgGroup)?;
    let synced = all.iter().filter(|g| g["externalSynced"] == true).count();
    Ok(Answer::ok(json!({
        "totals": { "all": all.len(), "managed": all.len() - synced, "synced": synced },
        "types": [{ "type": "GROUP", "count": all.len() }],
    })))
}

/// The documents of the directory of the path.
fn inside<'a>(call: &'a Call<'_>, kind: Kind) -> Result<Vec<&'a Value>, Refusal> {
    let directory = directory(call)?;
    let in_it = |d: &&Value| directory == "-" || d["directoryId"] == *directory;
    Ok(call.of(kind).values().filter(in_it).collect())
}

/// Whether a list of the query is empty or holds a value.
fn asks(call: &Call<'_>, name: &str, value: &Value) -> bool {
    let wanted = call.list(name);
    wanted.is_empty() || wanted.iter().any(|w| *value == **w)
}

fn holds(group: &Value, account: &Value) -> bool {
    let members = group["members"].as_array();
    members.is_some_and(|m| m.contains(account))
}
