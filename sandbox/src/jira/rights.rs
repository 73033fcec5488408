//! Who may do what: the permissions that there are, and the grants of schemes applied to people.

use serde_json::{Map, Value, json};

use super::projects::{lookup, text, visible};
use super::{groups, people};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// Key, name and whether it is of the whole site.
const PERMISSIONS: [(&str, &str, bool); 16] = [
    ("ADMINISTER", "Administer Jira", true),
    ("SYSTEM_ADMIN", "System administrators", true),
    (
        "CREATE_SHARED_OBJECTS",
        "Share dashboards and filters",
        true,
    ),
    ("USER_PICKER", "Browse users and groups", true),
    ("ADMINISTER_PROJECTS", "Administer projects", false),
    ("BROWSE_PROJECTS", "Browse projects", false),
    ("CREATE_ISSUES", "Create issues", false),
    ("EDIT_ISSUES", "Edit issues", false),
    ("DELETE_ISSUES", "Delete issues", false),
    ("ASSIGN_ISSUES", "Assign issues", false),
    ("ASSIGNABLE_USER", "Assignable user", false),
    ("TRANSITION_ISSUES", "Transition issues", false),
    ("ADD_COMMENTS", "Add comments", false),
    ("SET_ISSUE_SECURITY", "Set issue security", false),
    ("MANAGE_SPRINTS_PERMISSION", "Manage sprints", false),
    ("SERVICEDESK_AGENT", "Service project agent", false),
];

/// `GET /permissions`.
pub(crate) fn all(_: &mut Call<'_>) -> Outcome {
    let shown: Map<String, Value> = PERMISSIONS
        .iter()
        .map(|(key, name, global)| ((*key).to_owned(), described(key, name, *global)))
        .collect();
    Ok(Answer::ok(json!({ "permissions": shown })))
}

/// `GET /mypermissions`: those that are asked for.
pub(crate) fn mine(call: &mut Call<'_>) -> Outcome {
    let asked = keys(call)?;
    let place = place(call)?;
    let shown: Map<String, Value> = PERMISSIONS
        .iter()
        .enumerate()
        .filter(|(_, (key, ..))| asked.iter().any(|a| a == key))
        .map(|(at, (key, name, global))| {
            let mut shown = described(key, name, *global);
            shown["id"] = json!(at.to_string());
            shown["havePermission"] = json!(may(call.tenant, &call.account, key, place.as_ref()));
            ((*key).to_owned(), shown)
        })
        .collect();
    Ok(Answer::ok(json!({ "permissions": shown })))
}

/// `POST /permissions/check`.
pub(crate) fn check(call: &mut Call<'_>) -> Outcome {
    let account = call.text("accountId").unwrap_or(&call.account).to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let global = list(&call.body["globalPermissions"]);
    let of_site = |key: &&Value| may(call.tenant, &account, key.as_str().unwrap_or(""), None);
    let held: Vec<&Value> = global.iter().filter(of_site).collect();
    let mut granted = Vec::new();
    for asked in list(&call.body["projectPermissions"]) {
        for permission in list(&asked["permissions"]) {
            let key = permission.as_str().unwrap_or_default();
            known(key)?;
            let in_project = |id: &str| {
                let project = call.of(Kind::Project).get(id);
                project.is_some_and(|p| may(call.tenant, &account, key, Some(p)))
            };
            let projects = list(&asked["projects"]);
            let projects = projects.iter().filter(|id| in_project(&id.to_string()));
            let issues = list(&asked["issues"]);
            let issues = issues.iter().filter(|id| {
                let issue = call.of(Kind::Issue).get(&id.to_string());
                issue.is_some_and(|i| in_project(&text(i, "projectId")))
            });
            granted.push(json!({
                "permission": key, "projects": projects.collect::<Vec<_>>(),
                "issues": issues.collect::<Vec<_>>(),
            }));
        }
    }
    Ok(Answer::ok(json!({
        "globalPermissions": held, "projectPermissions": granted,
    })))
}

