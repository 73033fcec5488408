//! Automation: rules, templates and rules started by hand.

pub(crate) mod manual;
pub(crate) mod routes;
pub(crate) mod rules;
pub(crate) mod templates;
