//! How boards come and go, how they are set up, and what they show.

use serde_json::{Value, json};

use super::agile::show_board;
use super::projects::{brief, lookup, text};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

pub(crate) const COLUMN: Kind = Kind("BoardColumn");
pub(crate) const FEATURE: Kind = Kind("BoardFeature");
pub(crate) const PROPERTY: Kind = Kind("BoardProperty");
pub(crate) const QUICK_FILTER: Kind = Kind("BoardQuickFilter");
pub(crate) const SPRINT_PROPERTY: Kind = Kind("SprintProperty");

/// The board that the path names.
pub(crate) fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(Kind::Board, &call.id("boardId"), "Requested board cannot be viewed because it either does not exist or you do not have permission to view it.")
}

/// `POST /board`.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    if name.chars().count() > 254 {
        return Err(Refusal::field("name", "must have less than 255 characters"));
    }
    let kind = call.demand("type")?;
    if !matches!(kind.as_str(), "scrum" | "kanban") {
        return Err(Refusal::field("type", "must be scrum or kanban"));
    }
    let filter = call.body["filterId"]
        .as_u64()
        .filter(|id| call.tenant.get(Kind::Filter, &id.to_string()).is_some())
        .ok_or_else(|| Refusal::field("filterId", "is no filter that you can see"))?;
    let project = place(call)?;
    let id = call.of_mut(Kind::Board).allocate();
    let mut board = json!({
        "id": id, "name": name, "type": kind, "filterId": filter, "admin": call.account,
    });
    if let Some(project) = project {
        board["projectId"] = json!(project);
    }
    call.of_mut(Kind::Board).put(id.to_string(), board.clone());
    Ok(Answer::created(show_board(call, &board)))
}

/// The project that a new board is listed in; none for one of the caller's own.
fn place(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let location = &call.body["location"];
    let named = location["projectKeyOrId"].as_str();
    match (location["type"].as_str(), named) {
        (Some("project"), Some(named)) => lookup(call, named)
            .map(|project| Some(text(&project, "id")))
            .ok_or_else(|| Refusal::field("location", format!("There is no project {named}."))),
        (Some("project"), None) => Err(Refusal::field("location", "names no project")),
        (_, Some(_)) => Err(Refusal::field("location", "a person has no project")),
        (_, None) => Ok(None),
    }
}

/// `DELETE /board/{boardId}`: with its sprints and all that stands on it.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let board = find(call)?;
    if board["type"] == "simple" {
        return Err(Refusal::forbidden(
            "The board of a team-managed project cannot be deleted.",
        ));
    }
    let id = &board["id"];
    let sprints: Vec<Value> = call
        .of(Kind::Sprint)
        .values()
        .filter(|s| s["originBoardId"] == *id)
        .map(|s| s["id"].clone())
        .collect();
    call.of_mut(SPRINT_PROPERTY)
        .retain(|p| !sprints.contains(&p["sprintId"]));
    call.of_mut(Kind::Sprint)
        .retain(|s| s["originBoardId"] != *id);
    for kind in [COLUMN, FEATURE, PROPERTY, QUICK_FILTER] {
        call.of_mut(kind).retain(|d| d["boardId"] != *id);
    }
    call.of_mut(Kind::Board).remove(&id.to_string());
    Ok(Answer::empty(204))
}

