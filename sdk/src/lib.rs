//! Typed clients for the administration operations of Atlassian Cloud.
//!
//! There is one module per document that Atlassian publishes, each with a `Client` whose methods are
//! named after the document's operations. Parameters are typed; bodies and answers are [`Json`], which
//! keeps the JSON as it is and knows its documented type. Only the operations that the workspace's
//! `tool-manifest.toml` uses are built.
//!
//! Every call passes the session's [`Seam`], where credentials, retries and limits belong:
//! [`Basic`] and [`Bearer`] are seams for use by hand. [`call::call`] reaches the same methods by the
//! operation's name, for callers that relay.
//!
//! `examples/list_projects.rs` shows a session, a typed call and paging.

extern crate self as atlassian_admin;

pub mod call;
mod credential;
mod exchange;
mod json;
mod seam;
mod session;
mod wire;

pub use credential::{Basic, Bearer};
pub use exchange::{Failure, failure};
pub use json::Json;
pub use progenitor_client::{Error, ResponseValue};
pub use seam::{OperationId, Seam, SeamError};
pub use session::{DEFAULT_BODY_LIMIT, Session, http_client};
pub use wire::RawBody;

include!(concat!(env!("OUT_DIR"), "/clients.rs"));
