//! Which handler carries out which operation: one table a product, put together here.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::call::Handler;
use crate::shelf::table::{Act, Op, Shelf};
use crate::shelves::all::FAMILIES;
use crate::spec::operation::Operation;
use crate::{admin, assets, automation, confluence, jira, jsm};

/// Method and path as the document writes them, and the handler.
pub(crate) type Route = (&'static str, &'static str, Handler);

const TABLES: [(&str, &[Route]); 16] = [
    ("jira-platform", jira::access::ACCESS),
    ("jira-platform", jira::routes::PLATFORM),
    ("jira-platform", jira::workflow_routes::WORKFLOWS),
    ("jira-software", jira::routes::SOFTWARE),
    ("jira-service-management", jsm::routes::DESK),
    ("jsm-forms", jsm::routes::FORMS),
    ("assets", assets::routes::ASSETS),
    ("automation", automation::routes::AUTOMATION),
    ("confluence-v1", confluence::routes::V1),
    ("confluence-v2", confluence::routes::V2),
    ("admin-organization", admin::routes::ORGANIZATION),
    ("admin-user-management", admin::routes::USER_MANAGEMENT),
    ("admin-api-access", admin::routes::API_ACCESS),
    ("admin-control", admin::routes::CONTROL),
    ("admin-dlp", admin::routes::DLP),
    ("admin-user-provisioning", admin::routes::PROVISIONING),
];

/// What carries out an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Carry {
    /// A function.
    Hand(Handler),
    /// A row of a table.
    Shelf(&'static Shelf, &'static Act),
}

/// An operation as a table names it: API, method, path.
type Name<'a> = (&'a str, &'a str, &'a str);

/// What carries out an operation; a function where there is one, else a row of the shelves.
pub(crate) fn carry(operation: &Operation) -> Option<Carry> {
    static ALL: OnceLock<HashMap<Name<'static>, Carry>> = OnceLock::new();
    let name: Name<'_> = (&operation.api, &operation.method, &operation.path);
    ALL.get_or_init(all).get(&name).copied()
}

fn all() -> HashMap<Name<'static>, Carry> {
    let shelves = FAMILIES.iter().copied().flatten().flat_map(|shelf| {
        let row = move |Op(method, path, act): &'static Op| {
            ((shelf.api, *method, *path), Carry::Shelf(shelf, act))
        };
        shelf.ops.iter().map(row)
    });
    let hands = TABLES.iter().flat_map(|(api, routes)| {
        let row = |(method, path, hand): &Route| ((*api, *method, *path), Carry::Hand(*hand));
        routes.iter().map(row)
    });
    shelves.chain(hands).collect()
}

/// What clients ask before any tool is called, answered whether or not a tool uses the operation:
/// who the caller is, and which Assets workspace the site has.
pub(crate) fn unlisted(api: &str, method: &str, path: &str) -> Option<Handler> {
    match (api, method, path) {
        ("jira-platform", "GET", "/rest/api/3/myself") => Some(jira::people::myself),
        ("jira-service-management", "GET", "/rest/servicedeskapi/assets/workspace") => {
            Some(jsm::desks::workspaces)
        }
        _ => None,
    }
}
