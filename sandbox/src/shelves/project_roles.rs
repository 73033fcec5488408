//! Project roles of the site.

use serde_json::{Value, json};

use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::jira::role_actors::{self, ACTORS, ROLE};
use crate::shelf::table::{
    Act, Delete, List, Mint, Mode, Op, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

const TAKEN: Unique = Unique {
    member: "name",
    in_parent: false,
    otherwise: (409, "A project role with this name already exists."),
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: ROLE,
    noun: "project role",
    mint: Mint::Number,
    show: Shape {
        more: Some(|call, role, shown| *shown = role_actors::show(call, role)),
        ..Shape::WHOLE
    },
    ops: &[
        Op("GET", "/rest/api/3/role", Act::List(&List::PLAIN)),
        Op("GET", "/rest/api/3/role/{id}", Act::Get),
        Op(
            "POST",
            "/rest/api/3/role",
            Act::Create(&Write {
                take: &["name", "description"],
                demand: &["name"],
                unique: Some(TAKEN),
                defaults: &[("description", Plain::Str("")), ("members", Plain::List)],
                ..Write::PLAIN
            }),
        ),
        Op(
            "PUT",
            "/rest/api/3/role/{id}",
            Act::Update(&Write {
                take: &["name", "description"],
                mode: Mode::Replace,
                demand: &["name"],
                unique: Some(TAKEN),
                check: Some(described),
                ..Write::PLAIN
            }),
        ),
        Op(
            "DELETE",
            "/rest/api/3/role/{id}",
            Act::Delete(&Delete {
                cascade: &[(ACTORS, "roleId")],
                check: Some(replaced),
                reply: Reply::Empty(204),
                ..Delete::PLAIN
            }),
        ),
        Op("GET", "/rest/api/3/role/{id}/actors", Act::Get),
        Op(
            "POST",
            "/rest/api/3/role/{id}/actors",
            Act::Hand(role_actors::add_default),
        ),
        Op(
            "DELETE",
            "/rest/api/3/role/{id}/actors",
            Act::Hand(role_actors::remove_default),
        ),
    ],
    ..Shelf::PLAIN
}];

/// The whole update wants both members, if only an empty description.
fn described(call: &mut Call<'_>, role: &mut Value) -> Result<(), Refusal> {
    match role["description"].as_str() {
        Some(_) => Ok(()),
        None if call.body.get("description").is_none() => {
            Err(Refusal::field("description", "is required"))
        }
        None => Err(Refusal::field("description", "is no text")),
    }
}

/// What names the role in permission schemes names the other one; without one it is refused.
fn replaced(call: &mut Call<'_>, role: &mut Value) -> Result<(), Refusal> {
    let id = role["id"].to_string();
    let other = call.get("swap").map(str::to_owned);
    if let Some(other) = &other
        && (*other == id || call.of(ROLE).get(other).is_none())
    {
        return Err(Refusal::not_found(
            "The role that is to take its place was not found.",
        ));
    }
    for scheme in call.of_mut(Kind::PermissionScheme).values_mut() {
        for grant in scheme["permissions"].as_array_mut().into_iter().flatten() {
            let holder = &mut grant["holder"];
            if holder["type"] != "projectRole" || holder["value"] != *id {
                continue;
            }
            let Some(other) = &other else {
                return Err(Refusal::conflict("The role is used in permission schemes."));
            };
            holder["value"] = json!(other);
            holder["parameter"] = json!(other);
        }
    }
    Ok(())
}
