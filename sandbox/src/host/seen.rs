//! The record of what the sandbox was asked.

use std::collections::BTreeMap;

use serde_json::Value;

/// One request that arrived, in the order of arrival.
#[derive(Debug, Clone)]
pub struct SeenRequest {
    /// Method in upper case.
    pub method: String,
    /// Path as received, host prefix included.
    pub path: String,
    /// Query string as received.
    pub query: String,
    /// The operation it matched, as `api:operationId`.
    pub operation: Option<String>,
    /// The API of the document that it was for, and the path as that document writes it.
    pub document: Option<(&'static str, String)>,
    /// Headers but for credentials and cookies, by name in lower case.
    pub headers: BTreeMap<String, String>,
    /// The account, `org` for the organisation key, nothing for anonymous callers.
    pub caller: Option<String>,
    /// JSON body; `Null` when there was none or it was no JSON.
    pub body: Value,
    /// Status of the answer; 0 when the connection was cut.
    pub status: u16,
}