/// `GET /board/{boardId}/configuration`.
pub(crate) fn configuration(call: &mut Call<'_>) -> Outcome {
    let board = find(call)?;
    let columns: Vec<Value> = call
        .of(COLUMN)
        .values()
        .filter(|c| c["boardId"] == board["id"])
        .map(|c| column(call, c))
        .collect();
    let filter = board["filterId"].to_string();
    let path = format!("/rest/agile/1.0/board/{}/configuration", board["id"]);
    let mut shown = json!({
        "id": board["id"], "name": board["name"], "type": board["type"], "self": call.link(&path),
        "filter": { "id": filter, "self": call.link(&format!("/rest/api/3/filter/{filter}")) },
        "columnConfig": { "columns": columns, "constraintType": "issueCount" },
        "ranking": { "rankCustomFieldId": 10019 },
    });
    shown["location"] = match lookup(call, &text(&board, "projectId")) {
        Some(project) => json!({ "type": "project", "projectKeyOrId": project["key"] }),
        None => json!({ "type": "user" }),
    };
    if board["type"] == "scrum" {
        let points = json!({ "fieldId": "customfield_10030", "displayName": "Story points" });
        shown["estimation"] = json!({ "type": "field", "field": points });
    } else {
        shown["subQuery"] =
            json!({ "query": "fixVersion in unreleasedVersions() OR fixVersion is EMPTY" });
    }
    Ok(Answer::ok(shown))
}

fn column(call: &Call<'_>, stored: &Value) -> Value {
    let ids = stored["statuses"].as_array().into_iter().flatten();
    let statuses: Vec<Value> = ids
        .filter_map(Value::as_str)
        .map(|id| json!({ "id": id, "self": call.link(&format!("/rest/api/3/status/{id}")) }))
        .collect();
    let mut shown = json!({ "name": stored["name"], "statuses": statuses });
    for limit in ["min", "max"] {
        if let Some(most) = stored.get(limit) {
            shown[limit] = most.clone();
        }
    }
    shown
}

/// `GET /board/{boardId}/project`: by name.
pub(crate) fn projects(call: &mut Call<'_>) -> Outcome {
    let board = find(call)?;
    let shown: Vec<Value> = shown_projects(call, &board)
        .iter()
        .filter_map(|project| brief(call, &text(project, "id")))
        .collect();
    Ok(Answer::ok(page::agile(call, &shown)))
}

/// `GET /board/{boardId}/version`: by project, then in their order.
pub(crate) fn versions(call: &mut Call<'_>) -> Outcome {
    let board = find(call)?;
    let released = call.get("released").map(|r| r == "true");
    let mut shown = Vec::new();
    for project in shown_projects(call, &board) {
        let mut versions: Vec<Value> = call
            .of(Kind("Version"))
            .values()
            .filter(|v| v["projectId"] == project["id"])
            .filter(|v| released.is_none_or(|r| v["released"] == r))
            .cloned()
            .collect();
        versions.sort_by_key(|v| v["sequence"].as_u64());
        shown.extend(versions.iter().map(|version| version_of(call, version)));
    }
    let mut page = page::agile(call, &shown);
    // The real answer to this one has no total.
    page.as_object_mut().map(|p| p.remove("total"));
    Ok(Answer::ok(page))
}

/// Here ids are numbers, unlike in the platform's own answers.
fn version_of(call: &Call<'_>, stored: &Value) -> Value {
    let mut shown = stored.clone();
    for member in ["id", "projectId"] {
        shown[member] = json!(text(stored, member).parse::<u64>().unwrap_or_default());
    }
    shown.as_object_mut().map(|s| s.remove("sequence"));
    shown["self"] = json!(call.link(&format!("/rest/agile/1.0/version/{}", shown["id"])));
    shown
}

/// The projects that the board's filter names by their keys, and the one that it is listed in.
fn shown_projects(call: &Call<'_>, board: &Value) -> Vec<Value> {
    let filter = call.of(Kind::Filter).get(&board["filterId"].to_string());
    let jql = filter.map(|f| text(f, "jql")).unwrap_or_default();
    let words: Vec<&str> = jql.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let mut found: Vec<Value> = call
        .of(Kind::Project)
        .values()
        .filter(|p| p["deleted"] != true)
        .filter(|p| p["id"] == board["projectId"] || words.contains(&text(p, "key").as_str()))
        .cloned()
        .collect();
    found.sort_by_key(|p| text(p, "name"));
    found
}
