//! Space roles: sets of permissions, and who has which of them in a space.

use serde_json::{Value, json};

use crate::confluence::people;
use crate::confluence::spaces;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::shelf::table::{
    Act, Delete, Filter, Guard, List, Mode, Op, Paging, Parent, Plain, Refer, Reply, Shape, Shelf,
    Unique, Write,
};
use crate::state::kind::Kind;
use crate::state::task;

const ROLE: Kind = Kind("SpaceRole");
const PERMISSION: Kind = Kind("SpacePermissionType");
const ASSIGNMENT: Kind = Kind("SpaceRoleAssignment");

const ONE: &str = "/space-roles/{id}";
const ASSIGNMENTS: &str = "/spaces/{id}/role-assignments";

const WRITE: Write = Write {
    take: &["name", "description", "spacePermissions"],
    mode: Mode::Replace,
    demand: &["name"],
    unique: Some(Unique {
        member: "name",
        in_parent: false,
        otherwise: (400, "A space role with this name already exists."),
    }),
    refers: &[Refer {
        at: "spacePermissions",
        kind: PERMISSION,
        otherwise: (400, "There is no such space permission."),
    }],
    ..Write::PLAIN
};

const SPACE: Parent = Parent {
    kind: Kind::Space,
    noun: "space",
    param: "id",
    by: &["id"],
    member: "spaceId",
    above: None,
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        api: "confluence-v2",
        kind: PERMISSION,
        noun: "space permission",
        ops: &[Op(
            "GET",
            "/space-permissions",
            Act::List(&List {
                page: Paging::Cursor,
                ..List::PLAIN
            }),
        )],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "confluence-v2",
        kind: Kind("SpaceRoleMode"),
        noun: "space role mode",
        id: &[],
        show: Shape {
            hide: &["id"],
            ..Shape::WHOLE
        },
        ops: &[Op("GET", "/space-role-mode", Act::Get)],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "confluence-v2",
        kind: ROLE,
        noun: "space role",
        ops: &[
            Op(
                "GET",
                "/space-roles",
                Act::List(&List {
                    page: Paging::Cursor,
                    filters: &[Filter::Is("role-type", "type"), Filter::Hand(is_held)],
                    ..List::PLAIN
                }),
            ),
            Op("GET", ONE, Act::Get),
            Op(
                "POST",
                "/space-roles",
                Act::Create(&Write {
                    defaults: &[("type", Plain::Str("CUSTOM"))],
                    reply: Reply::Shown(201),
                    ..WRITE
                }),
            ),
            Op(
                "PUT",
                ONE,
                Act::Update(&Write {
                    check: Some(start_update),
                    reply: Reply::Hand(begun),
                    ..WRITE
                }),
            ),
            Op(
                "DELETE",
                ONE,
                Act::Delete(&Delete {
                    forbids: &[Guard::Is(
                        "type",
                        Plain::Str("SYSTEM"),
                        (400, "A role of the system cannot be deleted."),
                    )],
                    cascade: &[(ASSIGNMENT, "roleId")],
                    check: Some(start_deletion),
                    reply: Reply::Hand(begun_deletion),
                    ..Delete::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "confluence-v2",
        kind: ASSIGNMENT,
        noun: "role assignment",
        parent: Some(&SPACE),
        show: Shape {
            pick: &["principal", "roleId"],
            ..Shape::WHOLE
        },
        ops: &[
            Op(
                "GET",
                ASSIGNMENTS,
                Act::List(&List {
                    page: Paging::Cursor,
                    filters: &[
                        Filter::Is("role-id", "roleId"),
                        Filter::Is("principal-id", "/principal/principalId"),
                        Filter::Is("principal-type", "/principal/principalType"),
                    ],
                    ..List::PLAIN
                }),
            ),
            Op("POST", ASSIGNMENTS, Act::Hand(assign)),
        ],
        ..Shelf::PLAIN
    },
];

/// Whether somebody has the role in the space, or the principal has it anywhere.
fn is_held(call: &Call<'_>, role: &Value) -> bool {
    let (space, principal) = (call.get("space-id"), call.get("principal-id"));
    let is_of = |a: &Value| {
        a["roleId"] == role["id"]
            && space.is_none_or(|s| a["spaceId"] == s)
            && principal.is_none_or(|p| a["principal"]["principalId"] == p)
    };
    (space.is_none() && principal.is_none()) || call.of(ASSIGNMENT).find(is_of).is_some()
}

/// Gives roles; takes them away where an entry names none. All entries or none.
fn assign(call: &mut Call<'_>) -> Outcome {
    let space = spaces::by_id(call, "id")?;
    let entries = call.body.as_array().cloned().unwrap_or_default();
    for entry in &entries {
        let principal = &entry["principal"];
        let (kind, id) = (
            text(principal, "principalType"),
            text(principal, "principalId"),
        );
        if kind != "ACCESS_CLASS" && !people::is_known(call, &kind, &id) {
            return Err(Refusal::bad(format!("There is no {kind} {id}.")));
        }
        let role = text(entry, "roleId");
        if entry.get("roleId").is_some() && call.tenant.get(ROLE, &role).is_none() {
            return Err(Refusal::bad(format!("There is no space role {role}.")));
        }
    }
    for entry in entries {
        let id = text(&entry["principal"], "principalId");
        let key = format!("{}/{id}", text(&space, "id"));
        if entry.get("roleId").is_none() {
            call.of_mut(ASSIGNMENT).remove(&key);
            continue;
        }
        let assignment = json!({
            "id": key, "spaceId": space["id"], "principal": entry["principal"], "roleId": entry["roleId"],
        });
        call.of_mut(ASSIGNMENT).put(key, assignment);
    }
    let held = call.of(ASSIGNMENT).values();
    let shown: Vec<Value> = held
        .filter(|a| a["spaceId"] == space["id"])
        .map(|a| json!({ "principal": a["principal"], "roleId": a["roleId"] }))
        .collect();
    Ok(Answer::ok(page::cursor(call, &shown, spaces::V2)?))
}

fn start_update(call: &mut Call<'_>, role: &mut Value) -> Result<(), Refusal> {
    start(call, "update space role", role);
    Ok(())
}

fn start_deletion(call: &mut Call<'_>, role: &mut Value) -> Result<(), Refusal> {
    start(call, "delete space role", role);
    Ok(())
}

/// The task that brings the change to those who have the role; the role itself changes at once.
fn start(call: &mut Call<'_>, work: &str, role: &Value) {
    let account = call.account.clone();
    let with = json!({ "role": role["id"] });
    task::start(call.tenant, Kind::LongTask, work, &with, &account);
}

fn begun(call: &Call<'_>, roles: &[Value]) -> Outcome {
    let role = roles.first().cloned().unwrap_or_default();
    Ok(Answer::json(
        202,
        json!({
            "id": role["id"], "name": role["name"], "description": role["description"], "type": role["type"],
            "taskId": latest(call),
        }),
    ))
}

fn begun_deletion(call: &Call<'_>, _: &[Value]) -> Outcome {
    Ok(Answer::json(202, json!({ "taskId": latest(call) })))
}

/// The id of the task that was started last.
fn latest(call: &Call<'_>) -> Value {
    let last = call.of(Kind::LongTask).values().last();
    last.map(|task| task["id"].clone()).unwrap_or_default()
}
