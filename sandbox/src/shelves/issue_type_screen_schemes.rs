//! Issue type screen schemes: which screen scheme an issue type has. A scheme holds the one that
//! stands for all issue types, and those of single ones by issue type.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::{brief, text};
use crate::jira::usages;
use crate::shelf::table::{
    Act, Delete, Filter, Guard, List, Op, Paging, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

const ALL: &str = "/rest/api/3/issuetypescreenscheme";
const ONE: &str = "/rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId}";

/// The issue type that stands for all that have none of their own.
const ANY: &str = "default";

const SHOWN: [&str; 3] = ["id", "name", "description"];

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (400, "An issue type screen scheme of this name exists."),
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: Kind::IssueTypeScreenScheme,
    noun: "issue type screen scheme",
    id: &["issueTypeScreenSchemeId"],
    show: Shape {
        pick: &SHOWN,
        ..Shape::WHOLE
    },
    ops: &[
        Op(
            "GET",
            ALL,
            Act::List(&List {
                page: Paging::Jira(50, 100),
                filters: &[Filter::In("id", "id"), Filter::Words("queryString", "name")],
                sort: Some(("orderBy", "id")),
                ..List::PLAIN
            }),
        ),
        Op(
            "POST",
            ALL,
            Act::Create(&Write {
                take: &["name", "description"],
                demand: &["name"],
                unique: Some(TAKEN),
                check: Some(first_mappings),
                reply: Reply::NEW_ID,
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            ONE,
            Act::Update(&Write {
                take: &["name", "description"],
                demand: &["name"],
                unique: Some(TAKEN),
                reply: Reply::Empty(204),
                ..Write::PLAIN
            }),
        ),
        Op(
            "DELETE",
            ONE,
            Act::Delete(&Delete {
                forbids: &[Guard::Used(
                    Kind::Project,
                    "issueTypeScreenScheme",
                    (400, "The issue type screen scheme is used by a project."),
                )],
                ..Delete::PLAIN
            }),
        ),
        Op(
            "GET",
            "/rest/api/3/issuetypescreenscheme/mapping",
            Act::Hand(mappings),
        ),
        Op(
            "GET",
            "/rest/api/3/issuetypescreenscheme/project",
            Act::Hand(of_projects),
        ),
        Op(
            "PUT",
            "/rest/api/3/issuetypescreenscheme/project",
            Act::Hand(assign),
        ),
        Op(
            "PUT",
            "/rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping",
            Act::Hand(add),
        ),
        Op(
            "POST",
            "/rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping/remove",
            Act::Hand(remove),
        ),
        Op(
            "PUT",
            "/rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping/default",
            Act::Hand(set_default),
        ),
    ],
    ..Shelf::PLAIN
}];

/// Whether a scheme gives an issue type this screen scheme.
pub(crate) fn uses(scheme: &Value, screen_scheme: &Value) -> bool {
    let own = scheme["mappings"].as_object();
    scheme["screenSchemeId"] == *screen_scheme
        || own.is_some_and(|own| own.values().any(|id| id == screen_scheme))
}

/// What the body maps, with one that stands for all.
fn first_mappings(call: &mut Call<'_>, scheme: &mut Value) -> Result<(), Refusal> {
    let given = call.body["issueTypeMappings"].as_array().cloned();
    scheme["mappings"] = json!({});
    map(call, scheme, &given.unwrap_or_default())?;
    if scheme.get("screenSchemeId").is_none() {
        return Err(Refusal::field(
            "issueTypeMappings",
            "A mapping for the issue type default is required.",
        ));
    }
    Ok(())
}

/// Writes mappings into a scheme; refused where one names what is not there.
fn map(call: &Call<'_>, scheme: &mut Value, given: &[Value]) -> Result<(), Refusal> {
    for mapping in given {
        let screens = call.find(
            Kind::ScreenScheme,
            &text(mapping, "screenSchemeId"),
            "The screen scheme was not found.",
        )?;
        let issue_type = text(mapping, "issueTypeId");
        if issue_type == ANY {
            scheme["screenSchemeId"] = screens["id"].clone();
        } else {
            call.find(
                Kind::IssueType,
                &issue_type,
                "The issue type was not found.",
            )?;
            scheme["mappings"][&issue_type] = screens["id"].clone();
        }
    }
    Ok(())
}

/// `GET /issuetypescreenscheme/mapping`.
fn mappings(call: &mut Call<'_>) -> Outcome {
    let asked = call.list("issueTypeScreenSchemeId");
    let mut shown = Vec::new();
    for (id, scheme) in call.of(Kind::IssueTypeScreenScheme).entries() {
        if !asked.is_empty() && !asked.iter().any(|asked| asked == id) {
            continue;
        }
        let own = scheme["mappings"].as_object().into_iter().flatten();
        let any = (ANY, &scheme["screenSchemeId"]);
        for (issue_type, screens) in own.map(|(t, s)| (t.as_str(), s)).chain([any]) {
            shown.push(json!({
                "issueTypeScreenSchemeId": id, "issueTypeId": issue_type,
                "screenSchemeId": screens.to_string(),
            }));
        }
    }
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// `GET /issuetypescreenscheme/project`.
fn of_projects(call: &mut Call<'_>) -> Outcome {
    let asked = call.list("projectId");
    let users: Vec<Value> = usages::standing(call)
        .into_iter()
        .filter(|project| asked.contains(&text(project, "id")))
        .collect();
    let shown: Vec<Value> = call
        .of(Kind::IssueTypeScreenScheme)
        .values()
        .filter_map(|scheme| {
            let of = users
                .iter()
                .filter(|p| p["issueTypeScreenScheme"] == scheme["id"]);
            let ids: Vec<&Value> = of.map(|project| &project["id"]).collect();
            let scheme = pick(scheme, &SHOWN);
            (!ids.is_empty()).then(|| json!({ "issueTypeScreenScheme": scheme, "projectIds": ids }))
        })
        .collect();
    Ok(Answer::ok(page::jira(call, &shown, 50, 100)))
}

/// `PUT /issuetypescreenscheme/project`.
fn assign(call: &mut Call<'_>) -> Outcome {
    let scheme = call.demand("issueTypeScreenSchemeId")?;
    call.find(
        Kind::IssueTypeScreenScheme,
        &scheme,
        "The issue type screen scheme was not found.",
    )?;
    let id = call.demand("projectId")?;
    if brief(call, &id).is_none() {
        return Err(Refusal::not_found("The project was not found."));
    }
    if let Some(project) = call.of_mut(Kind::Project).get_mut(&id) {
        project["issueTypeScreenScheme"] = json!(scheme);
    }
    Ok(Answer::empty(204))
}

/// `PUT /issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping`.
fn add(call: &mut Call<'_>) -> Outcome {
    let mut scheme = scheme(call)?;
    let given = call.body["issueTypeMappings"].as_array().cloned();
    map(call, &mut scheme, &given.unwrap_or_default())?;
    store(call, scheme)
}

/// `POST /issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping/remove`.
fn remove(call: &mut Call<'_>) -> Outcome {
    let mut scheme = scheme(call)?;
    let given = call.body["issueTypeIds"].as_array().cloned();
    for issue_type in given.unwrap_or_default() {
        let own = scheme["mappings"].as_object_mut();
        let id = issue_type.as_str().unwrap_or_default();
        if own.and_then(|own| own.remove(id)).is_none() {
            return Err(Refusal::not_found(format!("{id} has no mapping.")));
        }
    }
    store(call, scheme)
}

/// `PUT /issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping/default`.
fn set_default(call: &mut Call<'_>) -> Outcome {
    let mut scheme = scheme(call)?;
    let screens = call.id_in_body("screenSchemeId");
    map(
        call,
        &mut scheme,
        &[json!({ "issueTypeId": ANY, "screenSchemeId": screens })],
    )?;
    store(call, scheme)
}

fn scheme(call: &Call<'_>) -> Result<Value, Refusal> {
    call.find(
        Kind::IssueTypeScreenScheme,
        &call.id("issueTypeScreenSchemeId"),
        "The issue type screen scheme was not found.",
    )
}

fn store(call: &mut Call<'_>, scheme: Value) -> Outcome {
    call.of_mut(Kind::IssueTypeScreenScheme)
        .put(text(&scheme, "id"), scheme);
    Ok(Answer::empty(204))
}
