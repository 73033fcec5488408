//! Single grants of permission schemes.

use serde_json::{Value, json};

use super::permissions::{find, grant, show_grants};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// `GET /permissionscheme/{schemeId}/permission`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let mut scheme = find(call, &call.id("schemeId"))?;
    show_grants(call, &mut scheme);
    Ok(Answer::ok(json!({
        "permissions": scheme["permissions"], "expand": "user,group,projectRole,field,all",
    })))
}

/// `POST /permissionscheme/{schemeId}/permission`: the same grant twice is refused.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let id = call.id("schemeId");
    let mut scheme = find(call, &id)?;
    let wanted = call.body.clone();
    let grant = grant(call, id.parse().unwrap_or_default(), &wanted)?;
    let stored = scheme["permissions"].as_array().cloned();
    let same = |g: &Value| g["permission"] == grant["permission"] && g["holder"] == grant["holder"];
    if stored.into_iter().flatten().any(|g| same(&g)) {
        return Err(Refusal::bad(
            "The permission is granted to this holder already.",
        ));
    }
    if let Some(grants) = scheme["permissions"].as_array_mut() {
        grants.push(grant.clone());
    }
    call.of_mut(Kind::PermissionScheme).put(&id, scheme.clone());
    scheme["permissions"] = json!([grant]);
    show_grants(call, &mut scheme);
    Ok(Answer::created(scheme["permissions"][0].clone()))
}

/// `DELETE /permissionscheme/{schemeId}/permission/{permissionId}`: a 400 where there is none.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id("schemeId");
    let wanted: u64 = call.id("permissionId").parse().unwrap_or_default();
    let mut scheme = find(call, &id)?;
    let grants = scheme["permissions"].as_array_mut();
    let grants = grants.ok_or_else(|| Refusal::bad("The scheme has no grants."))?;
    let all = grants.len();
    grants.retain(|g| g["id"] != wanted);
    if grants.len() == all {
        return Err(Refusal::bad("The permission grant does not exist."));
    }
    call.of_mut(Kind::PermissionScheme).put(id, scheme);
    Ok(Answer::empty(204))
}
