//! Who may use a service desk: its customers and its customer organisations. What is there already, or
//! not there, is no fault of adding and removing.

use super::jsm_organizations;
use crate::jsm::customers;
use crate::shelf::table::{Act, Filter, From, Link, List, Op, Paging, Shelf};
use crate::state::kind::Kind;

const CUSTOMERS: &str = "/rest/servicedeskapi/servicedesk/{serviceDeskId}/customer";
const ORGANIZATIONS: &str = "/rest/servicedeskapi/servicedesk/{serviceDeskId}/organization";

/// The organisations of one service desk are ids that the desk holds.
const HELD: Link = Link {
    at: "organizations",
    from: From::Hand(jsm_organizations::named),
    ..Link::PLAIN
};

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    api: "jira-service-management",
    kind: Kind::ServiceDesk,
    noun: "service desk",
    id: &["serviceDeskId"],
    by: &["id", "projectId", "projectKey"],
    ops: &[
        Op(
            "GET",
            ORGANIZATIONS,
            Act::List(&List {
                members: Some(("organizations", Some(Kind::Organization))),
                ..jsm_organizations::LIST
            }),
        ),
        Op("POST", ORGANIZATIONS, Act::Attach(&HELD)),
        Op("DELETE", ORGANIZATIONS, Act::Detach(&HELD)),
        Op(
            "GET",
            CUSTOMERS,
            Act::List(&List {
                page: Paging::Jsm,
                filters: &[Filter::Hand(customers::fits)],
                shape: Some(&customers::CUSTOMER),
                members: Some(("customers", Some(Kind::User))),
                ..List::PLAIN
            }),
        ),
        Op(
            "POST",
            CUSTOMERS,
            Act::Attach(&Link {
                at: "customers",
                from: From::Hand(customers::named),
                ..Link::PLAIN
            }),
        ),
        Op(
            "DELETE",
            CUSTOMERS,
            Act::Detach(&Link {
                at: "customers",
                from: From::Hand(customers::of_closed_desk),
                ..Link::PLAIN
            }),
        ),
        Op(
            "POST",
            "/rest/servicedeskapi/servicedesk/{serviceDeskId}/customer/invite",
            Act::Hand(customers::invite),
        ),
    ],
    ..Shelf::PLAIN
}];
