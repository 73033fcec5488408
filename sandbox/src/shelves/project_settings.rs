//! Settings of projects: details, features, properties, pictures, mail address, classification.

use serde_json::{Value, json};

use super::entity_properties;
use super::parents::PROJECT;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::{text, visible};
use crate::jira::{avatars, project_keys, project_update};
use crate::shelf::show::show;
use crate::shelf::table::{Act, Delete, List, Op, Paging, Reply, Shape, Shelf, Write};
use crate::state::kind::Kind;

const PROPERTY: &str = "/rest/api/3/project/{projectIdOrKey}/properties/{propertyKey}";
const CLASSIFICATION: &str = "/rest/api/3/project/{projectIdOrKey}/classification-level/default";
const EMAIL: &str = "/rest/api/3/project/{projectId}/email";

const FEATURE: Shape = Shape {
    pick: &[
        "feature",
        "localisedName",
        "localisedDescription",
        "state",
        "toggleLocked",
        "prerequisites",
    ],
    more: Some(|_, stored, shown| {
        shown["projectId"] = json!(text(stored, "projectId").parse::<u64>().unwrap_or_default());
    }),
    ..Shape::WHOLE
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        kind: Kind("ProjectFeature"),
        noun: "feature",
        id: &["featureKey"],
        by: &["feature"],
        parent: Some(&PROJECT),
        show: FEATURE,
        ops: &[
            Op(
                "GET",
                "/rest/api/3/project/{projectIdOrKey}/features",
                Act::List(&List {
                    page: Paging::Wrap("features"),
                    ..List::PLAIN
                }),
            ),
            Op(
                "PUT",
                "/rest/api/3/project/{projectIdOrKey}/features/{featureKey}",
                Act::Update(&Write {
                    take: &["state"],
                    demand: &["state"],
                    check: Some(not_locked),
                    reply: Reply::Hand(features),
                    ..Write::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind("ProjectProperty"),
        parent: Some(&PROJECT),
        ops: &[
            Op(
                "GET",
                "/rest/api/3/project/{projectIdOrKey}/properties",
                Act::List(&List {
                    page: Paging::Wrap("keys"),
                    shape: Some(&Shape {
                        pick: &["key"],
                        links: &[("self", "/rest/api/3/project/{projectId}/properties/{key}")],
                        ..Shape::WHOLE
                    }),
                    ..List::PLAIN
                }),
            ),
            Op("GET", PROPERTY, Act::Get),
            Op("PUT", PROPERTY, entity_properties::SET),
            Op("DELETE", PROPERTY, Act::Delete(&Delete::PLAIN)),
        ],
        ..entity_properties::SHELF
    },
    Shelf {
        kind: Kind("ProjectType"),
        noun: "project type",
        show: Shape {
            hide: &["id"],
            ..Shape::WHOLE
        },
        ops: &[Op(
            "GET",
            "/rest/api/3/project/type",
            Act::List(&List::PLAIN),
        )],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind::Project,
        noun: "project",
        id: &["projectIdOrKey", "projectId"],
        by: &["id", "key"],
        ops: &[
            Op(
                "PUT",
                "/rest/api/3/project/{projectIdOrKey}",
                Act::Hand(project_update::update),
            ),
            Op("GET", EMAIL, Act::Hand(project_update::email)),
            Op("PUT", EMAIL, Act::Hand(project_update::set_email)),
            Op(
                "GET",
                "/rest/api/3/project/{projectId}/hierarchy",
                Act::Hand(hierarchy),
            ),
            Op(
                "GET",
                "/rest/api/3/projectvalidate/key",
                Act::Hand(project_keys::validate),
            ),
            Op(
                "GET",
                "/rest/api/3/projectvalidate/validProjectKey",
                Act::Hand(project_keys::suggest),
            ),
            Op(
                "GET",
                "/rest/api/3/project/{projectIdOrKey}/avatars",
                Act::Hand(avatars::of_project),
            ),
            Op(
                "PUT",
                "/rest/api/3/project/{projectIdOrKey}/avatar",
                Act::Hand(avatars::choose),
            ),
            Op(
                "DELETE",
                "/rest/api/3/project/{projectIdOrKey}/avatar/{id}",
                Act::Hand(avatars::delete_of_project),
            ),
            Op(
                "GET",
                "/rest/api/3/avatar/{type}/system",
                Act::Hand(avatars::system),
            ),
            Op(
                "GET",
                "/rest/api/3/universal_avatar/type/{type}/owner/{entityId}",
                Act::Hand(avatars::of_owner),
            ),
            Op(
                "DELETE",
                "/rest/api/3/universal_avatar/type/{type}/owner/{owningObjectId}/avatar/{id}",
                Act::Hand(avatars::delete_of_owner),
            ),
            Op(
                "GET",
                CLASSIFICATION,
                Act::Hand(project_update::classification),
            ),
            Op("PUT", CLASSIFICATION, Act::Hand(project_update::classify)),
            Op(
                "DELETE",
                CLASSIFICATION,
                Act::Hand(project_update::declassify),
            ),
            Op(
                "GET",
                "/rest/api/3/project/{projectIdOrKey}/classification-config",
                Act::Hand(project_update::classification_config),
            ),
            Op(
                "GET",
                "/rest/api/3/classification-levels",
                Act::Hand(project_update::levels),
            ),
        ],
        ..Shelf::PLAIN
    },
];

fn not_locked(_: &mut Call<'_>, feature: &mut Value) -> Result<(), Refusal> {
    if feature["toggleLocked"] == true {
        return Err(Refusal::bad("The feature cannot be switched."));
    }
    Ok(())
}

/// All features of the project whose one was switched.
fn features(call: &Call<'_>, switched: &[Value]) -> Outcome {
    let project = switched.first().map(|f| text(f, "projectId"));
    let shown: Vec<Value> = call
        .of(Kind("ProjectFeature"))
        .values()
        .filter(|f| Some(text(f, "projectId")) == project)
        .map(|f| show(&FEATURE, call, f))
        .collect();
    Ok(Answer::ok(json!({ "features": shown })))
}

/// The issue types of a project by level, the highest first.
fn hierarchy(call: &mut Call<'_>) -> Outcome {
    let project = visible(call, "projectId")?;
    let scheme = call
        .of(Kind::IssueTypeScheme)
        .get(&text(&project, "issueTypeScheme"));
    let ids = scheme.and_then(|s| s["issueTypeIds"].as_array()).cloned();
    let types: Vec<&Value> = ids
        .iter()
        .flatten()
        .filter_map(|id| call.of(Kind::IssueType).get(id.as_str()?))
        .collect();
    let levels: Vec<Value> = [(1, "Epic"), (0, "Base"), (-1, "Subtask")]
        .into_iter()
        .map(|(level, name)| {
            let there: Vec<Value> = types
                .iter()
                .filter(|t| t["hierarchyLevel"] == level)
                .map(|t| {
                    let id = text(t, "id").parse::<u64>().unwrap_or_default();
                    json!({ "id": id, "name": t["name"], "avatarId": 10300 })
                })
                .collect();
            json!({ "level": level, "name": name, "issueTypes": there })
        })
        .collect();
    let id = text(&project, "id").parse::<u64>().unwrap_or_default();
    Ok(Answer::ok(json!({ "projectId": id, "hierarchy": levels })))
}
