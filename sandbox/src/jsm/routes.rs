//! The operations of the service management and forms documents.

use super::{customers, desks, forms, queues, request_types};
use crate::host::routes::Route;

pub(crate) const DESK: &[Route] = &[
    ("GET", "/rest/servicedeskapi/info", desks::info),
    ("POST", "/rest/servicedeskapi/customer", customers::create),
    (
        "PUT",
        "/rest/servicedeskapi/customer/user/{accountId}/revoke-portal-only-access",
        customers::revoke,
    ),
    (
        "GET",
        "/rest/servicedeskapi/requesttype",
        request_types::search,
    ),
    (
        "GET",
        "/rest/servicedeskapi/knowledgebase/article",
        desks::all_articles,
    ),
    (
        "POST",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/permissions/check",
        request_types::permissions,
    ),
    ("GET", "/rest/servicedeskapi/servicedesk", desks::list),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}",
        desks::get,
    ),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype",
        request_types::list,
    ),
    (
        "POST",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype",
        request_types::create,
    ),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}",
        request_types::get,
    ),
    (
        "DELETE",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}",
        request_types::delete,
    ),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/field",
        request_types::fields,
    ),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/requesttypegroup",
        request_types::groups,
    ),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/queue",
        queues::list,
    ),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/queue/{queueId}",
        queues::get,
    ),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/queue/{queueId}/issue",
        queues::issues,
    ),
    (
        "GET",
        "/rest/servicedeskapi/servicedesk/{serviceDeskId}/knowledgebase/article",
        desks::articles,
    ),
    (
        "GET",
        "/rest/servicedeskapi/request/{issueIdOrKey}/sla",
        queues::sla,
    ),
    (
        "GET",
        "/rest/servicedeskapi/request/{issueIdOrKey}/sla/{slaMetricId}",
        queues::one_sla,
    ),
    (
        "GET",
        "/rest/servicedeskapi/assets/workspace",
        desks::workspaces,
    ),
];

pub(crate) const FORMS: &[Route] = &[
    ("GET", "/project/{projectIdOrKey}/form", forms::list),
    ("POST", "/project/{projectIdOrKey}/form", forms::create),
    ("GET", "/project/{projectIdOrKey}/form/{formId}", forms::get),
    (
        "PUT",
        "/project/{projectIdOrKey}/form/{formId}",
        forms::update,
    ),
    (
        "DELETE",
        "/project/{projectIdOrKey}/form/{formId}",
        forms::delete,
    ),
    ("GET", "/issue/{issueIdOrKey}/form", forms::of_issue),
    (
        "GET",
        "/issue/{issueIdOrKey}/form/{formId}",
        forms::issue_form,
    ),
    (
        "GET",
        "/issue/{issueIdOrKey}/form/{formId}/format/answers",
        forms::answers,
    ),
    (
        "GET",
        "/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/form",
        forms::of_request_type,
    ),
    (
        "GET",
        "/servicedesk/{serviceDeskId}/requesttype/{requestTypeId}/form/externaldata",
        forms::external_data,
    ),
];
