//! Permission schemes and which project has which.

use serde_json::{Value, json};

use super::projects::{text, visible};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// `GET /permissionscheme`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let schemes: Vec<Value> = call
        .of(Kind::PermissionScheme)
        .values()
        .map(|s| show(call, s))
        .collect();
    Ok(Answer::ok(json!({ "permissionSchemes": schemes })))
}

/// `GET /permissionscheme/{schemeId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let scheme = find(call, &call.id("schemeId"))?;
    Ok(Answer::ok(show(call, &scheme)))
}

/// `POST /permissionscheme`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    unique(call, &name, None)?;
    let id = call.of_mut(Kind::PermissionScheme).allocate();
    let mut scheme = json!({ "id": id, "name": name, "permissions": [] });
    describe(&mut scheme, call.text("description"));
    scheme["permissions"] = grants(call, id)?;
    call.of_mut(Kind::PermissionScheme)
        .put(id.to_string(), scheme.clone());
    Ok(Answer::created(show(call, &scheme)))
}

/// `PUT /permissionscheme/{schemeId}`: a list of grants replaces all there were, none leaves them.
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let id = call.id("schemeId");
    let mut scheme = find(call, &id)?;
    let name = call.demand("name")?;
    unique(call, &name, Some(&id))?;
    scheme["name"] = json!(name);
    describe(&mut scheme, call.text("description"));
    if call.body["permissions"].is_array() {
        scheme["permissions"] = grants(call, id.parse().unwrap_or_default())?;
    }
    call.of_mut(Kind::PermissionScheme).put(id, scheme.clone());
    Ok(Answer::ok(show(call, &scheme)))
}

/// `DELETE /permissionscheme/{schemeId}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id("schemeId");
    find(call, &id)?;
    let used = call
        .of(Kind::Project)
        .find(|p| p["permissionScheme"] == *id)
        .is_some();
    if used || id == "0" {
        return Err(Refusal::bad(
            "The permission scheme is in use and cannot be deleted.",
        ));
    }
    call.of_mut(Kind::PermissionScheme).remove(&id);
    Ok(Answer::empty(204))
}

/// `GET /project/{projectKeyOrId}/permissionscheme`.
pub(crate) fn of_project(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectKeyOrId")?;
    let scheme = find(call, &text(&project, "permissionScheme"))?;
    Ok(Answer::ok(show(call, &scheme)))
}

/// `PUT /project/{projectKeyOrId}/permissionscheme`.
pub(crate) fn assign(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectKeyOrId")?;
    let id = call.body["id"].as_u64().unwrap_or_default().to_string();
    let scheme = find(call, &id)?;
    if let Some(stored) = call.of_mut(Kind::Project).get_mut(&text(&project, "id")) {
        stored["permissionScheme"] = json!(id);
    }
    Ok(Answer::ok(show(call, &scheme)))
}

pub(super) fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(
        Kind::PermissionScheme,
        id,
        "Cannot find the permission scheme.",
    )
}

fn unique(call: &Call<'_>, name: &str, own: Option<&str>) -> Result<(), Refusal> {
    let taken = call
        .of(Kind::PermissionScheme)
        .entries()
        .any(|(id, s)| Some(id) != own && text(s, "name").eq_ignore_ascii_case(name));
    if taken {
        return Err(Refusal::field(
            "name",
            "A permission scheme with this name already exists.",
        ));
    }
    Ok(())
}

/// An empty description is an unset one, and an unset one is left out of reads.
pub(crate) fn describe(document: &mut Value, description: Option<&str>) {
    match description.filter(|d| !d.is_empty()) {
        Some(text) => document["description"] = json!(text),
        None => {
            if let Some(members) = document.as_object_mut() {
                members.remove("description");
            }
        }
    }
}

/// Gives a scheme the name and the description of the body, where it has them. A name must be free.
pub(super) fn rename(
    call: &Call<'_>,
    scheme: &mut Value,
    free: impl Fn(&str) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    if call.body.get("name").is_some() {
        let name = call.demand("name")?;
        free(&name)?;
        scheme["name"] = json!(name);
    }
    if let Some(description) = call.text("description") {
        describe(scheme, Some(description));
    }
    Ok(())
}

/// The grants of the body, each with a new id.
fn grants(call: &mut Call<'_>, scheme: u64) -> Result<Value, Refusal> {
    let wanted = call.body["permissions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let grants = wanted
        .iter()
        .map(|wanted| grant(call, scheme, wanted))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Value::Array(grants))
}

/// One grant with a new id.
pub(super) fn grant(call: &mut Call<'_>, scheme: u64, wanted: &Value) -> Result<Value, Refusal> {
    let Some(permission) = wanted["permission"].as_str().filter(|p| !p.is_empty()) else {
        return Err(Refusal::field("permission", "a grant names no permission"));
    };
    let mut holder = json!({ "type": wanted["holder"]["type"] });
    for member in ["parameter", "value"] {
        if let Some(value) = wanted["holder"].get(member) {
            holder[member] = value.clone();
        }
    }
    if holder["type"] == "user" {
        let account = text(
            &holder,
            if holder["value"].is_string() {
                "value"
            } else {
                "parameter"
            },
        );
        if call.tenant.user(&account).is_none() {
            return Err(Refusal::field(
                "holder",
                format!("There is no user '{account}'."),
            ));
        }
    }
    let id = scheme * 1000 + call.tenant.entropy.next() % 1_000_000;
    Ok(json!({ "id": id, "holder": holder, "permission": permission }))
}

fn show(call: &Call<'_>, scheme: &Value) -> Value {
    let here = call.link(&format!("/rest/api/3/permissionscheme/{}", scheme["id"]));
    let mut shown = scheme.clone();
    shown["self"] = json!(here);
    shown["expand"] = json!("permissions,user,group,projectRole,field,all");
    if call.list("expand").is_empty() {
        if let Some(members) = shown.as_object_mut() {
            members.remove("permissions");
        }
        return shown;
    }
    show_grants(call, &mut shown);
    shown
}

/// Gives the grants of a scheme their links.
pub(super) fn show_grants(call: &Call<'_>, scheme: &mut Value) {
    let here = call.link(&format!("/rest/api/3/permissionscheme/{}", scheme["id"]));
    for grant in scheme["permissions"].as_array_mut().into_iter().flatten() {
        grant["self"] = json!(format!("{here}/permission/{}", grant["id"]));
    }
}
