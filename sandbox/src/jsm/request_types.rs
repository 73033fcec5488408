//! Request types: made and deleted through the experimental API, never changed.

use serde_json::{Value, json};

use super::desks;
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::{lookup, text};
use crate::state::kind::Kind;

/// `GET /servicedesk/{serviceDeskId}/requesttype`.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let desk = desks::find(call)?;
    let group = call.get("groupId");
    let shown = matching(call, |t| {
        t["serviceDeskId"] == desk["id"]
            && group.is_none_or(|g| groups_of(t).iter().any(|i| i == g))
    });
    Ok(Answer::ok(page::jsm(call, &shown)))
}

/// `GET /requesttype`: of all service desks, or of some.
pub(crate) fn search(call: &mut Call<'_>) -> Outcome {
    let wanted = call.list("serviceDeskId");
    let live: Vec<&Value> = call
        .of(Kind::ServiceDesk)
        .values()
        .filter(|d| desks::live(call, d))
        .filter(|d| wanted.is_empty() || wanted.contains(&text(d, "id")))
        .collect();
    let shown = matching(call, |t| {
        live.iter().any(|desk| t["serviceDeskId"] == desk["id"])
    });
    Ok(Answer::ok(page::jsm(call, &shown)))
}

/// Those asked for that have the words. Where words are given, what the portal hides is left out.
fn matching(call: &Call<'_>, asked: impl Fn(&Value) -> bool) -> Vec<Value> {
    let words = call.get("searchQuery").unwrap_or_default().to_lowercase();
    call.of(Kind::RequestType)
        .values()
        .filter(|t| asked(t))
        .filter(|t| {
            ["name", "description"]
                .iter()
                .any(|m| text(t, m).to_lowercase().contains(&words))
        })
        .filter(|t| {
            words.is_empty()
                || call.flag("includeHiddenRequestTypesInSearch")
                || !groups_of(t).is_empty()
        })
        .filter(|t| {
            call.get("restrictionStatus")
                .is_none_or(|s| text(t, "restrictionStatus").eq_ignore_ascii_case(s))
        })
        .map(|t| show(call, t))
        .collect()
}

/// `POST /servicedesk/{serviceDeskId}/requesttype/permissions/check`: ids that are none are passed
/// over. Whoever is no administrator may submit what is not restricted.
pub(crate) fn permissions(call: &mut Call<'_>) -> Outcome {
    let desk = desks::find(call)?;
    let account = call.text("accountId").unwrap_or(&call.account);
    if call.tenant.user(account).is_none() {
        return Err(Refusal::bad("The account id is invalid."));
    }
    let asked = call.body["permissions"].as_array();
    let asked = asked.filter(|p| !p.is_empty());
    let asked = asked.ok_or_else(|| Refusal::bad("No permissions are given."))?;
    let ids = call.body["requestTypeIds"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if ids.is_empty() || ids.len() > 50 {
        return Err(Refusal::bad(
            "Between 1 and 50 request types can be checked.",
        ));
    }
    let administers = call.tenant.is_site_admin(account);
    let allowed = |permission: &Value| -> Vec<&Value> {
        let may = |t: &Value| {
            administers || permission == "canCreateRequest" && t["restrictionStatus"] == "OPEN"
        };
        let known = |id: &Value| call.of(Kind::RequestType).get(&id.to_string());
        ids.iter()
            .filter(|id| known(id).is_some_and(|t| t["serviceDeskId"] == desk["id"] && may(t)))
            .collect()
    };
    let told = asked
        .iter()
        .map(|p| (p.as_str().unwrap_or_default().to_owned(), json!(allowed(p))));
    Ok(Answer::ok(Value::Object(told.collect())))
}

/// `GET /servicedesk/{serviceDeskId}/requesttype/{requestTypeId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let found = find(call)?;
    Ok(Answer::ok(show(call, &found)))
}

