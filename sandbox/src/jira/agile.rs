//! Boards, epics and sprints.

use serde_json::{Value, json};

use super::projects::{lookup, text};
use super::{boards, people};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /board`.
pub(crate) fn boards(call: &mut Call<'_>) -> Outcome {
    let words = call.get("name").unwrap_or_default().to_lowercase();
    let project = call
        .get("projectKeyOrId")
        .map(|p| lookup(call, p).map_or(Value::Null, |p| p["id"].clone()));
    let kinds: Vec<&str> = call
        .get("type")
        .map(|t| t.split(',').collect())
        .unwrap_or_default();
    let shown: Vec<Value> = call
        .of(Kind::Board)
        .values()
        .filter(|b| text(b, "name").to_lowercase().contains(&words))
        .filter(|b| kinds.is_empty() || kinds.contains(&b["type"].as_str().unwrap_or_default()))
        .filter(|b| project.as_ref().is_none_or(|p| b["projectId"] == *p))
        .filter(|b| {
            call.get("filterId")
                .is_none_or(|f| b["filterId"].as_u64() == f.parse().ok())
        })
        .map(|b| show_board(call, b))
        .collect();
    Ok(Answer::ok(page::agile(call, &shown)))
}

/// `GET /board/{boardId}`.
pub(crate) fn board(call: &mut Call<'_>) -> Outcome {
    let board = boards::find(call)?;
    let mut shown = show_board(call, &board);
    let admin = people::brief(call, &text(&board, "admin"));
    shown["admins"] = json!({ "users": [admin], "groups": [] });
    Ok(Answer::ok(shown))
}

/// `GET /board/{boardId}/epic`.
pub(crate) fn epics(call: &mut Call<'_>) -> Outcome {
    let board = boards::find(call)?;
    let shown: Vec<Value> = call
        .of(Kind::Epic)
        .values()
        .filter(|e| e["projectId"] == board["projectId"])
        .filter(|e| call.get("done").is_none_or(|d| e["done"] == (d == "true")))
        .map(|e| show_epic(call, e))
        .collect();
    let mut page = page::agile(call, &shown);
    // The real answer to this one has no total.
    page.as_object_mut().map(|p| p.remove("total"));
    Ok(Answer::ok(page))
}

/// `GET /epic/{epicIdOrKey}`.
pub(crate) fn epic(call: &mut Call<'_>) -> Outcome {
    let wanted = call.id("epicIdOrKey");
    let number: Option<u64> = wanted.parse().ok();
    let epic = call
        .of(Kind::Epic)
        .find(|e| e["key"] == *wanted || number.is_some_and(|n| e["id"] == n))
        .ok_or_else(|| Refusal::not_found("The requested epic does not exist."))?;
    Ok(Answer::ok(show_epic(call, epic)))
}

/// `GET /board/{boardId}/sprint`.
pub(crate) fn sprints(call: &mut Call<'_>) -> Outcome {
    let board = boards::find(call)?;
    if board["type"] != "scrum" {
        return Err(Refusal::bad("The board does not support sprints"));
    }
    let states: Vec<&str> = call
        .get("state")
        .map(|s| s.split(',').collect())
        .unwrap_or_default();
    let shown: Vec<Value> = call
        .of(Kind::Sprint)
        .values()
        .filter(|s| s["originBoardId"] == board["id"])
        .filter(|s| states.is_empty() || states.contains(&s["state"].as_str().unwrap_or_default()))
        .map(|s| show_sprint(call, s))
        .collect();
    Ok(Answer::ok(page::agile(call, &shown)))
}

/// `GET /sprint/{sprintId}`.
pub(crate) fn sprint(call: &mut Call<'_>) -> Outcome {
    let sprint = find_sprint(call)?;
    Ok(Answer::ok(show_sprint(call, &sprint)))
}

/// `POST /sprint`.
pub(crate) fn create_sprint(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    let board = call.body["originBoardId"]
        .as_u64()
        .ok_or_else(|| Refusal::field("originBoardId", "is required"))?;
    let board = find_board(call, &board.to_string())?;
    if board["type"] != "scrum" {
        return Err(Refusal::bad("The board does not support sprints"));
    }
    let id = call.of_mut(Kind::Sprint).allocate();
    let mut sprint = json!({
        "id": id, "state": "future", "originBoardId": board["id"], "createdDate": time::iso(call.now()),
    });
    sprint["name"] = json!(checked_name(&name)?);
    dates(call, &mut sprint)?;
    goal(call, &mut sprint);
    call.of_mut(Kind::Sprint)
        .put(id.to_string(), sprint.clone());
    Ok(Answer::created(show_sprint(call, &sprint)))
}

/// `POST /sprint/{sprintId}`: a partial update; null clears, and a sprint only moves forward.
pub(crate) fn update_sprint(call: &mut Call<'_>) -> Outcome {
    let mut sprint = find_sprint(call)?;
    if let Some(name) = call.text("name") {
        sprint["name"] = json!(checked_name(name)?);
    }
    dates(call, &mut sprint)?;
    goal(call, &mut sprint);
    if let Some(state) = call.text("state").map(str::to_owned) {
        advance(call, &mut sprint, &state)?;
    }
    call.of_mut(Kind::Sprint)
        .put(sprint["id"].to_string(), sprint.clone());
    Ok(Answer::ok(show_sprint(call, &sprint)))
}

/// `DELETE /sprint/{sprintId}`.
pub(crate) fn delete_sprint(call: &mut Call<'_>) -> Outcome {
    let sprint = find_sprint(call)?;
    call.of_mut(boards::SPRINT_PROPERTY)
        .retain(|p| p["sprintId"] != sprint["id"]);
    call.of_mut(Kind::Sprint).remove(&sprint["id"].to_string());
    Ok(Answer::empty(204))
}

fn advance(call: &Call<'_>, sprint: &mut Value, to: &str) -> Result<(), Refusal> {
    let from = text(sprint, "state");
    match (from.as_str(), to) {
        (same, to) if same == to => {}
        ("future", "active") => {
            if sprint.get("startDate").is_none() || sprint.get("endDate").is_none() {
                return Err(Refusal::field(
                    "startDate",
                    "A sprint needs a start and an end to be started.",
                ));
            }
            sprint["activatedDate"] = json!(time::iso(call.now()));
        }
        ("active", "closed") => sprint["completeDate"] = json!(time::iso(call.now())),
        _ => {
            let what = format!("A sprint cannot go from {from} to {to}.");
            return Err(Refusal::field("state", what));
        }
    }
    sprint["state"] = json!(to);
    Ok(())
}

fn checked_name(name: &str) -> Result<&str, Refusal> {
    if name.is_empty() || name.chars().count() > 30 {
        return Err(Refusal::field(
            "name",
            "The sprint name must have 1 to 30 characters",
        ));
    }
    Ok(name)
}

fn dates(call: &Call<'_>, sprint: &mut Value) -> Result<(), Refusal> {
    for member in ["startDate", "endDate"] {
        if let Some(given) = call.text(member) {
            let millis = time::parse(given)
                .ok_or_else(|| Refusal::field(member, "is no date and time with a zone"))?;
            sprint[member] = json!(time::iso(millis));
        } else {
            call.merge(sprint, &[member]);
        }
    }
    let (start, end) = (sprint["startDate"].as_str(), sprint["endDate"].as_str());
    if let (Some(start), Some(end)) = (start, end)
        && start >= end
    {
        return Err(Refusal::field(
            "endDate",
            "The end of a sprint lies after its start",
        ));
    }
    Ok(())
}

fn goal(call: &Call<'_>, sprint: &mut Value) {
    call.merge(sprint, &["goal"]);
    if sprint["goal"] == "" {
        sprint.as_object_mut().map(|s| s.remove("goal"));
    }
}

fn find_board(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    call.find(Kind::Board, id, "Requested board cannot be viewed because it either does not exist or you do not have permission to view it.")
}

fn find_sprint(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(Kind::Sprint, &call.id("sprintId"), "Sprint does not exist.")
}

pub(super) fn show_board(call: &Call<'_>, board: &Value) -> Value {
    let mut shown = pick(board, &["id", "name", "type"]);
    shown["self"] = json!(call.link(&format!("/rest/agile/1.0/board/{}", board["id"])));
    if let Some(project) = lookup(call, &text(board, "projectId")) {
        let (key, name) = (text(&project, "key"), text(&project, "name"));
        shown["location"] = json!({
            "projectId": text(&project, "id").parse::<u64>().unwrap_or_default(),
            "projectKey": key, "projectName": name, "displayName": format!("{name} ({key})"),
            "name": format!("{name} ({key})"), "projectTypeKey": project["projectTypeKey"],
            "avatarURI": "https://avatar.example/project/24",
        });
    } else {
        let admin = text(board, "admin");
        let name = call.tenant.display_name(&admin);
        shown["location"] = json!({ "userAccountId": admin, "displayName": name, "name": name });
    }
    shown
}

fn show_epic(call: &Call<'_>, epic: &Value) -> Value {
    let mut shown = pick(epic, &["id", "key", "name", "summary", "color", "done"]);
    shown["self"] = json!(call.link(&format!("/rest/agile/1.0/epic/{}", epic["id"])));
    shown
}

fn show_sprint(call: &Call<'_>, sprint: &Value) -> Value {
    let mut shown = sprint.clone();
    shown["self"] = json!(call.link(&format!("/rest/agile/1.0/sprint/{}", sprint["id"])));
    shown
}
