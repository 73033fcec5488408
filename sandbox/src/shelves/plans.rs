//! Plans of Jira Premium (Advanced Roadmaps) and their teams.

use serde_json::{Value, json};

use crate::host::call::Call;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::shelf::table::{Act, Filter, List, Op, Paging, Parent, Shape, Shelf};
use crate::state::kind::Kind;

const PLAN: Kind = Kind("AdvancedPlan");
const TEAM: Kind = Kind("AdvancedPlanTeam");

const IN_PLAN: Parent = Parent {
    kind: PLAN,
    noun: "plan",
    param: "planId",
    by: &["id"],
    member: "planId",
    above: None,
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        kind: PLAN,
        noun: "plan",
        id: &["planId"],
        show: Shape {
            hide: &["scenarioId"],
            ..Shape::WHOLE
        },
        ops: &[
            Op(
                "GET",
                "/rest/api/3/plans/plan",
                Act::List(&List {
                    page: Paging::Hand(page_of),
                    filters: &[Filter::Hand(wanted)],
                    shape: Some(&Shape {
                        pick: &["name", "status", "scenarioId", "issueSources"],
                        // Here the id is a text.
                        more: Some(|_, plan, shown| shown["id"] = json!(plan["id"].to_string())),
                        ..Shape::WHOLE
                    }),
                    ..List::PLAIN
                }),
            ),
            Op("GET", "/rest/api/3/plans/plan/{planId}", Act::Get),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: TEAM,
        noun: "team",
        id: &["atlassianTeamId"],
        parent: Some(&IN_PLAN),
        show: Shape {
            hide: &["planId", "type"],
            ..Shape::WHOLE
        },
        ops: &[
            Op(
                "GET",
                "/rest/api/3/plans/plan/{planId}/team",
                Act::List(&List {
                    page: Paging::Hand(page_of),
                    shape: Some(&Shape {
                        pick: &["id", "name", "type"],
                        ..Shape::WHOLE
                    }),
                    ..List::PLAIN
                }),
            ),
            Op(
                "GET",
                "/rest/api/3/plans/plan/{planId}/team/atlassian/{atlassianTeamId}",
                Act::Get,
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: TEAM,
        noun: "team",
        id: &["planOnlyTeamId"],
        parent: Some(&IN_PLAN),
        show: Shape {
            hide: &["planId", "type"],
            more: Some(|_, team, shown| {
                shown["id"] = json!(text(team, "id").parse::<u64>().unwrap_or_default());
            }),
            ..Shape::WHOLE
        },
        ops: &[Op(
            "GET",
            "/rest/api/3/plans/plan/{planId}/team/planonly/{planOnlyTeamId}",
            Act::Get,
        )],
        ..Shelf::PLAIN
    },
];

/// What is archived or in the trash is listed on request.
fn wanted(call: &Call<'_>, plan: &Value) -> bool {
    match text(plan, "status").as_str() {
        "Archived" => call.flag("includeArchived"),
        "Trashed" => call.flag("includeTrashed"),
        _ => true,
    }
}

fn page_of(call: &Call<'_>, items: &[Value]) -> Result<Value, Refusal> {
    let cursor = call.get("cursor").filter(|cursor| !cursor.is_empty());
    let limit = call.number("maxResults").unwrap_or(50).min(50);
    let slice = page::slice(items, cursor, limit)?;
    let mut page = json!({
        "cursor": cursor.unwrap_or_default(), "last": slice.next.is_none(), "size": slice.shown.len(),
        "total": items.len(), "values": slice.shown,
    });
    if let Some(next) = slice.next {
        page["nextPageCursor"] = json!(next);
    }
    Ok(page)
}
