//! Statuses and kinds of reference in Assets, and the schedules of imports.

use serde_json::Value;

use crate::assets::{imports, schemas};
use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::shelf::table::{
    Act, Delete, Filter, List, Mint, Mode, Op, Parent, Plain, Reply, Shape, Shelf, Unique, Write,
};
use crate::state::kind::Kind;

const STATUS: Write = Write {
    take: &["name", "description", "category", "objectSchemaId"],
    mode: Mode::Replace,
    demand: &["name"],
    unique: Some(Unique {
        member: "name",
        in_parent: false,
        otherwise: (400, "A status with this name already exists."),
    }),
    check: Some(|call, status| {
        let known = (0..=2).contains(&status["category"].as_i64().unwrap_or(-1));
        if !known {
            return Err(Refusal::field("category", "is 0, 1 or 2"));
        }
        of_schema(call, status)
    }),
    ..Write::PLAIN
};

const REFERENCE_TYPE: Shape = Shape {
    more: Some(|call, _, shown| *shown = schemas::identify(call, shown.take())),
    ..Shape::WHOLE
};

const IN_IMPORT: Parent = Parent {
    kind: Kind::AssetImport,
    noun: "import",
    param: "importSourceId",
    by: &["id"],
    member: "importSourceId",
    above: None,
};

const SCHEDULE: Write = Write {
    take: &["startTime", "runInterval", "callbackUrl"],
    mode: Mode::Replace,
    limit: Some((1, (400, "The import has a schedule already."))),
    check: Some(imports::can_be_scheduled),
    ..Write::PLAIN
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        api: "assets",
        kind: Kind::AssetStatus,
        noun: "status",
        ops: &[
            Op(
                "GET",
                "/config/statustype",
                Act::List(&List {
                    filters: &[Filter::Hand(in_reach)],
                    ..List::PLAIN
                }),
            ),
            Op(
                "POST",
                "/config/statustype",
                Act::Create(&Write {
                    reply: Reply::Shown(201),
                    ..STATUS
                }),
            ),
            Op("GET", "/config/statustype/{id}", Act::Get),
            Op("PUT", "/config/statustype/{id}", Act::Update(&STATUS)),
            Op(
                "DELETE",
                "/config/statustype/{id}",
                Act::Delete(&Delete {
                    reply: Reply::Empty(200),
                    ..Delete::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "assets",
        kind: Kind("AssetReferenceType"),
        noun: "reference type",
        show: REFERENCE_TYPE,
        ops: &[
            Op(
                "GET",
                "/config/referencetype",
                Act::List(&List {
                    filters: &[Filter::Hand(in_reach_or_all)],
                    ..List::PLAIN
                }),
            ),
            Op(
                "POST",
                "/config/referencetype",
                Act::Create(&Write {
                    take: &["name", "description", "color", "objectSchemaId"],
                    demand: &["name"],
                    unique: Some(Unique {
                        member: "name",
                        in_parent: false,
                        otherwise: (400, "A reference type with this name already exists."),
                    }),
                    check: Some(of_schema),
                    reply: Reply::Shown(201),
                    ..Write::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "assets",
        kind: Kind::AssetImportSchedule,
        noun: "import schedule",
        id: &["importScheduleId"],
        mint: Mint::Uuid,
        parent: Some(&IN_IMPORT),
        show: Shape {
            hide: &["callbackUrl"],
            ..Shape::WHOLE
        },
        ops: &[
            Op(
                "POST",
                "/importsource/{importSourceId}/importschedule",
                Act::Create(&Write {
                    stamps: &[("created", Plain::NowIso), ("updated", Plain::NowIso)],
                    ..SCHEDULE
                }),
            ),
            Op(
                "GET",
                "/importsource/{importSourceId}/importschedule/{importScheduleId}",
                Act::Get,
            ),
            Op(
                "PUT",
                "/importsource/{importSourceId}/importschedule/{importScheduleId}",
                Act::Update(&SCHEDULE),
            ),
            Op(
                "DELETE",
                "/importsource/{importSourceId}/importschedule/{importScheduleId}",
                Act::Delete(&Delete {
                    reply: Reply::Empty(200),
                    ..Delete::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
];

/// What every schema has, and what the schema has that is asked for.
fn in_reach(call: &Call<'_>, document: &Value) -> bool {
    let owner = document["objectSchemaId"].as_str();
    owner.is_none() || owner == call.get("objectSchemaId")
}

fn in_reach_or_all(call: &Call<'_>, document: &Value) -> bool {
    call.flag("includeAll") || in_reach(call, document)
}

/// Refuses what names a schema that is not there.
fn of_schema(call: &mut Call<'_>, document: &mut Value) -> Result<(), Refusal> {
    match document["objectSchemaId"].as_str() {
        Some(schema) if call.tenant.get(Kind::AssetSchema, schema).is_none() => Err(
            Refusal::field("objectSchemaId", "The object schema does not exist."),
        ),
        _ => Ok(()),
    }
}
