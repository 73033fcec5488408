//! Who may see and edit a filter or dashboard.

use serde_json::{Value, json};

use super::people;
use super::projects::{brief, text};
use crate::host::call::{Call, pick};
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// The share permissions of a body member, each with a new id; none where the member is missing.
pub(crate) fn read(call: &mut Call<'_>, member: &str) -> Result<Value, Refusal> {
    let wanted = call.body[member].as_array().cloned().unwrap_or_default();
    let mut shares = Vec::new();
    for share in wanted {
        let kind = text(&share, "type");
        let target = match kind.as_str() {
            "user" => ("user", "accountId", Kind::User),
            "group" => ("group", "groupId", Kind::Group),
            "project" | "projectRole" => ("project", "id", Kind::Project),
            _ => {
                let id = call.tenant.entropy.next() % 1_000_000;
                shares.push(json!({ "id": id, "type": normal(&kind) }));
                continue;
            }
        };
        let (holder, key, of) = target;
        let id = text(&share[holder], key);
        let known = call.tenant.get(of, &id).is_some()
            || (of == Kind::Group
                && call
                    .of(of)
                    .find(|g| g["name"] == share[holder]["name"])
                    .is_some());
        if !known {
            return Err(Refusal::field(
                member,
                format!("There is no {holder} '{id}'."),
            ));
        }
        let number = call.tenant.entropy.next() % 1_000_000;
        let mut stored = json!({ "id": number, "type": kind });
        stored[holder] = match holder {
            "group" => group_of(call, &share["group"]),
            _ => pick(&share[holder], &[key]),
        };
        if let Some(role) = share.get("role") {
            stored["role"] = pick(role, &["id", "name"]);
        }
        shares.push(stored);
    }
    Ok(Value::Array(shares))
}

/// A group by its id or name, with both.
fn group_of(call: &Call<'_>, named: &Value) -> Value {
    let known = call
        .of(Kind::Group)
        .find(|g| g["groupId"] == named["groupId"] || g["name"] == named["name"]);
    known.map_or_else(|| named.clone(), |g| pick(g, &["groupId", "name"]))
}

/// `authenticated` is how a request says `loggedin`.
fn normal(kind: &str) -> &str {
    if kind == "authenticated" {
        "loggedin"
    } else {
        kind
    }
}

/// The shares as a read shows them: users, groups and projects in their own shape.
pub(crate) fn show(call: &Call<'_>, shares: &Value) -> Value {
    let stored = shares.as_array().into_iter().flatten();
    stored
        .map(|share| {
            let mut shown = share.clone();
            if share.get("user").is_some() {
                shown["user"] = people::brief(call, &text(&share["user"], "accountId"));
            }
            if share.get("project").is_some()
                && let Some(project) = brief(call, &text(&share["project"], "id"))
            {
                shown["project"] = project;
            }
            if share.get("group").is_some() {
                shown["group"] = group(call, &share["group"]);
            }
            shown
        })
        .collect()
}

fn group(call: &Call<'_>, stored: &Value) -> Value {
    let mut shown = group_of(call, stored);
    let path = format!("/rest/api/3/group?groupId={}", text(&shown, "groupId"));
    shown["self"] = json!(call.link(&path));
    shown
}

/// Whether two shares are with the same, whatever their ids.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    let at = |share: &Value| {
        let places = [
            "/user/accountId",
            "/group/groupId",
            "/project/id",
            "/role/id",
        ];
        places.map(|place| share.pointer(place).cloned())
    };
    one["type"] == other["type"] && at(one) == at(other)
}

/// Whether a share reaches a group or a project that a search asks for.
pub(crate) fn reaches(document: &Value, group: Option<&str>, project: Option<&str>) -> bool {
    let shares = document["sharePermissions"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    group.is_none_or(|g| shares.iter().any(|s| s["group"]["groupId"] == g))
        && project.is_none_or(|p| shares.iter().any(|s| s["project"]["id"] == p))
}
