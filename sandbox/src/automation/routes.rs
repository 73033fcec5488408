//! The operations of the automation document.

use super::{manual, rules, templates};
use crate::host::routes::Route;

pub(crate) const AUTOMATION: &[Route] = &[
    ("GET", "/rest/v1/rule/summary", rules::list),
    ("POST", "/rest/v1/rule/summary", rules::search),
    ("POST", "/rest/v1/rule", rules::create),
    ("GET", "/rest/v1/rule/{ruleUuid}", rules::get),
    ("PUT", "/rest/v1/rule/{ruleUuid}", rules::update),
    ("DELETE", "/rest/v1/rule/{ruleUuid}", rules::delete),
    ("PUT", "/rest/v1/rule/{ruleUuid}/state", rules::set_state),
    (
        "PUT",
        "/rest/v1/rule/{ruleUuid}/rule-scope",
        rules::set_scope,
    ),
    ("POST", "/rest/v1/rule/manual/search", manual::search),
    (
        "POST",
        "/rest/v1/rule/manual/{ruleId}/invocation",
        manual::invoke,
    ),
    ("GET", "/rest/v1/template/{templateId}", templates::get),
    ("POST", "/rest/v1/template/search", templates::search),
    ("POST", "/rest/v1/template/create", templates::apply),
];
