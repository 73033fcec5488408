//! The operations of workflow schemes, of their drafts, and of what surrounds workflows.

use super::workflow_schemes::Of;
use super::{
    usages, workflow_editor, workflow_history, workflow_scheme_bulk,
    workflow_scheme_items as items, workflow_scheme_projects as projects, workflow_schemes,
    workflows,
};
use crate::host::routes::Route;

pub(crate) const WORKFLOWS: &[Route] = &[
    (
        "POST",
        "/rest/api/3/workflowscheme",
        workflow_schemes::create,
    ),
    (
        "GET",
        "/rest/api/3/workflowscheme/project",
        projects::associations,
    ),
    (
        "PUT",
        "/rest/api/3/workflowscheme/project",
        projects::assign,
    ),
    (
        "POST",
        "/rest/api/3/workflowscheme/project/switch",
        projects::switch,
    ),
    (
        "POST",
        "/rest/api/3/workflowscheme/read",
        workflow_scheme_bulk::read,
    ),
    (
        "POST",
        "/rest/api/3/workflowscheme/update",
        workflow_scheme_bulk::update,
    ),
    (
        "POST",
        "/rest/api/3/workflowscheme/update/mappings",
        workflow_scheme_bulk::required,
    ),
    (
        "PUT",
        "/rest/api/3/workflowscheme/{id}",
        workflow_schemes::update,
    ),
    (
        "DELETE",
        "/rest/api/3/workflowscheme/{id}",
        workflow_schemes::delete,
    ),
    (
        "POST",
        "/rest/api/3/workflowscheme/{id}/createdraft",
        workflow_schemes::create_draft,
    ),
    (
        "PUT",
        "/rest/api/3/workflowscheme/{id}/draft",
        workflow_schemes::update_draft,
    ),
    (
        "DELETE",
        "/rest/api/3/workflowscheme/{id}/draft",
        workflow_schemes::delete_draft,
    ),
    ("GET", "/rest/api/3/workflowscheme/{id}/default", |call| {
        items::default(call, Of::Scheme)
    }),
    ("PUT", "/rest/api/3/workflowscheme/{id}/default", |call| {
        items::set_default(call, Of::Scheme)
    }),
    (
        "DELETE",
        "/rest/api/3/workflowscheme/{id}/default",
        |call| items::remove_default(call, Of::Scheme),
    ),
    (
        "GET",
        "/rest/api/3/workflowscheme/{id}/issuetype/{issueType}",
        |call| items::issue_type(call, Of::Scheme),
    ),
    (
        "PUT",
        "/rest/api/3/workflowscheme/{id}/issuetype/{issueType}",
        |call| items::set_issue_type(call, Of::Scheme),
    ),
    (
        "DELETE",
        "/rest/api/3/workflowscheme/{id}/issuetype/{issueType}",
        |call| items::remove_issue_type(call, Of::Scheme),
    ),
    ("GET", "/rest/api/3/workflowscheme/{id}/workflow", |call| {
        items::workflow(call, Of::Scheme)
    }),
    ("PUT", "/rest/api/3/workflowscheme/{id}/workflow", |call| {
        items::set_workflow(call, Of::Scheme)
    }),
    (
        "DELETE",
        "/rest/api/3/workflowscheme/{id}/workflow",
        |call| items::remove_workflow(call, Of::Scheme),
    ),
    (
        "GET",
        "/rest/api/3/workflowscheme/{id}/draft/default",
        |call| items::default(call, Of::Draft),
    ),
    (
        "PUT",
        "/rest/api/3/workflowscheme/{id}/draft/default",
        |call| items::set_default(call, Of::Draft),
    ),
    (
        "DELETE",
        "/rest/api/3/workflowscheme/{id}/draft/default",
        |call| items::remove_default(call, Of::Draft),
    ),
    (
        "GET",
        "/rest/api/3/workflowscheme/{id}/draft/issuetype/{issueType}",
        |call| items::issue_type(call, Of::Draft),
    ),
    (
        "PUT",
        "/rest/api/3/workflowscheme/{id}/draft/issuetype/{issueType}",
        |call| items::set_issue_type(call, Of::Draft),
    ),
    (
        "DELETE",
        "/rest/api/3/workflowscheme/{id}/draft/issuetype/{issueType}",
        |call| items::remove_issue_type(call, Of::Draft),
    ),
    (
        "GET",
        "/rest/api/3/workflowscheme/{id}/draft/workflow",
        |call| items::workflow(call, Of::Draft),
    ),
    (
        "PUT",
        "/rest/api/3/workflowscheme/{id}/draft/workflow",
        |call| items::set_workflow(call, Of::Draft),
    ),
    (
        "DELETE",
        "/rest/api/3/workflowscheme/{id}/draft/workflow",
        |call| items::remove_workflow(call, Of::Draft),
    ),
    (
        "GET",
        "/rest/api/3/workflow/{workflowId}/workflowSchemes",
        usages::schemes_of_workflow,
    ),
    (
        "GET",
        "/rest/api/3/workflow/{workflowId}/project/{projectId}/issueTypeUsages",
        usages::issue_types_of_workflow,
    ),
    (
        "POST",
        "/rest/api/3/workflow/history",
        workflow_history::read,
    ),
    (
        "POST",
        "/rest/api/3/workflow/history/list",
        workflow_history::list,
    ),
    (
        "GET",
        "/rest/api/3/workflows/capabilities",
        workflow_editor::capabilities,
    ),
    (
        "GET",
        "/rest/api/3/workflows/defaultEditor",
        workflow_editor::default_editor,
    ),
    (
        "POST",
        "/rest/api/3/workflows/preview",
        workflow_editor::preview,
    ),
    (
        "POST",
        "/rest/api/3/workflows/update/validation",
        workflows::validate_update,
    ),
];
