//! Confluence's audit log and how long it is kept.

use serde_json::Value;

use crate::host::call::Call;
use crate::shelf::table::{Act, Filter, List, Op, Paging, Shape, Shelf, Write};
use crate::state::kind::Kind;

const RETENTION: &str = "/wiki/rest/api/audit/retention";

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        api: "confluence-v1",
        kind: Kind("ConfluenceAuditRecord"),
        noun: "audit record",
        show: Shape {
            hide: &["id"],
            ..Shape::WHOLE
        },
        ops: &[Op(
            "GET",
            "/wiki/rest/api/audit",
            Act::List(&List {
                page: Paging::Content,
                filters: &[
                    Filter::Words("searchString", "summary"),
                    Filter::Hand(is_within),
                ],
                ..List::PLAIN
            }),
        )],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "confluence-v1",
        kind: Kind("ConfluenceAuditRetention"),
        noun: "retention period",
        id: &[],
        show: Shape {
            hide: &["id"],
            ..Shape::WHOLE
        },
        ops: &[
            Op("GET", RETENTION, Act::Get),
            Op(
                "PUT",
                RETENTION,
                Act::Update(&Write {
                    take: &["number", "units"],
                    demand: &["number", "units"],
                    ..Write::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
];

/// Between two times in milliseconds, each of which may be left out.
fn is_within(call: &Call<'_>, record: &Value) -> bool {
    let made = record["creationDate"].as_i64().unwrap_or_default();
    let time = |name: &str| call.get(name).and_then(|t| t.parse::<i64>().ok());
    time("startDate").is_none_or(|from| from <= made)
        && time("endDate").is_none_or(|until| made <= until)
}
