//! Jira Service Management: desks, request types, queues, organisations, and forms.

pub(crate) mod desks;
pub(crate) mod forms;
pub(crate) mod queues;
pub(crate) mod request_types;
pub(crate) mod routes;
