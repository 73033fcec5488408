//! What becomes of projects: archived, in the trash, gone, and back.

use serde_json::{Value, json};

use super::projects::{lookup, text, visible};
use super::role_actors;
use super::security::SCHEME;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;
use crate::state::time;

const RETENTION_MS: i64 = 60 * 86_400_000;

/// What a project takes with it when it goes for good: kind, and the member that names the project.
const BELONGINGS: [(Kind, &str); 10] = [
    (Kind::Board, "projectId"),
    (Kind::Issue, "projectId"),
    (Kind::ServiceDesk, "projectId"),
    (Kind::Form, "projectId"),
    (role_actors::ACTORS, "projectId"),
    (Kind("Component"), "projectId"),
    (Kind("Version"), "projectId"),
    (Kind("ProjectFeature"), "projectId"),
    (Kind("ProjectProperty"), "projectId"),
    (Kind("Avatar"), "owner"),
];

/// `POST /project/{projectIdOrKey}/archive`.
pub(crate) fn archive(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectIdOrKey")?;
    if project["archived"] == true {
        return Err(Refusal::bad("The project is already archived."));
    }
    mark(call, &project, "archived");
    Ok(Answer::empty(204))
}

/// `DELETE /project/{projectIdOrKey}`: to the trash unless `enableUndo` is false.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let wanted = call.id("projectIdOrKey");
    let gone = || Refusal::not_found(format!("No project could be found with key '{wanted}'."));
    let project = lookup(call, &wanted).ok_or_else(gone)?;
    if call.get("enableUndo") == Some("false") {
        let id = text(&project, "id");
        call.of_mut(Kind::Project).remove(&id);
        for (kind, member) in BELONGINGS {
            call.of_mut(kind).retain(|d| d[member] != *id);
        }
        for kind in [Kind::FieldContext, SCHEME] {
            for sharer in call.of_mut(kind).values_mut() {
                if let Some(ids) = sharer["projectIds"].as_array_mut() {
                    ids.retain(|p| *p != *id);
                }
            }
        }
    } else if project["deleted"] == true {
        return Err(gone());
    } else {
        mark(call, &project, "deleted");
    }
    Ok(Answer::empty(204))
}

/// `POST /project/{projectIdOrKey}/restore`: out of the trash or the archive.
pub(crate) fn restore(call: &mut Call<'_>) -> Outcome {
    let wanted = call.id("projectIdOrKey");
    let project = lookup(call, &wanted).ok_or_else(|| {
        Refusal::not_found(format!("No project could be found with key '{wanted}'."))
    })?;
    let marker = match (project["deleted"] == true, project["archived"] == true) {
        (true, _) => "deleted",
        (false, true) => "archived",
        (false, false) => {
            return Err(Refusal::bad(
                "The project is neither archived nor in the trash.",
            ));
        }
    };
    if let Some(Value::Object(stored)) = call.of_mut(Kind::Project).get_mut(&text(&project, "id")) {
        for member in [
            marker,
            &format!("{marker}By"),
            &format!("{marker}Date"),
            "retentionTillDate",
        ] {
            stored.remove(member);
        }
    }
    call.arguments
        .insert("projectIdOrKey".to_owned(), vec![text(&project, "id")]);
    super::projects::get(call)
}

fn mark(call: &mut Call<'_>, project: &Value, marker: &str) {
    let (now, by) = (call.now(), call.account.clone());
    if let Some(stored) = call.of_mut(Kind::Project).get_mut(&text(project, "id")) {
        stored[marker] = json!(true);
        stored[&format!("{marker}By")] = json!(by);
        stored[&format!("{marker}Date")] = json!(time::jira(now));
        if marker == "deleted" {
            stored["retentionTillDate"] = json!(time::jira(now + RETENTION_MS));
        }
    }
}
