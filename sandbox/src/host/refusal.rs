//! Why a request is refused, and the shape in which each product says so.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::exchange::{Answer, Content};

/// A refusal: the status, what is wrong in general, and what is wrong with single fields.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    message: String,
    fields: BTreeMap<String, String>,
    /// A body in the gateway's shape instead of the product's.
    gateway: bool,
    headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            fields: BTreeMap::new(),
            gateway: false,
            headers: Vec::new(),
        }
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, message)
    }

    /// A 400 about one field of the body.
    pub(crate) fn field(name: &str, message: impl Into<String>) -> Self {
        let mut refusal = Self::bad("");
        refusal.fields.insert(name.to_owned(), message.into());
        refusal
    }

    /// A refusal by the API gateway, before any product saw the request.
    pub(crate) fn gateway(status: u16, message: impl Into<String>) -> Self {
        Self {
            gateway: true,
            ..Self::new(status, message)
        }
    }

    /// The gateway's answer to a token that lacks the operation's scope.
    pub(crate) fn scope_mismatch() -> Self {
        Self::gateway(401, "Unauthorized; scope does not match")
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer in the shape of the API whose operation was asked for.
    pub(crate) fn answer(self, api: &str) -> Answer {
        let body = if self.gateway {
            self.by_gateway()
        } else {
            self.by_product(api)
        };
        Answer {
            status: self.status,
            headers: self.headers,
            body: Content::Json(body),
        }
    }

    fn by_gateway(&self) -> Value {
        json!({ "code": self.status, "message": self.message })
    }

    fn by_product(&self, api: &str) -> Value {
        match api {
            "jira-platform" | "jira-software" | "assets" => json!({
                "errorMessages": self.general(),
                "errors": self.fields,
            }),
            "jira-service-management" => json!({
                "errorMessage": self.all(),
                "i18nErrorMessage": { "i18nKey": "sd.sandbox.error", "parameters": [] },
            }),
            "confluence-v1" => json!({
                "statusCode": self.status,
                "data": { "authorized": self.status != 403, "valid": self.status != 400, "errors": [], "successful": false },
                "message": self.all(),
            }),
            "confluence-v2" => json!({ "errors": [{
                "status": self.status, "code": code(self.status), "title": self.all(), "detail": null,
            }]}),
            "admin-user-management" => json!({ "key": key(self.status) }),
            "admin-user-provisioning" => json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": self.status.to_string(), "detail": self.all(),
            }),
            "admin-control" if matches!(self.status, 403 | 404) => self.by_gateway(),
            _ => json!({ "errors": [{
                "id": "sandbox", "status": self.status.to_string(), "code": code(self.status),
                "title": title(self.status), "detail": self.all(),
            }]}),
        }
    }

    fn general(&self) -> Vec<&str> {
        if self.message.is_empty() {
            Vec::new()
        } else {
            vec![&self.message]
        }
    }

    /// Everything that is wrong, in one sentence after another.
    fn all(&self) -> String {
        let fields: Map<String, Value> = self
            .fields
            .iter()
            .map(|(k, v)| (k.clone(), json!(v)))
            .collect();
        let named = fields
            .iter()
            .map(|(k, v)| format!("{k}: {}", v.as_str().unwrap_or("")));
        let general = (!self.message.is_empty()).then(|| self.message.clone());
        general
            .into_iter()
            .chain(named)
            .collect::<Vec<_>>()
            .join("; ")
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        415 => "Unsupported Media Type",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    }
}

fn code(status: u16) -> String {
    title(status).to_ascii_uppercase().replace(' ', "_")
}

/// The keys of the user management API.
fn key(status: u16) -> &'static str {
    match status {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "accountNotFound",
        409 => "conflict.lifecycleErrors",
        _ => "badRequest",
    }
}
