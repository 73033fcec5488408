//! Resolutions of issues. One is deleted in a task, which gives its issues another one.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::jira::tasks;
use crate::shelf::table::{
    Act, Filter, List, Op, Order, Paging, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

const KIND: Kind = Kind("Resolution");
const NONE: &str = "The resolution was not found.";

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (400, "A resolution with this name already exists."),
};

/// The list alone tells which one is the default.
const LISTED: Shape = Shape {
    links: &[("self", "/rest/api/3/resolution/{id}")],
    ..Shape::WHOLE
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: KIND,
    noun: "resolution",
    show: Shape {
        hide: &["default"],
        ..LISTED
    },
    ops: &[
        Op(
            "GET",
            "/rest/api/3/resolution/search",
            Act::List(&List {
                page: Paging::Jira(50, 50),
                filters: &[
                    Filter::In("id", "id"),
                    Filter::Flag("onlyDefault", "default"),
                ],
                shape: Some(&LISTED),
                ..List::PLAIN
            }),
        ),
        Op("GET", "/rest/api/3/resolution/{id}", Act::Get),
        Op(
            "POST",
            "/rest/api/3/resolution",
            Act::Create(&Write {
                take: &["name", "description"],
                demand: &["name"],
                unique: Some(TAKEN),
                defaults: &[("default", Plain::Bool(false))],
                reply: Reply::NEW_ID,
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            "/rest/api/3/resolution/{id}",
            Act::Update(&Write {
                take: &["name", "description"],
                demand: &["name"],
                unique: Some(TAKEN),
                reply: Reply::Empty(204),
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            "/rest/api/3/resolution/default",
            Act::Hand(make_default),
        ),
        Op(
            "PUT",
            "/rest/api/3/resolution/move",
            Act::Reorder(&Order::PLAIN),
        ),
        Op("DELETE", "/rest/api/3/resolution/{id}", Act::Hand(delete)),
    ],
    ..Shelf::PLAIN
}];

fn make_default(call: &mut Call<'_>) -> Outcome {
    let id = call.id_in_body("id");
    call.find(KIND, &id, NONE)?;
    for resolution in call.of_mut(KIND).values_mut() {
        resolution["default"] = json!(resolution["id"] == *id);
    }
    Ok(Answer::empty(204))
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let (id, other) = (call.id("id"), call.id("replaceWith"));
    call.find(KIND, &id, NONE)?;
    call.find(
        KIND,
        &other,
        "The resolution to replace it with was not found.",
    )?;
    if id == other {
        return Err(crate::host::refusal::Refusal::bad(
            "A resolution cannot take its own place.",
        ));
    }
    let with = json!({ "id": id, "other": other });
    Ok(tasks::started(call, "delete resolution", &with))
}

/// What the task does: its issues get the other one, and it goes.
pub(crate) fn purge(tenant: &mut Tenant, with: &Value) -> Result<String, String> {
    for issue in tenant.of_mut(Kind::Issue).values_mut() {
        if issue["resolution"] == with["id"] {
            issue["resolution"] = with["other"].clone();
        }
    }
    tenant
        .of_mut(KIND)
        .remove(with["id"].as_str().unwrap_or_default());
    Ok(String::new())
}
