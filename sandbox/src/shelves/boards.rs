//! Boards: their life, what stands on them, and properties of boards and sprints.

use super::entity_properties;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::boards;
use crate::jira::projects::text;
use crate::shelf::show::show;
use crate::shelf::table::{Act, Delete, List, Op, Paging, Parent, Shape, Shelf};
use crate::state::kind::Kind;
use serde_json::{Value, json};

const ONE: &str = "/rest/agile/1.0/board/{boardId}";
const FEATURES: &str = "/rest/agile/1.0/board/{boardId}/features";
const PROPERTIES: &str = "/rest/agile/1.0/board/{boardId}/properties";
const PROPERTY: &str = "/rest/agile/1.0/board/{boardId}/properties/{propertyKey}";
const SPRINT_PROPERTIES: &str = "/rest/agile/1.0/sprint/{sprintId}/properties";
const SPRINT_PROPERTY: &str = "/rest/agile/1.0/sprint/{sprintId}/properties/{propertyKey}";

const OF_BOARD: Parent = Parent {
    kind: Kind::Board,
    noun: "board",
    param: "boardId",
    by: &["id"],
    member: "boardId",
    above: None,
};

const OF_SPRINT: Parent = Parent {
    kind: Kind::Sprint,
    noun: "sprint",
    param: "sprintId",
    by: &["id"],
    member: "sprintId",
    above: None,
};

const FEATURE: Shape = Shape {
    hide: &["id"],
    ..Shape::WHOLE
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        api: "jira-software",
        kind: Kind::Board,
        noun: "board",
        id: &["boardId"],
        ops: &[
            Op("POST", "/rest/agile/1.0/board", Act::Hand(boards::create)),
            Op("DELETE", ONE, Act::Hand(boards::delete)),
            Op(
                "GET",
                "/rest/agile/1.0/board/{boardId}/configuration",
                Act::Hand(boards::configuration),
            ),
            Op(
                "GET",
                "/rest/agile/1.0/board/{boardId}/project",
                Act::Hand(boards::projects),
            ),
            Op(
                "GET",
                "/rest/agile/1.0/board/{boardId}/version",
                Act::Hand(boards::versions),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "jira-software",
        kind: boards::QUICK_FILTER,
        noun: "quick filter",
        id: &["quickFilterId"],
        parent: Some(&OF_BOARD),
        ops: &[
            Op(
                "GET",
                "/rest/agile/1.0/board/{boardId}/quickfilter",
                Act::List(&List {
                    page: Paging::Agile,
                    ..List::PLAIN
                }),
            ),
            Op(
                "GET",
                "/rest/agile/1.0/board/{boardId}/quickfilter/{quickFilterId}",
                Act::Get,
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "jira-software",
        kind: boards::FEATURE,
        noun: "feature",
        id: &[],
        parent: Some(&OF_BOARD),
        show: FEATURE,
        ops: &[
            Op(
                "GET",
                FEATURES,
                Act::List(&List {
                    page: Paging::Wrap("features"),
                    ..List::PLAIN
                }),
            ),
            Op("PUT", FEATURES, Act::Hand(switch)),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "jira-software",
        kind: boards::PROPERTY,
        parent: Some(&OF_BOARD),
        ops: &[
            Op("GET", PROPERTIES, keys(&KEYS_OF_BOARD)),
            Op("GET", PROPERTY, Act::Get),
            Op("PUT", PROPERTY, entity_properties::SET),
            Op("DELETE", PROPERTY, Act::Delete(&Delete::PLAIN)),
        ],
        ..entity_properties::SHELF
    },
    Shelf {
        api: "jira-software",
        kind: boards::SPRINT_PROPERTY,
        parent: Some(&OF_SPRINT),
        ops: &[
            Op("GET", SPRINT_PROPERTIES, keys(&KEYS_OF_SPRINT)),
            Op("GET", SPRINT_PROPERTY, Act::Get),
            Op("PUT", SPRINT_PROPERTY, entity_properties::SET),
            Op("DELETE", SPRINT_PROPERTY, Act::Delete(&Delete::PLAIN)),
        ],
        ..entity_properties::SHELF
    },
];

const KEYS_OF_BOARD: List = List {
    page: Paging::Wrap("keys"),
    shape: Some(&Shape {
        pick: &["key"],
        links: &[("self", "/rest/agile/1.0/board/{boardId}/properties/{key}")],
        ..Shape::WHOLE
    }),
    ..List::PLAIN
};

const KEYS_OF_SPRINT: List = List {
    page: Paging::Wrap("keys"),
    shape: Some(&Shape {
        pick: &["key"],
        links: &[("self", "/rest/agile/1.0/sprint/{sprintId}/properties/{key}")],
        ..Shape::WHOLE
    }),
    ..List::PLAIN
};

const fn keys(list: &'static List) -> Act {
    Act::List(list)
}

/// `PUT /board/{boardId}/features`: one feature on or off; all of them are answered.
fn switch(call: &mut Call<'_>) -> Outcome {
    let board = boards::find(call)?;
    let named = call.demand("feature")?;
    let on = call.body["enabling"] == true;
    let of_board = |f: &Value| f["boardId"] == board["id"];
    let mut features = call.of_mut(boards::FEATURE).values_mut();
    let feature = features
        .find(|f| of_board(f) && f["boardFeature"] == *named)
        .ok_or_else(|| Refusal::bad(format!("The board has no feature {named}.")))?;
    if feature["toggleLocked"] == true || text(feature, "state") == "COMING_SOON" {
        return Err(Refusal::bad("The feature cannot be switched."));
    }
    feature["state"] = json!(if on { "ENABLED" } else { "DISABLED" });
    drop(features);
    let shown: Vec<Value> = call
        .of(boards::FEATURE)
        .values()
        .filter(|f| of_board(f))
        .map(|f| show(&FEATURE, call, f))
        .collect();
    Ok(Answer::ok(json!({ "features": shown })))
}
