//! The only place that makes HTTP clients: rustls with ring, no redirects, bounded in time.

use std::time::Duration;

use reqwest::redirect::Policy;

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make an HTTP client")]
pub struct ClientError(#[from] reqwest::Error);

/// A client that follows no redirect and gives up after `timeout`.
///
/// # Errors
/// [`ClientError`] when the platform's certificate verifier cannot be set up.
pub fn client(timeout: Duration) -> Result<reqwest::Client, ClientError> {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    #[expect(clippy::disallowed_methods, reason = "the one home of HTTP clients")]
    let builder = reqwest::Client::builder();
    Ok(builder
        .redirect(Policy::none())
        .timeout(timeout)
        .connect_timeout(Duration::from_secs(5))
        .pool_max_idle_per_host(32)
        .user_agent(concat!("gojira-mcp/", env!("CARGO_PKG_VERSION")))
        .build()?)
}
