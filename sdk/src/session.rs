//! Where the calls go and through what.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::seam::Seam;

/// The largest answer that is read, in bytes, unless a session says otherwise.
pub const DEFAULT_BODY_LIMIT: usize = 16 * 1024 * 1024;

/// A base address, an HTTP client and a seam: all that a generated client needs.
#[derive(Clone)]
pub struct Session {
    base: Arc<str>,
    http: reqwest::Client,
    seam: Arc<dyn Seam>,
    body_limit: usize,
}

impl Session {
    /// A session on `base`, such as `https://example.atlassian.net`, to which the paths of the
    /// document are appended.
    ///
    /// `http` should come from [`http_client`]: a client that follows redirects would hide the 303
    /// that some operations answer with.
    pub fn new(base: impl AsRef<str>, http: reqwest::Client, seam: Arc<dyn Seam>) -> Self {
        Self {
            base: base.as_ref().trim_end_matches('/').into(),
            http,
            seam,
            body_limit: DEFAULT_BODY_LIMIT,
        }
    }

    /// The same session with another bound on the size of an answer, in bytes.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The base address, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The HTTP client.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The seam.
    pub(crate) fn seam(&self) -> &dyn Seam {
        &*self.seam
    }

    /// The largest answer that is read, in bytes.
    pub fn body_limit(&self) -> usize {
        self.body_limit
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// A builder of HTTP clients that suits these APIs: redirects are answers, and no referrer is told.
///
/// rustls needs one cryptography provider per process: ring is installed when there is none yet.
#[expect(
    clippy::disallowed_methods,
    reason = "the SDK stands alone: its clients are built here"
)]
pub fn http_client() -> reqwest::ClientBuilder {
    // An error says that a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(10))
        .user_agent(concat!("atlassian-admin/", env!("CARGO_PKG_VERSION")))
}