/// `POST /permissions/project`: the projects in which the caller holds all of them.
pub(crate) fn projects(call: &mut Call<'_>) -> Outcome {
    let asked: Vec<String> = call.body["permissions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|key| key.as_str().map(str::to_owned))
        .collect();
    asked.iter().try_for_each(|key| known(key))?;
    let standing = call
        .of(Kind::Project)
        .values()
        .filter(|p| p["deleted"] != true);
    let held = standing.filter(|p| {
        asked
            .iter()
            .all(|key| may(call.tenant, &call.account, key, Some(p)))
    });
    let shown: Vec<Value> = held
        .map(|p| json!({ "id": text(p, "id").parse::<u64>().unwrap_or_default(), "key": p["key"] }))
        .collect();
    Ok(Answer::ok(json!({ "projects": shown })))
}

/// `GET /user/permission/search`: people by words or by account, who hold all of the permissions.
pub(crate) fn holders(call: &mut Call<'_>) -> Outcome {
    let asked = keys(call)?;
    let place = place(call)?;
    let accounts = people::found(call)?;
    let shown: Vec<Value> = accounts
        .iter()
        .filter(|a| {
            asked
                .iter()
                .all(|key| may(call.tenant, a, key, place.as_ref()))
        })
        .map(|account| people::user(call, account))
        .collect();
    Ok(Answer::ok(page::bare(call, &shown, 50, 1000)))
}

/// Whether an account holds a permission, in a project where one is named.
pub(super) fn may(tenant: &Tenant, account: &str, key: &str, project: Option<&Value>) -> bool {
    let Some((_, _, global)) = PERMISSIONS.iter().find(|(k, ..)| *k == key) else {
        return false;
    };
    let active = tenant.user(account).is_some_and(|u| u["active"] == true);
    if *global {
        return active && (!key.contains("ADMIN") || tenant.is_site_admin(account));
    }
    let granted = |project: &Value| {
        let scheme = tenant.get(Kind::PermissionScheme, &text(project, "permissionScheme"));
        let grants = scheme.and_then(|s| s["permissions"].as_array());
        grants
            .into_iter()
            .flatten()
            .any(|g| g["permission"] == *key && is_holder(tenant, account, &g["holder"], project))
    };
    active
        && match project {
            Some(project) => granted(project),
            None => tenant.of(Kind::Project).values().any(granted),
        }
}

fn is_holder(tenant: &Tenant, account: &str, holder: &Value, project: &Value) -> bool {
    let named = ["value", "parameter"].map(|member| text(holder, member));
    match holder["type"].as_str() {
        Some("anyone" | "applicationRole") => true,
        Some("user") => named.iter().any(|n| n == account),
        Some("group") => named.iter().any(|n| groups::holds(tenant, n, account)),
        Some("projectLead") => project["lead"] == *account,
        Some("projectRole") => {
            super::role_actors::holds(tenant, &text(project, "id"), &named, account)
        }
        _ => false,
    }
}

fn described(key: &str, name: &str, global: bool) -> Value {
    let kind = if global { "GLOBAL" } else { "PROJECT" };
    json!({ "key": key, "name": name, "type": kind, "description": format!("Ability to: {name}.") })
}

/// The keys of the parameter, each of which must be known.
fn keys(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let given = call.get("permissions").unwrap_or_default();
    let keys: Vec<String> = given.split(',').map(|k| k.trim().to_owned()).collect();
    keys.iter().try_for_each(|key| known(key))?;
    Ok(keys)
}

fn known(key: &str) -> Result<(), Refusal> {
    let found = PERMISSIONS.iter().any(|(k, ..)| *k == key);
    found
        .then_some(())
        .ok_or_else(|| Refusal::bad(format!("Unrecognized permission: {key}")))
}

/// The project that the parameters name, directly or by an issue.
fn place(call: &Call<'_>) -> Result<Option<Value>, Refusal> {
    for parameter in ["projectKey", "projectId"] {
        if call.get(parameter).is_some() {
            return visible(call, parameter).map(Some);
        }
    }
    let Some(wanted) = ["issueKey", "issueId"].iter().find_map(|p| call.get(p)) else {
        return Ok(None);
    };
    let is = |i: &Value| i["key"] == *wanted || i["id"] == *wanted;
    let issue = call.of(Kind::Issue).find(is);
    let issue = issue.ok_or_else(|| Refusal::not_found("The issue does not exist."))?;
    Ok(lookup(call, &text(issue, "projectId")))
}
