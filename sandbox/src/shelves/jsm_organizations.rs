//! Customer organisations and their members. Adding a member twice and removing one who is none
//! both succeed and change nothing.

use serde_json::Value;

use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::jira::people;
use crate::shelf::table::{Act, Filter, From, Link, List, Op, Paging, Plain, Shape, Shelf};
use crate::state::kind::Kind;

const LIST: List = List {
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

/// Addresses are shown to nobody here.
const CUSTOMER: Shape = Shape {
    pick: &["accountId", "displayName"],
    lacking: &[
        ("active", Plain::Bool(true)),
        ("timeZone", Plain::Str("Europe/Berlin")),
    ],
    links: &[
        ("/_links/self", "/rest/api/2/user?accountId={accountId}"),
        ("/_links/jiraRest", "/rest/api/2/user?accountId={accountId}"),
    ],
    more: Some(|_, _, shown| shown["_links"]["avatarUrls"] = people::avatars("user")),
    ..Shape::WHOLE
};

const MEMBERS: Link = Link {
    at: "members",
    from: From::Hand(accounts),
    ..Link::PLAIN
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
            Op(
                "GET",
                "/rest/servicedeskapi/organization/{organizationId}/user",
                Act::List(&List {
                    page: Paging::Jsm,
                    shape: Some(&CUSTOMER),
                    members: Some(("members", Some(Kind::User))),
                    ..List::PLAIN
                }),
            ),
            Op(
                "POST",
                "/rest/servicedeskapi/organization/{organizationId}/user",
                Act::Attach(&MEMBERS),
            ),
            Op(
                "DELETE",
                "/rest/servicedeskapi/organization/{organizationId}/user",
                Act::Detach(&MEMBERS),
            ),
        ],
        ..Shelf::PLAIN
    },
    // The organisations of one service desk are ids that the desk holds.
    Shelf {
        api: "jira-service-management",
        kind: Kind::ServiceDesk,
        noun: "service desk",
        id: &["serviceDeskId"],
        ops: &[Op(
            "GET",
            "/rest/servicedeskapi/servicedesk/{serviceDeskId}/organization",
            Act::List(&List {
                members: Some(("organizations", Some(Kind::Organization))),
                ..LIST
            }),
        )],
        ..Shelf::PLAIN
    },
];

/// Accounts by id, and by address where `usernames` names them.
fn accounts(call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let mut accounts = Vec::new();
    for id in call.body["accountIds"].as_array().into_iter().flatten() {
        if call.tenant.user(id.as_str().unwrap_or_default()).is_none() {
            return Err(Refusal::bad(format!("There is no account {id}.")));
        }
        accounts.push(id.clone());
    }
    for address in call.body["usernames"].as_array().into_iter().flatten() {
        let user = call.of(Kind::User).find(|u| u["emailAddress"] == *address);
        let user = user.ok_or_else(|| Refusal::bad(format!("There is no user {address}.")))?;
        accounts.push(user["accountId"].clone());
    }
    if accounts.is_empty() {
        return Err(Refusal::bad("No user is given."));
    }
    Ok(accounts)
}
