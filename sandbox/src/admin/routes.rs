//! The operations of the administration documents.

use super::{
    access, accounts, classification, control, counts, groups, lifecycle, log, organization,
    policies, roles, scim, users, workspaces,
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
    ("GET", "/v1/orgs/{orgId}/domains/{domainId}", log::domain),
    ("GET", "/v1/orgs/{orgId}/events/{eventId}", log::event),
    ("GET", "/v1/orgs/{orgId}/event-actions", log::actions),
    ("GET", "/v1/orgs/{orgId}/events-stream", log::stream),
    ("POST", "/v2/orgs/{orgId}/workspaces", workspaces::search),
    (
        "GET",
        "/v1/orgs/{orgId}/directory/users/{accountId}/last-active-dates",
        users::last_active,
    ),
    (
        "DELETE",
        "/v2/orgs/{orgId}/directories/{directoryId}/users/{accountId}",
        users::remove,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories/{directoryId}/users/{accountId}/role-assignments",
        roles::of_user,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/role-assignments",
        roles::of_group,
    ),
    (
        "POST",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/role-assignments/assign",
        roles::give_to_group,
    ),
    (
        "POST",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/{groupId}/role-assignments/revoke",
        roles::take_from_group,
    ),
    (
        "POST",
        "/v1/orgs/{orgId}/users/{userId}/role-assignments/assign",
        roles::give_to_user,
    ),
    (
        "POST",
        "/v1/orgs/{orgId}/users/{userId}/role-assignments/revoke",
        roles::take_from_user,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories/{directoryId}/users/count",
        counts::users,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories/{directoryId}/users/stats",
        counts::user_stats,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/count",
        counts::groups,
    ),
    (
        "GET",
        "/v2/orgs/{orgId}/directories/{directoryId}/groups/stats",
        counts::group_stats,
    ),
    ("POST", "/v1/orgs/{orgId}/policies", policies::create),
    (
        "DELETE",
        "/v1/orgs/{orgId}/policies/{policyId}",
        policies::delete,
    ),
    (
        "GET",
        "/v1/orgs/{orgId}/policies/{policyId}/validate",
        policies::validate,
    ),
    (
        "POST",
        "/v1/orgs/{orgId}/policies/{policyId}/resources",
        policies::add_resource,
    ),
    (
        "PUT",
        "/v1/orgs/{orgId}/policies/{policyId}/resources/{resourceId}",
        policies::update_resource,
    ),
    (
        "DELETE",
        "/v1/orgs/{orgId}/policies/{policyId}/resources/{resourceId}",
        policies::remove_resource,
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
    ("GET", "/users/{account_id}/manage", lifecycle::permissions),
    (
        "PATCH",
        "/users/{account_id}/manage/profile",
        lifecycle::update,
    ),
    (
        "PUT",
        "/users/{account_id}/manage/email",
        lifecycle::set_email,
    ),
    (
        "GET",
        "/users/{account_id}/manage/api-tokens",
        lifecycle::tokens,
    ),
    (
        "DELETE",
        "/users/{account_id}/manage/api-tokens/{tokenId}",
        lifecycle::revoke_token,
    ),
    (
        "POST",
        "/users/{account_id}/manage/lifecycle/delete",
        lifecycle::delete,
    ),
    (
        "POST",
        "/users/{account_id}/manage/lifecycle/cancel-delete",
        lifecycle::cancel_delete,
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
    (
        "GET",
        "/orgs/{orgId}/api-tokens/count",
        access::count_tokens,
    ),
    ("DELETE", "/orgs/{orgId}/api-tokens", access::revoke_tokens),
    (
        "PATCH",
        "/orgs/{orgId}/service-accounts",
        access::update_service_account,
    ),
    (
        "POST",
        "/orgs/{orgId}/service-accounts/count",
        access::count_credentials,
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
    (
        "DELETE",
        "/admin/control/v2/orgs/{orgId}/policies/{policyId}/resources",
        control::clear,
    ),
    (
        "POST",
        "/admin/control/v2/orgs/{orgId}/policies/publishDraftPolicies",
        control::publish,
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