/// `POST /servicedesk/{serviceDeskId}/requesttype`: hidden from the portal, with default icon
/// and fields.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let desk = desks::find(call)?;
    let name = call
        .demand("name")
        .map_err(|_| Refusal::bad("The name of a request type is required."))?;
    let issue_type = call
        .demand("issueTypeId")
        .map_err(|_| Refusal::bad("An issue type is required."))?;
    let project = lookup(call, &text(&desk, "projectId")).unwrap_or_default();
    let scheme = call
        .of(Kind::IssueTypeScheme)
        .get(&text(&project, "issueTypeScheme"));
    let allowed = scheme
        .and_then(|s| s["issueTypeIds"].as_array())
        .is_some_and(|t| t.iter().any(|t| *t == *issue_type));
    if !allowed {
        return Err(Refusal::bad(format!(
            "The issue type {issue_type} is not available in the project."
        )));
    }
    let same =
        |t: &Value| t["serviceDeskId"] == desk["id"] && text(t, "name").eq_ignore_ascii_case(&name);
    if call.of(Kind::RequestType).find(same).is_some() {
        return Err(Refusal::bad(
            "A request type with this name exists already.",
        ));
    }
    let id = call.of_mut(Kind::RequestType).allocate().to_string();
    let made = json!({
        "id": id, "name": name, "issueTypeId": issue_type, "serviceDeskId": desk["id"],
        "description": call.text("description").unwrap_or(""), "helpText": call.text("helpText").unwrap_or(""),
        "groupIds": [], "restrictionStatus": "OPEN",
        "fields": [{ "fieldId": "summary", "name": "Summary", "required": true, "type": "string", "visible": true }],
    });
    call.of_mut(Kind::RequestType).put(&id, made.clone());
    Ok(Answer::ok(show(call, &made)))
}

/// `DELETE /servicedesk/{serviceDeskId}/requesttype/{requestTypeId}`.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let found = find(call)?;
    let id = text(&found, "id");
    call.of_mut(Kind::RequestType).remove(&id);
    call.of_mut(Kind("RequestTypeProperty"))
        .retain(|property| property["requestTypeId"] != *id);
    Ok(Answer::empty(204))
}

/// `GET /servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/field`.
pub(crate) fn fields(call: &mut Call<'_>) -> Outcome {
    let found = find(call)?;
    let hidden = call.expands("hiddenFields");
    let fields: Vec<Value> = found["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|f| hidden || f["visible"] == true)
        .map(|f| {
            let mut shown = pick(
                f,
                &["fieldId", "name", "description", "required", "visible"],
            );
            shown["jiraSchema"] = json!({ "type": f["type"], "system": f["fieldId"] });
            shown["validValues"] = f.get("validValues").cloned().unwrap_or_else(|| json!([]));
            shown["presetValues"] = json!([]);
            shown["defaultValues"] = json!([]);
            shown
        })
        .collect();
    Ok(Answer::ok(json!({
        "requestTypeFields": fields, "canRaiseOnBehalfOf": true, "canAddRequestParticipants": true,
    })))
}

/// `GET /servicedesk/{serviceDeskId}/requesttypegroup`.
pub(crate) fn groups(call: &mut Call<'_>) -> Outcome {
    let desk = desks::find(call)?;
    let of_desk = call
        .of(Kind::RequestTypeGroup)
        .values()
        .filter(|g| g["serviceDeskId"] == desk["id"]);
    let shown: Vec<Value> = of_desk.map(|g| pick(g, &["id", "name"])).collect();
    Ok(Answer::ok(page::jsm(call, &shown)))
}

fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let desk = desks::find(call)?;
    let missing = "The request type you are trying to view does not exist.";
    let found = call.find(Kind::RequestType, &call.id("requestTypeId"), missing)?;
    if found["serviceDeskId"] == desk["id"] {
        Ok(found)
    } else {
        Err(Refusal::not_found(missing))
    }
}

fn groups_of(request_type: &Value) -> Vec<String> {
    let ids = request_type["groupIds"].as_array().into_iter().flatten();
    ids.filter_map(|g| g.as_str().map(str::to_owned)).collect()
}

fn show(call: &Call<'_>, stored: &Value) -> Value {
    let mut shown = pick(
        stored,
        &[
            "id",
            "name",
            "description",
            "helpText",
            "issueTypeId",
            "serviceDeskId",
            "groupIds",
            "restrictionStatus",
        ],
    );
    let path = format!(
        "/rest/servicedeskapi/servicedesk/{}/requesttype/{}",
        text(stored, "serviceDeskId"),
        text(stored, "id")
    );
    shown["_links"] = json!({ "self": call.link(&path) });
    shown["_expands"] = json!(["field"]);
    shown["portalId"] = stored["serviceDeskId"].clone();
    shown["canCreateRequest"] = json!(true);
    shown["icon"] = json!({ "id": "10540", "_links": { "iconUrls": crate::jira::people::avatars("requesttype") } });
    shown
}
