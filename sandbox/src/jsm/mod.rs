//! Jira Service Management: desks, customers, request types, queues, and forms.

pub(crate) mod customers;
pub(crate) mod desks;
pub(crate) mod forms;
pub(crate) mod queues;
pub(crate) mod request_types;
pub(crate) mod routes;
