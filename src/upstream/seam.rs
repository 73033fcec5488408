//! What every request carries: the caller's credential and the operation's fixed headers.

use std::time::Duration;

use atlassian_admin::{OperationId, Seam, SeamError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use http::{HeaderName, HeaderValue};

use crate::base::fault::{Code, Fault};
use crate::grants::{Access, AccessKind};

/// Signs requests and bounds each in time.
pub(super) struct Signed {
    authorization: HeaderValue,
    headers: &'static [(&'static str, &'static str)],
    timeout: Duration,
}

impl Signed {
    /// A seam for one attempt of one operation.
    pub(super) fn new(
        access: &Access,
        headers: &'static [(&'static str, &'static str)],
        timeout: Duration,
    ) -> Result<Self, Fault> {
        let text = match access.kind() {
            AccessKind::Bearer(token) => format!("Bearer {}", token.expose()),
            AccessKind::OrgKey { key, .. } => format!("Bearer {}", key.expose()),
            AccessKind::Basic { email, token } | AccessKind::Scoped { email, token } => {
                let pair = STANDARD.encode(format!("{email}:{}", token.expose()));
                format!("Basic {pair}")
            }
            AccessKind::None => {
                return Err(Fault::new(
                    Code::AuthRequired,
                    "the call needs a credential",
                ));
            }
        };
        let mut authorization = HeaderValue::try_from(text).map_err(|_| {
            Fault::new(Code::AuthRequired, "the stored credential cannot be sent")
                .with_mend("Sign in again, or bind a new API token.")
        })?;
        authorization.set_sensitive(true);
        Ok(Self {
            authorization,
            headers,
            timeout,
        })
    }

    /// Adds what every request carries.
    pub(super) fn sign(&self, request: &mut reqwest::Request) {
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        // Messages and default names come in the caller's language otherwise.
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        for (name, value) in self.headers {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        *request.timeout_mut() = Some(self.timeout);
    }
}

impl Seam for Signed {
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        _operation: &'a OperationId,
        mut request: reqwest::Request,
    ) -> BoxFuture<'a, Result<reqwest::Response, SeamError>> {
        self.sign(&mut request);
        Box::pin(async move { Ok(http.execute(request).await?) })
    }
}
