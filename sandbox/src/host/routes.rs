//! Which handler carries out which operation: one table a product, put together here.

use super::call::Handler;
use crate::spec::operation::Operation;
use crate::{admin, assets, automation, confluence, jira, jsm};

/// Method and path as the document writes them, and the handler.
pub(crate) type Route = (&'static str, &'static str, Handler);

const TABLES: [(&str, &[Route]); 14] = [
    ("jira-platform", jira::routes::PLATFORM),
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

/// The handler of an operation.
pub(crate) fn handler(operation: &Operation) -> Option<Handler> {
    let (_, routes) = TABLES.iter().find(|(api, _)| *api == operation.api)?;
    routes
        .iter()
        .find(|(method, path, _)| *method == operation.method && *path == operation.path)
        .map(|(_, _, handler)| *handler)
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
