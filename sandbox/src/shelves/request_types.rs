//! Properties of request types.

use super::entity_properties;
use crate::shelf::table::{Act, Delete, List, Op, Paging, Parent, Shape, Shelf};
use crate::state::kind::Kind;

const PROPERTIES: &str =
    "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/property";
const PROPERTY: &str = "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/property/{propertyKey}";

const OF_DESK: Parent = Parent {
    kind: Kind::ServiceDesk,
    noun: "service desk",
    param: "serviceDeskId",
    by: &["id", "projectId", "projectKey"],
    member: "serviceDeskId",
    above: None,
};

const OF_TYPE: Parent = Parent {
    kind: Kind::RequestType,
    noun: "request type",
    param: "requestTypeId",
    by: &["id"],
    member: "requestTypeId",
    above: Some(&OF_DESK),
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    api: "jira-service-management",
    kind: Kind("RequestTypeProperty"),
    parent: Some(&OF_TYPE),
    ops: &[
        Op(
            "GET",
            PROPERTIES,
            Act::List(&List {
                page: Paging::Wrap("keys"),
                shape: Some(&Shape {
                    pick: &["key"],
                    more: Some(|call, property, shown| {
                        let key = property["key"].as_str().unwrap_or_default();
                        shown["self"] = call.link(&format!("{}/{key}", call.path)).into();
                    }),
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
}];
