//! The operations of the administration documents.

use super::{
    access, accounts, classification, control, groups, organization, policies, scim, users,
};
use crate::host::routes::Route;

pub(crate) const ORGANIZATION: &[Route] = &[
    ("GET", "/v1/orgs", organization::list),
    ("GET", "/v1/orgs/{orgId}", organization::get),
    ("GET", "/v1/orgs/{orgId}/users", accounts::managed),
    ("GET", "/v1/orgs/{orgId}/domains", organization::domains),
    ("GET", "/v1/orgs/{orgId}/events", organization::events),
    ("GET", "/v1/orgs/{orgId}/policies", policies::list),
    ("GET", "/v1/orgs/{orgId}/policies/{policyId}", policies::get),
    (
        "PUT",
        "/v1/orgs/{orgId}/policies/{policyId}",
        policies::update,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories",
        organization::directories,
    ),
    (
        "POST",
        "/v2/orgs/{orgId}/directories/{directoryId}/users/search",
        users::search,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories/{directoryId}/users/{userId}",
        users::get,
    ),
    (
        "POST",
        "/v2/orgs/{orgId}/directories/{directoryId}/users/{accountId}/suspend",
        users::suspend,
    ),
    (
        "POST",
        "/v2/orgs/{orgId}/directories/{directoryId}/users/{accountId}/restore",
        users::restore,
    ),
    ("POST", "/v2/orgs/{orgId}/users/invite", users::invite),
    (
        "POST",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/search",
        groups::search,
    ),
    (
        "POST",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups",
        groups::create,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}",
        groups::get,
    ),
    (
        "DELETE",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}",
        groups::delete,
    ),
    (
        "POST",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/memberships",
        groups::add_member,
    ),
    (
        "DELETE",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/memberships/{accountId}",
        groups::remove_member,
    ),
];

pub(crate) const USER_MANAGEMENT: &[Route] = &[
    (
        "GET",
        "/users/{account_id}/manage/profile",
        accounts::profile,
    ),
    (
        "POST",
        "/users/{account_id}/manage/lifecycle/disable",
        accounts::disable,
    ),
    (
        "POST",
        "/users/{account_id}/manage/lifecycle/enable",
        accounts::enable,
    ),
];

pub(crate) const API_ACCESS: &[Route] = &[
    ("GET", "/orgs/{orgId}/api-tokens", access::tokens),
    (
        "GET",
        "/orgs/{orgId}/service-accounts",
        access::service_accounts,
    ),
    (
        "POST",
        "/orgs/{orgId}/service-accounts",
        access::create_service_account,
    ),
    (
        "DELETE",
        "/orgs/{orgId}/service-accounts/{serviceAccountId}",
        access::delete_service_account,
    ),
];

pub(crate) const CONTROL: &[Route] = &[
    (
        "GET",
        "/admin/control/v2/orgs/{orgId}/policies/{policyId}/resources",
        control::resources,
    ),
    (
        "POST",
        "/admin/control/v1/orgs/{orgId}/auth-policy/{policyId}/add-users",
        control::add_users,
    ),
    (
        "GET",
        "/admin/control/v1/orgs/{orgId}/auth-policy/task/{taskId}",
        control::task,
    ),
    (
        "POST",
        "/admin/control/v1/orgs/{orgId}/users/auth-policies/bulk-fetch",
        control::policies_of_users,
    ),
];

pub(crate) const DLP: &[Route] = &[
    (
        "GET",
        "/orgs/{orgId}/classification-levels",
        classification::list,
    ),
    (
        "POST",
        "/orgs/{orgId}/classification-levels",
        classification::create,
    ),
    (
        "GET",
        "/orgs/{orgId}/classification-levels/{levelId}",
        classification::get,
    ),
    (
        "POST",
        "/orgs/{orgId}/classification-levels/publish",
        classification::publish,
    ),
    (
        "POST",
        "/orgs/{orgId}/classification-levels/archive",
        classification::archive,
    ),
    (
        "POST",
        "/orgs/{orgId}/classification-levels/restore",
        classification::restore,
    ),
];

pub(crate) const PROVISIONING: &[Route] = &[
    (
        "GET",
        "/admin/user-provisioning/v1/org/{orgId}/user/{aaId}/get-scim-links",
        scim::links,
    ),
    (
        "POST",
        "/admin/user-provisioning/v1/org/{orgId}/get-scim-links-for-email",
        scim::links_by_email,
    ),
    (
        "PATCH",
        "/admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{scimDirectoryId}/scimUserId/{scimUserId}/unlink",
        scim::unlink,
    ),
];
