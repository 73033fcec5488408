//! What holds for the whole Jira site: banner, settings, roles of apps, audit log, time tracking.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::shelf::table::{Act, Filter, List, Mode, Op, Paging, Plain, Reply, Shape, Shelf, Write};
use crate::state::kind::Kind;
use crate::state::time;

const PROVIDER: Kind = Kind("TimeTrackingProvider");
const OPTIONS: Kind = Kind("TimeTrackingOptions");
const BANNER: &str = "/rest/api/3/announcementBanner";
const TRACKING: &str = "/rest/api/3/configuration/timetracking";
const TRACKING_OPTIONS: &str = "/rest/api/3/configuration/timetracking/options";

/// Ids by which the sandbox alone tells documents apart.
const WITHOUT_ID: Shape = Shape {
    hide: &["id"],
    ..Shape::WHOLE
};

const PROPERTY: Shape = Shape {
    hide: &["advanced"],
    ..Shape::WHOLE
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        kind: Kind("AnnouncementBanner"),
        noun: "banner",
        id: &[],
        show: Shape {
            hide: &["id"],
            more: Some(|_, stored, shown| {
                shown["hashId"] = json!(format!("{:x}", text(stored, "message").len()));
            }),
            ..Shape::WHOLE
        },
        ops: &[
            Op("GET", BANNER, Act::Get),
            Op(
                "PUT",
                BANNER,
                Act::Update(&Write {
                    take: &["message", "visibility", "isEnabled", "isDismissible"],
                    check: Some(seen_by),
                    reply: Reply::Empty(204),
                    ..Write::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind("ApplicationProperty"),
        noun: "application property",
        by: &["key"],
        show: PROPERTY,
        ops: &[
            Op(
                "GET",
                "/rest/api/3/application-properties",
                Act::List(&List {
                    page: Paging::Hand(one_or_all),
                    filters: &[Filter::Is("key", "key"), Filter::Words("keyFilter", "key")],
                    ..List::PLAIN
                }),
            ),
            Op(
                "GET",
                "/rest/api/3/application-properties/advanced-settings",
                Act::List(&List {
                    filters: &[Filter::Hand(|_, property| property["advanced"] == true)],
                    ..List::PLAIN
                }),
            ),
            Op(
                "PUT",
                "/rest/api/3/application-properties/{id}",
                Act::Update(&Write {
                    take: &["value"],
                    check: Some(allowed),
                    ..Write::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind("ApplicationRole"),
        noun: "application role",
        id: &["key"],
        by: &["key"],
        show: WITHOUT_ID,
        ops: &[
            Op(
                "GET",
                "/rest/api/3/applicationrole",
                Act::List(&List::PLAIN),
            ),
            Op("GET", "/rest/api/3/applicationrole/{key}", Act::Get),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind("AuditRecord"),
        noun: "audit record",
        ops: &[Op(
            "GET",
            "/rest/api/3/auditing/record",
            Act::List(&List {
                page: Paging::Hand(records),
                filters: &[Filter::Hand(tells)],
                ..List::PLAIN
            }),
        )],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind("Configuration"),
        noun: "configuration",
        id: &[],
        show: Shape {
            hide: &["id"],
            more: Some(|call, _, shown| {
                let options = call.of(OPTIONS).values().next();
                if let Some(Value::Object(options)) = options {
                    let mut options = options.clone();
                    options.remove("id");
                    shown["timeTrackingConfiguration"] = Value::Object(options);
                }
            }),
            ..Shape::WHOLE
        },
        ops: &[
            Op("GET", "/rest/api/3/configuration", Act::Get),
            Op("GET", "/rest/api/3/serverInfo", Act::Hand(server)),
            Op(
                "GET",
                "/rest/api/3/license/approximateLicenseCount",
                Act::Hand(licences),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: PROVIDER,
        noun: "time tracking provider",
        show: Shape {
            hide: &["id", "selected"],
            ..Shape::WHOLE
        },
        ops: &[
            Op(
                "GET",
                "/rest/api/3/configuration/timetracking/list",
                Act::List(&List::PLAIN),
            ),
            Op("GET", TRACKING, Act::Hand(selected)),
            Op("PUT", TRACKING, Act::Hand(select)),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: OPTIONS,
        noun: "time tracking configuration",
        id: &[],
        show: WITHOUT_ID,
        ops: &[
            Op("GET", TRACKING_OPTIONS, Act::Get),
            Op(
                "PUT",
                TRACKING_OPTIONS,
                Act::Update(&Write {
                    take: &[
                        "defaultUnit",
                        "timeFormat",
                        "workingDaysPerWeek",
                        "workingHoursPerDay",
                    ],
                    mode: Mode::Replace,
                    ..Write::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: Kind("NavigatorColumn"),
        noun: "column",
        show: Shape {
            hide: &["id"],
            lacking: &[("label", Plain::Str(""))],
            ..Shape::WHOLE
        },
        ops: &[Op(
            "GET",
            "/rest/api/3/settings/columns",
            Act::List(&List::PLAIN),
        )],
        ..Shelf::PLAIN
    },
];

fn seen_by(_: &mut Call<'_>, banner: &mut Value) -> Result<(), Refusal> {
    match banner["visibility"].as_str() {
        Some("public" | "private") => Ok(()),
        _ => Err(Refusal::field(
            "visibility",
            "is neither public nor private",
        )),
    }
}

/// A property that has a list of values takes one of them.
fn allowed(_: &mut Call<'_>, property: &mut Value) -> Result<(), Refusal> {
    match property["allowedValues"].as_array() {
        Some(values) if !values.contains(&property["value"]) => {
            Err(Refusal::field("value", "is not one of the allowed values"))
        }
        _ => Ok(()),
    }
}

/// A property that is asked for by its key stands alone.
fn one_or_all(call: &Call<'_>, shown: &[Value]) -> Result<Value, Refusal> {
    if call.get("key").is_none() {
        return Ok(json!(shown));
    }
    let one = shown.first().cloned();
    one.ok_or_else(|| Refusal::not_found("The application property was not found."))
}

/// Whether a record is of the time asked for, and every word asked for stands in it.
fn tells(call: &Call<'_>, record: &Value) -> bool {
    let created = text(record, "created");
    let day = |name: &str| {
        call.get(name)
            .map(|at| at.chars().take(10).collect::<String>())
    };
    let created: String = created.chars().take(10).collect();
    let told = record.to_string().to_lowercase();
    let words = call.get("filter").unwrap_or_default().to_lowercase();
    day("from").is_none_or(|from| created >= from)
        && day("to").is_none_or(|to| created <= to)
        && words.split_whitespace().all(|word| told.contains(word))
}

fn records(call: &Call<'_>, shown: &[Value]) -> Result<Value, Refusal> {
    let offset = call.number("offset").unwrap_or(0);
    let limit = call.number("limit").unwrap_or(1000).min(1000);
    let page: Vec<&Value> = shown.iter().skip(offset).take(limit).collect();
    Ok(json!({ "offset": offset, "limit": limit, "total": shown.len(), "records": page }))
}

fn server(call: &mut Call<'_>) -> Outcome {
    let address = format!("https://{}", call.tenant.site);
    Ok(Answer::ok(json!({
        "baseUrl": address, "displayUrl": address, "deploymentType": "Cloud",
        "version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0], "buildNumber": 100_300,
        "buildDate": "2026-02-27T05:12:00.000+0000", "serverTime": time::jira(call.now()),
        "serverTimeZone": "Europe/Berlin", "serverTitle": "Jira", "scmInfo": "sandbox",
    })))
}

fn licences(call: &mut Call<'_>) -> Outcome {
    let users = call.of(Kind::User).values();
    let active = users.filter(|u| u["active"] == true).count();
    Ok(Answer::ok(
        json!({ "key": "license-count", "value": active.to_string() }),
    ))
}

/// Nothing at all where time tracking is off.
fn selected(call: &mut Call<'_>) -> Outcome {
    let chosen = call.of(PROVIDER).find(|p| p["selected"] == true);
    Ok(chosen.map_or_else(
        || Answer::empty(204),
        |p| Answer::ok(json!({ "key": p["key"], "name": p["name"], "url": p["url"] })),
    ))
}

fn select(call: &mut Call<'_>) -> Outcome {
    let key = call.demand("key")?;
    if call.of(PROVIDER).find(|p| p["key"] == *key).is_none() {
        return Err(Refusal::bad("There is no such time tracking provider."));
    }
    for provider in call.of_mut(PROVIDER).values_mut() {
        provider["selected"] = json!(provider["key"] == *key);
    }
    Ok(Answer::empty(204))
}
