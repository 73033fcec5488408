//! Customer organisations, their members and their properties. Adding a member twice and removing one
//! who is none both succeed and change nothing.

use serde_json::{Value, json};

use super::entity_properties;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::jsm::customers;
use crate::shelf::show::show;
use crate::shelf::table::{
    Act, Delete, Filter, From, Link, List, Op, Paging, Parent, Plain, Shape, Shelf,
};
use crate::state::kind::Kind;

const ONE: &str = "/rest/servicedeskapi/organization/{organizationId}";
const USERS: &str = "/rest/servicedeskapi/organization/{organizationId}/user";
const PROPERTIES: &str = "/rest/servicedeskapi/organization/{organizationId}/property";
const PROPERTY: &str = "/rest/servicedeskapi/organization/{organizationId}/property/{propertyKey}";

/// Organisations as lists show them, all or those of one member.
pub(super) const LIST: List = List {
    page: Paging::Jsm,
    filters: &[Filter::Is("accountId", "members")],
    shape: Some(&ORGANIZATION),
    ..List::PLAIN
};

const ORGANIZATION: Shape = Shape {
    pick: &["id", "name", "uuid"],
    lacking: &[("scimManaged", Plain::Bool(false))],
    links: &[("/_links/self", "/rest/servicedeskapi/organization/{id}")],
    ..Shape::WHOLE
};

const MEMBERS: Link = Link {
    at: "members",
    from: From::Hand(customers::named),
    ..Link::PLAIN
};

const OF_ORGANIZATION: Parent = Parent {
    kind: Kind::Organization,
    noun: "organization",
    param: "organizationId",
    by: &["id"],
    member: "organizationId",
    above: None,
};

pub(crate) const SHELVES: &[Shelf] = &[
    Shelf {
        api: "jira-service-management",
        kind: Kind::Organization,
        noun: "organization",
        id: &["organizationId"],
        show: ORGANIZATION,
        ops: &[
            Op("GET", "/rest/servicedeskapi/organization", Act::List(&LIST)),
            Op("POST", "/rest/servicedeskapi/organization", Act::Hand(make)),
            Op("GET", ONE, Act::Get),
            Op(
                "DELETE",
                ONE,
                Act::Delete(&Delete {
                    cascade: &[(Kind("OrganizationProperty"), "organizationId")],
                    forget: &[(Kind::ServiceDesk, "organizations")],
                    ..Delete::PLAIN
                }),
            ),
            Op(
                "GET",
                USERS,
                Act::List(&List {
                    page: Paging::Jsm,
                    shape: Some(&customers::CUSTOMER),
                    members: Some(("members", Some(Kind::User))),
                    ..List::PLAIN
                }),
            ),
            Op("POST", USERS, Act::Attach(&MEMBERS)),
            Op("DELETE", USERS, Act::Detach(&MEMBERS)),
        ],
        ..Shelf::PLAIN
    },
    Shelf {
        api: "jira-service-management",
        kind: Kind("OrganizationProperty"),
        parent: Some(&OF_ORGANIZATION),
        ops: &[
            Op(
                "GET",
                PROPERTIES,
                Act::List(&List {
                    page: Paging::Wrap("keys"),
                    shape: Some(&Shape {
                        pick: &["key"],
                        links: &[(
                            "self",
                            "/rest/servicedeskapi/organization/{organizationId}/property/{key}",
                        )],
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

/// `POST /organization`: one of the same name that is there already is answered as if it were new.
fn make(call: &mut Call<'_>) -> Outcome {
    let name = call.demand("name")?;
    let held = call.of(Kind::Organization).find(|o| o["name"] == *name);
    let organization = if let Some(held) = held.cloned() {
        held
    } else {
        let id = call.of_mut(Kind::Organization).allocate().to_string();
        let uuid = call.tenant.entropy.uuid();
        let made = json!({ "id": id, "uuid": uuid, "name": name, "members": [] });
        call.of_mut(Kind::Organization).put(&id, made.clone());
        made
    };
    Ok(Answer::created(show(&ORGANIZATION, call, &organization)))
}

/// The organisation that the body names by its number, as desks hold it.
pub(super) fn named(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let id = call.body["organizationId"].to_string();
    let held = call.of(Kind::Organization).get(&id);
    let held = held.ok_or_else(|| Refusal::not_found("The organization was not found."))?;
    Ok(vec![json!(text(held, "id"))])
}
