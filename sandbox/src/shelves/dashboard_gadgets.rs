//! Gadgets of dashboards, their properties, and the copies and owners of dashboards.

use super::entity_properties;
use crate::jira::{dashboard_edits, gadgets};
use crate::shelf::table::{
    Act, Delete, Filter, List, Mint, Op, Paging, Parent, Plain, Reply, Shape, Shelf, Write,
};
use crate::state::kind::Kind;

const ALL: &str = "/rest/api/3/dashboard/{dashboardId}/gadget";
const ONE: &str = "/rest/api/3/dashboard/{dashboardId}/gadget/{gadgetId}";
const PROPERTIES: &str = "/rest/api/3/dashboard/{dashboardId}/items/{itemId}/properties";
const PROPERTY: &str =
    "/rest/api/3/dashboard/{dashboardId}/items/{itemId}/properties/{propertyKey}";

const ON_DASHBOARD: Parent = Parent {
    kind: Kind::Dashboard,
    noun: "dashboard",
    param: "dashboardId",
    by: &["id"],
    member: "dashboardId",
    above: None,
};

const OF_GADGET: Parent = Parent {
    kind: gadgets::GADGET,
    noun: "dashboard item",
    param: "itemId",
    by: &["id"],
    member: "itemId",
    above: Some(&ON_DASHBOARD),
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        kind: Kind::Dashboard,
        noun: "dashboard",
        ops: &[
            Op(
                "POST",
                "/rest/api/3/dashboard/{id}/copy",
                Act::Hand(dashboard_edits::copy),
            ),
            Op(
                "PUT",
                "/rest/api/3/dashboard/bulk/edit",
                Act::Hand(dashboard_edits::edit),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: gadgets::KNOWN,
        noun: "gadget",
        show: Shape {
            hide: &["id"],
            ..Shape::WHOLE
        },
        ops: &[Op(
            "GET",
            "/rest/api/3/dashboard/gadgets",
            Act::List(&List {
                page: Paging::Wrap("gadgets"),
                ..List::PLAIN
            }),
        )],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: gadgets::GADGET,
        noun: "dashboard gadget",
        id: &["gadgetId"],
        mint: Mint::Number,
        parent: Some(&ON_DASHBOARD),
        show: Shape {
            hide: &["dashboardId"],
            ..Shape::WHOLE
        },
        ops: &[
            Op(
                "GET",
                ALL,
                Act::List(&List {
                    page: Paging::Wrap("gadgets"),
                    filters: &[
                        Filter::In("moduleKey", "moduleKey"),
                        Filter::In("uri", "uri"),
                        Filter::In("gadgetId", "id"),
                    ],
                    ..List::PLAIN
                }),
            ),
            Op(
                "POST",
                ALL,
                Act::Create(&Write {
                    take: &["moduleKey", "uri", "title", "color", "position"],
                    limit: Some((
                        20,
                        (
                            400,
                            "Cannot add another gadget: the dashboard holds no more.",
                        ),
                    )),
                    defaults: &[("color", Plain::Str("blue"))],
                    check: Some(gadgets::add),
                    ..Write::PLAIN
                }),
            ),
            Op(
                "PUT",
                ONE,
                Act::Update(&Write {
                    take: &["title", "color", "position"],
                    demand: &["title", "color"],
                    check: Some(gadgets::change),
                    reply: Reply::Empty(204),
                    ..Write::PLAIN
                }),
            ),
            Op(
                "DELETE",
                ONE,
                Act::Delete(&Delete {
                    cascade: &[(gadgets::PROPERTY, "itemId")],
                    check: Some(gadgets::remove),
                    ..Delete::PLAIN
                }),
            ),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        kind: gadgets::PROPERTY,
        parent: Some(&OF_GADGET),
        ops: &[
            Op(
                "GET",
                PROPERTIES,
                Act::List(&List {
                    page: Paging::Wrap("keys"),
                    shape: Some(&Shape {
                        pick: &["key"],
                        more: Some(gadgets::link),
                        ..Shape::WHOLE
                    }),
                    ..List::PLAIN
                }),
            ),
            Op("GET", PROPERTY, Act::Get),
            Op("PUT", PROPERTY, entity_properties::SET),
            Op("DELETE", PROPERTY, Act::Delete(&Delete::PLAIN)),
        ],
        ..entity_properties::SHELF
    },
];
