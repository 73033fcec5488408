//! Permissions, roles, issue security, users and groups of the Jira platform document.

use super::{grants, groups, notifications, rights, role_actors, security, security_levels, users};
use crate::host::routes::Route;

pub(crate) const ACCESS: &[Route] = &[
    (
        "GET",
        "/rest/api/3/permissionscheme/{schemeId}/permission",
        grants::list,
    ),
    (
        "POST",
        "/rest/api/3/permissionscheme/{schemeId}/permission",
        grants::create,
    ),
    (
        "DELETE",
        "/rest/api/3/permissionscheme/{schemeId}/permission/{permissionId}",
        grants::delete,
    ),
    ("GET", "/rest/api/3/permissions", rights::all),
    ("GET", "/rest/api/3/mypermissions", rights::mine),
    ("POST", "/rest/api/3/permissions/check", rights::check),
    ("POST", "/rest/api/3/permissions/project", rights::projects),
    ("GET", "/rest/api/3/user/permission/search", rights::holders),
    (
        "GET",
        "/rest/api/3/project/{projectIdOrKey}/role/{id}",
        role_actors::get,
    ),
    (
        "POST",
        "/rest/api/3/project/{projectIdOrKey}/role/{id}",
        role_actors::add,
    ),
    (
        "PUT",
        "/rest/api/3/project/{projectIdOrKey}/role/{id}",
        role_actors::set,
    ),
    (
        "DELETE",
        "/rest/api/3/project/{projectIdOrKey}/role/{id}",
        role_actors::remove,
    ),
    (
        "GET",
        "/rest/api/3/project/{projectIdOrKey}/roledetails",
        role_actors::details,
    ),
    (
        "GET",
        "/rest/api/3/issuesecurityschemes/search",
        security::search,
    ),
    (
        "GET",
        "/rest/api/3/issuesecurityschemes/project",
        security::mappings,
    ),
    (
        "PUT",
        "/rest/api/3/issuesecurityschemes/project",
        security::assign,
    ),
    (
        "GET",
        "/rest/api/3/issuesecurityschemes/{id}",
        security::get,
    ),
    (
        "PUT",
        "/rest/api/3/issuesecurityschemes/{id}",
        security::update,
    ),
    ("POST", "/rest/api/3/issuesecurityschemes", security::create),
    (
        "DELETE",
        "/rest/api/3/issuesecurityschemes/{schemeId}",
        security::delete,
    ),
    (
        "GET",
        "/rest/api/3/project/{projectKeyOrId}/issuesecuritylevelscheme",
        security::of_project,
    ),
    (
        "GET",
        "/rest/api/3/project/{projectKeyOrId}/securitylevel",
        security_levels::of_project,
    ),
    (
        "GET",
        "/rest/api/3/issuesecurityschemes/level",
        security_levels::list,
    ),
    (
        "PUT",
        "/rest/api/3/issuesecurityschemes/level/default",
        security_levels::set_default,
    ),
    (
        "GET",
        "/rest/api/3/securitylevel/{id}",
        security_levels::get,
    ),
    (
        "PUT",
        "/rest/api/3/issuesecurityschemes/{schemeId}/level",
        security_levels::add,
    ),
    (
        "PUT",
        "/rest/api/3/issuesecurityschemes/{schemeId}/level/{levelId}",
        security_levels::update,
    ),
    (
        "DELETE",
        "/rest/api/3/issuesecurityschemes/{schemeId}/level/{levelId}",
        security_levels::delete,
    ),
    (
        "GET",
        "/rest/api/3/issuesecurityschemes/level/member",
        security_levels::list_members,
    ),
    (
        "PUT",
        "/rest/api/3/issuesecurityschemes/{schemeId}/level/{levelId}/member",
        security_levels::add_members,
    ),
    (
        "DELETE",
        "/rest/api/3/issuesecurityschemes/{schemeId}/level/{levelId}/member/{memberId}",
        security_levels::remove_member,
    ),
    (
        "GET",
        "/rest/api/3/project/{projectKeyOrId}/notificationscheme",
        notifications::of_project,
    ),
    (
        "PUT",
        "/rest/api/3/notificationscheme/{id}/notification",
        notifications::add,
    ),
    (
        "DELETE",
        "/rest/api/3/notificationscheme/{notificationSchemeId}/notification/{notificationId}",
        notifications::remove,
    ),
    ("GET", "/rest/api/3/group/bulk", groups::bulk),
    ("GET", "/rest/api/3/groups/picker", groups::picker),
    ("GET", "/rest/api/3/user/groups", groups::of_user),
    ("POST", "/rest/api/3/group", groups::create),
    ("DELETE", "/rest/api/3/group", groups::delete),
    ("POST", "/rest/api/3/group/user", groups::add_user),
    ("DELETE", "/rest/api/3/group/user", groups::remove_user),
    ("GET", "/rest/api/3/user", users::get),
    ("GET", "/rest/api/3/user/bulk", users::bulk),
    ("GET", "/rest/api/3/user/search", users::search),
    ("GET", "/rest/api/3/users/search", users::all),
    ("POST", "/rest/api/3/user", users::create),
    ("DELETE", "/rest/api/3/user", users::remove),
];
