//! The three hosts: which address belongs to which document, who may call it, and how a request
//! becomes a call on the tenant.

pub(crate) mod address;
pub(crate) mod call;
pub(crate) mod caller;
pub(crate) mod exchange;
pub(crate) mod fault;
pub(crate) mod identity;
pub(crate) mod page;
pub(crate) mod rate;
pub(crate) mod refusal;
pub(crate) mod routes;
pub(crate) mod seen;
pub(crate) mod service;
