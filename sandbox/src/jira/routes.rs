//! The operations of the Jira platform and Jira Software documents.

use super::{
    agile, associations, bulk, context_types, contexts, dashboards, field_trash, fields, filters,
    lists, notifications, option_order, options, people, permissions, projects, publish, tasks,
    trash, usages, workflows,
};
use crate::host::routes::Route;

pub(crate) const PLATFORM: &[Route] = &[
    ("GET", "/rest/api/3/project/search", projects::search),
    ("POST", "/rest/api/3/project", projects::create),
    ("GET", "/rest/api/3/project/{projectIdOrKey}", projects::get),
    (
        "DELETE",
        "/rest/api/3/project/{projectIdOrKey}",
        trash::delete,
    ),
    (
        "POST",
        "/rest/api/3/project/{projectIdOrKey}/archive",
        trash::archive,
    ),
    (
        "POST",
        "/rest/api/3/project/{projectIdOrKey}/restore",
        trash::restore,
    ),
    (
        "GET",
        "/rest/api/3/project/{projectIdOrKey}/components",
        projects::components,
    ),
    (
        "GET",
        "/rest/api/3/project/{projectIdOrKey}/role",
        projects::roles,
    ),
    (
        "GET",
        "/rest/api/3/project/{projectKeyOrId}/permissionscheme",
        permissions::of_project,
    ),
    (
        "PUT",
        "/rest/api/3/project/{projectKeyOrId}/permissionscheme",
        permissions::assign,
    ),
    (
        "GET",
        "/rest/api/3/project/{projectKeyOrId}/notificationscheme",
        notifications::of_project,
    ),
    ("GET", "/rest/api/3/permissionscheme", permissions::list),
    ("POST", "/rest/api/3/permissionscheme", permissions::create),
    (
        "GET",
        "/rest/api/3/permissionscheme/{schemeId}",
        permissions::get,
    ),
    (
        "PUT",
        "/rest/api/3/permissionscheme/{schemeId}",
        permissions::update,
    ),
    (
        "DELETE",
        "/rest/api/3/permissionscheme/{schemeId}",
        permissions::delete,
    ),
    ("GET", "/rest/api/3/notificationscheme", notifications::list),
    (
        "POST",
        "/rest/api/3/notificationscheme",
        notifications::create,
    ),
    (
        "GET",
        "/rest/api/3/notificationscheme/{id}",
        notifications::get,
    ),
    (
        "PUT",
        "/rest/api/3/notificationscheme/{id}",
        notifications::update,
    ),
    (
        "DELETE",
        "/rest/api/3/notificationscheme/{notificationSchemeId}",
        notifications::delete,
    ),
    ("GET", "/rest/api/3/workflowscheme", publish::list),
    ("GET", "/rest/api/3/workflowscheme/{id}", publish::get),
    (
        "GET",
        "/rest/api/3/workflowscheme/{id}/draft",
        publish::get_draft,
    ),
    (
        "POST",
        "/rest/api/3/workflowscheme/{id}/draft/publish",
        publish::publish,
    ),
    (
        "GET",
        "/rest/api/3/issuetypescheme",
        lists::issue_type_schemes,
    ),
    ("GET", "/rest/api/3/screens", lists::screens),
    ("GET", "/rest/api/3/screenscheme", lists::screen_schemes),
    (
        "GET",
        "/rest/api/3/fieldconfiguration",
        lists::field_configurations,
    ),
    ("GET", "/rest/api/3/workflows/search", workflows::search),
    ("POST", "/rest/api/3/workflows", workflows::read),
    ("POST", "/rest/api/3/workflows/create", workflows::create),
    (
        "POST",
        "/rest/api/3/workflows/create/validation",
        workflows::validate,
    ),
    ("POST", "/rest/api/3/workflows/update", workflows::update),
    (
        "DELETE",
        "/rest/api/3/workflow/{entityId}",
        workflows::delete,
    ),
    ("GET", "/rest/api/3/task/{taskId}", tasks::get),
    ("POST", "/rest/api/3/task/{taskId}/cancel", tasks::cancel),
    ("GET", "/rest/api/3/bulk/queue/{taskId}", bulk::progress),
    ("GET", "/rest/api/3/field/search", fields::search),
    ("POST", "/rest/api/3/field", fields::create),
    ("PUT", "/rest/api/3/field/{fieldId}", fields::update),
    ("DELETE", "/rest/api/3/field/{id}", fields::delete),
    ("GET", "/rest/api/3/field/{fieldId}/context", contexts::list),
    (
        "POST",
        "/rest/api/3/field/{fieldId}/context",
        contexts::create,
    ),
    (
        "DELETE",
        "/rest/api/3/field/{fieldId}/context/{contextId}",
        contexts::delete,
    ),
    (
        "GET",
        "/rest/api/3/field/{fieldId}/context/{contextId}/option",
        options::list,
    ),
    (
        "POST",
        "/rest/api/3/field/{fieldId}/context/{contextId}/option",
        options::create,
    ),
    (
        "PUT",
        "/rest/api/3/field/{fieldId}/context/{contextId}/option",
        options::update,
    ),
    (
        "GET",
        "/rest/api/3/field/{fieldId}/context/projectmapping",
        contexts::mapping,
    ),
    (
        "PUT",
        "/rest/api/3/field/{fieldId}/context/{contextId}/project",
        contexts::assign,
    ),
    (
        "POST",
        "/rest/api/3/field/{fieldId}/context/{contextId}/project/remove",
        contexts::remove,
    ),
    ("GET", "/rest/api/3/dashboard/search", dashboards::search),
    ("POST", "/rest/api/3/dashboard", dashboards::create),
    ("GET", "/rest/api/3/dashboard/{id}", dashboards::get),
    ("PUT", "/rest/api/3/dashboard/{id}", dashboards::update),
    ("DELETE", "/rest/api/3/dashboard/{id}", dashboards::delete),
    ("GET", "/rest/api/3/filter/search", filters::search),
    ("POST", "/rest/api/3/filter", filters::create),
    ("GET", "/rest/api/3/filter/{id}", filters::get),
    ("PUT", "/rest/api/3/filter/{id}", filters::update),
    ("DELETE", "/rest/api/3/filter/{id}", filters::delete),
    ("GET", "/rest/api/3/myself", people::myself),
    (
        "GET",
        "/rest/api/3/notificationscheme/project",
        usages::of_notification_schemes,
    ),
    (
        "GET",
        "/rest/api/3/issuetypescheme/project",
        usages::of_issue_type_schemes,
    ),
    (
        "GET",
        "/rest/api/3/issuetypescreenscheme/{issueTypeScreenSchemeId}/project",
        usages::of_issue_type_screen_scheme,
    ),
    (
        "GET",
        "/rest/api/3/config/fieldschemes/{id}/projects",
        usages::of_field_scheme,
    ),
    (
        "GET",
        "/rest/api/3/workflowscheme/{workflowSchemeId}/projectUsages",
        usages::of_workflow_scheme,
    ),
    (
        "GET",
        "/rest/api/3/workflow/{workflowId}/projectUsages",
        usages::of_workflow,
    ),
    (
        "GET",
        "/rest/api/3/statuses/{statusId}/projectUsages",
        usages::of_status,
    ),
    ("GET", "/rest/api/3/field", field_trash::all),
    (
        "GET",
        "/rest/api/3/field/search/trashed",
        field_trash::trashed,
    ),
    ("POST", "/rest/api/3/field/{id}/trash", field_trash::trash),
    (
        "POST",
        "/rest/api/3/field/{id}/restore",
        field_trash::restore,
    ),
    ("PUT", "/rest/api/3/field/association", associations::create),
    (
        "DELETE",
        "/rest/api/3/field/association",
        associations::remove,
    ),
    (
        "GET",
        "/rest/api/3/field/{fieldId}/association/project",
        associations::projects,
    ),
    ("GET", "/rest/api/3/projects/fields", associations::fields),
    (
        "PUT",
        "/rest/api/3/field/{fieldId}/context/{contextId}",
        context_types::rename,
    ),
    (
        "GET",
        "/rest/api/3/field/{fieldId}/context/issuetypemapping",
        context_types::mapping,
    ),
    (
        "POST",
        "/rest/api/3/field/{fieldId}/context/mapping",
        context_types::of_pairs,
    ),
    (
        "PUT",
        "/rest/api/3/field/{fieldId}/context/{contextId}/issuetype",
        context_types::add,
    ),
    (
        "POST",
        "/rest/api/3/field/{fieldId}/context/{contextId}/issuetype/remove",
        context_types::remove,
    ),
    (
        "GET",
        "/rest/api/3/customFieldOption/{id}",
        option_order::get,
    ),
    (
        "PUT",
        "/rest/api/3/field/{fieldId}/context/{contextId}/option/move",
        option_order::reorder,
    ),
    (
        "DELETE",
        "/rest/api/3/field/{fieldId}/context/{contextId}/option/{optionId}",
        option_order::delete,
    ),
    (
        "DELETE",
        "/rest/api/3/field/{fieldId}/context/{contextId}/option/{optionId}/issue",
        option_order::replace,
    ),
    (
        "GET",
        "/rest/api/3/field/{fieldId}/screens",
        usages::screens_of_field,
    ),
    ("GET", "/rest/api/3/group/member", usages::members),
    (
        "POST",
        "/rest/api/3/search/approximate-count",
        usages::count_issues,
    ),
];

pub(crate) const SOFTWARE: &[Route] = &[
    ("GET", "/rest/agile/1.0/board", agile::boards),
    ("GET", "/rest/agile/1.0/board/{boardId}", agile::board),
    ("GET", "/rest/agile/1.0/board/{boardId}/epic", agile::epics),
    (
        "GET",
        "/rest/agile/1.0/board/{boardId}/sprint",
        agile::sprints,
    ),
    ("GET", "/rest/agile/1.0/epic/{epicIdOrKey}", agile::epic),
    ("POST", "/rest/agile/1.0/sprint", agile::create_sprint),
    ("GET", "/rest/agile/1.0/sprint/{sprintId}", agile::sprint),
    (
        "POST",
        "/rest/agile/1.0/sprint/{sprintId}",
        agile::update_sprint,
    ),
    (
        "DELETE",
        "/rest/agile/1.0/sprint/{sprintId}",
        agile::delete_sprint,
    ),
];
