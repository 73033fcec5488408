//! Seams for use without the server: they add a credential and send.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use reqwest::header::{AUTHORIZATION, HeaderValue, InvalidHeaderValue};

use crate::seam::{OperationId, Seam, SeamError};

/// Signs requests with an email address and an API token.
pub struct Basic(HeaderValue);

impl Basic {
    /// The credential of the account `email`.
    ///
    /// # Errors
    /// Never for text: base64 is always a header value. The type keeps the two credentials alike.
    pub fn new(email: &str, token: &str) -> Result<Self, InvalidHeaderValue> {
        secret(&format!(
            "Basic {}",
            STANDARD.encode(format!("{email}:{token}"))
        ))
        .map(Self)
    }
}

/// Signs requests with a bearer: an OAuth access token or an organisation API key.
pub struct Bearer(HeaderValue);

impl Bearer {
    /// The credential `token`.
    ///
    /// # Errors
    /// When the token holds what a header cannot.
    pub fn new(token: &str) -> Result<Self, InvalidHeaderValue> {
        secret(&format!("Bearer {token}")).map(Self)
    }
}

fn secret(text: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(text)?;
    value.set_sensitive(true);
    Ok(value)
}

fn send<'a>(
    credential: &'a HeaderValue,
    http: &'a reqwest::Client,
    mut request: reqwest::Request,
) -> BoxFuture<'a, Result<reqwest::Response, SeamError>> {
    request
        .headers_mut()
        .insert(AUTHORIZATION, credential.clone());
    Box::pin(async move { Ok(http.execute(request).await?) })
}

impl Seam for Basic {
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        _operation: &'a OperationId,
        request: reqwest::Request,
    ) -> BoxFuture<'a, Result<reqwest::Response, SeamError>> {
        send(&self.0, http, request)
    }
}

impl Seam for Bearer {
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        _operation: &'a OperationId,
        request: reqwest::Request,
    ) -> BoxFuture<'a, Result<reqwest::Response, SeamError>> {
        send(&self.0, http, request)
    }
}

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Basic(..)")
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_does_not_print_its_secret() {
        let shown = format!(
            "{:?} {:?}",
            Basic::new("a@b.c", "s3cret").unwrap(),
            Bearer::new("s3cret").unwrap()
        );
        assert_eq!(shown, "Basic(..) Bearer(..)");
        let header = format!("{:?}", Basic::new("a@b.c", "s3cret").unwrap().0);
        assert_eq!(header, "Sensitive");
    }

    #[test]
    fn a_token_that_is_no_header_value_is_refused() {
        assert!(Bearer::new("a\r\nHost: elsewhere").is_err());
    }
}
