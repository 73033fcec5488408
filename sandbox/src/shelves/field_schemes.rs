//! Field schemes: which fields the work types of projects have. A scheme holds its fields; each may
//! be for some work types only, and what holds of it may differ by work type.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::jira::field_scheme_items as items;
use crate::jira::screen_tabs::id_of;
use crate::jira::usages;
use crate::shelf::table::{
    Act, Delete, Filter, Guard, List, Mint, Op, Paging, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

pub(crate) const FIELD_SCHEME: Kind = Kind("FieldScheme");

const ALL: &str = "/rest/api/3/config/fieldschemes";
const ONE: &str = "/rest/api/3/config/fieldschemes/{id}";

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (400, "A field scheme of this name exists."),
};

/// As it is answered by a write.
const WRITTEN: Shape = Shape {
    pick: &["id", "name", "description"],
    links: &[
        (
            "/links/associations",
            "/rest/api/3/config/fieldschemes/{id}/fields",
        ),
        (
            "/links/projects",
            "/rest/api/3/config/fieldschemes/{id}/projects",
        ),
    ],
    ..Shape::WHOLE
};

/// As it is listed.
const LISTED: Shape = Shape {
    pick: &["id", "name", "description", "isDefault"],
    more: Some(|_, scheme, shown| shown["fieldsCount"] = json!(items::count(scheme))),
    ..WRITTEN
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: FIELD_SCHEME,
    noun: "field scheme",
    mint: Mint::Number,
    show: WRITTEN,
    ops: &[
        Op(
            "GET",
            ALL,
            Act::List(&List {
                page: Paging::Jira(50, 100),
                filters: &[Filter::Words("query", "name"), Filter::Hand(of_projects)],
                shape: Some(&LISTED),
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
                defaults: &[("isDefault", Plain::Bool(false)), ("fields", Plain::List)],
                ..Write::PLAIN
            }),
        ),
        // One scheme alone calls its number a text.
        Op("GET", ONE, Act::Hand(one)),
        Op(
            "PUT",
            ONE,
            Act::Update(&Write {
                take: &["name", "description"],
                demand: &["name"],
                unique: Some(TAKEN),
                ..Write::PLAIN
            }),
        ),
        Op(
            "DELETE",
            ONE,
            Act::Delete(&Delete {
                forbids: &[
                    Guard::Is(
                        "isDefault",
                        Plain::Bool(true),
                        (400, "The default field scheme cannot be deleted."),
                    ),
                    Guard::Used(
                        Kind::Project,
                        "fieldScheme",
                        (400, "The field scheme is used by a project."),
                    ),
                ],
                reply: Reply::Hand(|_, gone| {
                    let id = gone.first().map(id_of);
                    Ok(Answer::ok(json!({ "id": id, "deleted": true })))
                }),
                ..Delete::PLAIN
            }),
        ),
        Op(
            "POST",
            "/rest/api/3/config/fieldschemes/{id}/clone",
            Act::Hand(items::copy),
        ),
        Op(
            "GET",
            "/rest/api/3/config/fieldschemes/{id}/fields",
            Act::Hand(items::list),
        ),
        Op(
            "GET",
            "/rest/api/3/config/fieldschemes/{id}/fields/{fieldId}/parameters",
            Act::Hand(items::parameters),
        ),
        Op(
            "PUT",
            "/rest/api/3/config/fieldschemes/fields",
            Act::Hand(items::add),
        ),
        Op(
            "DELETE",
            "/rest/api/3/config/fieldschemes/fields",
            Act::Hand(items::remove),
        ),
        Op(
            "PUT",
            "/rest/api/3/config/fieldschemes/fields/parameters",
            Act::Hand(items::set_parameters),
        ),
        Op(
            "DELETE",
            "/rest/api/3/config/fieldschemes/fields/parameters",
            Act::Hand(items::remove_parameters),
        ),
        Op(
            "GET",
            "/rest/api/3/config/fieldschemes/projects",
            Act::Hand(items::of_projects),
        ),
        Op(
            "PUT",
            "/rest/api/3/config/fieldschemes/projects",
            Act::Hand(items::assign),
        ),
    ],
    ..Shelf::PLAIN
}];

/// The schemes that the projects asked for use.
fn of_projects(call: &Call<'_>, scheme: &Value) -> bool {
    let asked = call.list("projectId");
    let users = usages::standing(call);
    let mut users = users.iter().filter(|p| p["fieldScheme"] == *id_of(scheme));
    asked.is_empty() || users.any(|project| asked.contains(&id_of(project)))
}

/// `GET /config/fieldschemes/{id}`.
fn one(call: &mut Call<'_>) -> Outcome {
    let scheme = items::scheme(call, &call.id("id"))?;
    let at = format!("/rest/api/3/config/fieldschemes/{}", id_of(&scheme));
    Ok(Answer::ok(json!({
        "id": id_of(&scheme), "name": scheme["name"], "description": scheme["description"].as_str().unwrap_or_default(),
        "isDefault": scheme["isDefault"], "fieldsCount": items::count(&scheme),
        "links": {
            "associations": call.link(&format!("{at}/fields")),
            "projects": call.link(&format!("{at}/projects")),
        },
    })))
}
