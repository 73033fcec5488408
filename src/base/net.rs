//! The only place that makes HTTP clients: rustls with ring, no redirects, bounded in time.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::redirect::Policy;
use url::{Host, Url};

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make an HTTP client")]
pub struct ClientError(#[from] reqwest::Error);

/// A client that follows no redirect and gives up after `timeout`.
///
/// # Errors
/// [`ClientError`] when the platform's certificate verifier cannot be set up.
pub fn client(timeout: Duration) -> Result<reqwest::Client, ClientError> {
    Ok(builder(timeout).pool_max_idle_per_host(32).build()?)
}

fn builder(timeout: Duration) -> reqwest::ClientBuilder {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    #[expect(clippy::disallowed_methods, reason = "the one home of HTTP clients")]
    let builder = reqwest::Client::builder();
    builder
        .redirect(Policy::none())
        .timeout(timeout)
        .connect_timeout(Duration::from_secs(5))
        .user_agent(concat!("gojira-mcp/", env!("CARGO_PKG_VERSION")))
}

/// Why a page of a stranger was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not an https address with a host name.
    #[error("not an https address with a host name")]
    Address,
    /// The name leads to no address, or to one that is not on the open internet.
    #[error("the host does not resolve to public addresses alone")]
    NotPublic,
    /// It took too long.
    #[error("no answer in time")]
    Timeout,
    /// The client could not be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The exchange failed.
    #[error("the exchange failed")]
    Transport(#[source] reqwest::Error),
    /// The answer was not 200; redirects are not followed.
    #[error("the answer was status {0}")]
    Status(u16),
    /// The answer is larger than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// A page that was fetched.
#[derive(Debug)]
pub struct Fetched {
    /// Its bytes.
    pub body: Vec<u8>,
    cache_control: String,
}

impl Fetched {
    /// How long its `Cache-Control` allows it to be kept; five minutes when it says nothing.
    pub fn fresh_for(&self) -> Duration {
        fresh_for(&self.cache_control)
    }
}

fn fresh_for(cache_control: &str) -> Duration {
    let mut fresh = Duration::from_mins(5);
    for directive in cache_control.split(',').map(str::trim) {
        let directive = directive.to_ascii_lowercase();
        if matches!(directive.as_str(), "no-store" | "no-cache") {
            return Duration::ZERO;
        }
        if let Some(secs) = directive.strip_prefix("max-age=") {
            fresh = Duration::from_secs(secs.trim_matches('"').parse().unwrap_or(0));
        }
    }
    fresh
}

/// Fetches a page whose address a stranger chose: https only, every address that the name resolves
/// to must be public, the connection goes to the address that was checked, no redirects, no proxy,
/// at most `max_bytes`, all within `timeout`.
///
/// # Errors
/// [`FetchError`] for the first of these that does not hold.
pub async fn fetch_public(
    url: &Url,
    timeout: Duration,
    max_bytes: usize,
) -> Result<Fetched, FetchError> {
    tokio::time::timeout(timeout, fetch_checked(url, timeout, max_bytes))
        .await
        .map_err(|_| FetchError::Timeout)?
}

async fn fetch_checked(
    url: &Url,
    timeout: Duration,
    max_bytes: usize,
) -> Result<Fetched, FetchError> {
    let (Some(Host::Domain(name)), "https") = (url.host(), url.scheme()) else {
        return Err(FetchError::Address);
    };
    let port = url.port_or_known_default().ok_or(FetchError::Address)?;
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name, port))
        .await
        .map_err(|_| FetchError::NotPublic)?
        .collect();
    let all_public = addresses.iter().all(|address| is_public(address.ip()));
    let Some(address) = addresses.first().filter(|_| all_public) else {
        return Err(FetchError::NotPublic);
    };
    let client = builder(timeout)
        .resolve(name, *address)
        .no_proxy()
        .https_only(true)
        .build()
        .map_err(ClientError)?;
    let mut answer = client
        .get(url.clone())
        .header(http::header::ACCEPT, "application/json")
        .send()
        .await
        .map_err(FetchError::Transport)?;
    if answer.status() != http::StatusCode::OK {
        return Err(FetchError::Status(answer.status().as_u16()));
    }
    let cache_control = answer
        .headers()
        .get(http::header::CACHE_CONTROL)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(FetchError::Transport)? {
        if body.len() + chunk.len() > max_bytes {
            return Err(FetchError::TooLarge(max_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched {
        body,
        cache_control,
    })
}

/// Whether an address is on the open internet (the special-purpose registries of RFC 6890 are not).
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // shared by carriers
        || (a == 192 && b == 0 && c == 0) // protocol assignments
        || (a == 192 && b == 88 && c == 99) // retired 6to4 relays
        || (a == 198 && (18..20).contains(&b)); // benchmarks
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    // Addresses that carry an IPv4 address could lead to a private one.
    let [a, b, ..] = ip.segments();
    let global_unicast = (a & 0xe000) == 0x2000;
    let special = match (a, b) {
        (0x2001, 0..0x0200 | 0x0db8) // protocol assignments, Teredo among them; documentation
        | (0x2002, _) // 6to4
        | (0x3fff, 0..0x1000) // documentation
        => true,
        _ => false,
    };
    global_unicast && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_open_internet_is_public() {
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "3fff::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn headers_say_how_long_a_page_may_be_kept() {
        assert_eq!(fresh_for(""), Duration::from_mins(5));
        assert_eq!(fresh_for("public, max-age=60"), Duration::from_mins(1));
        assert_eq!(fresh_for("max-age=60, No-Store"), Duration::ZERO);
        assert_eq!(fresh_for("max-age=soon"), Duration::ZERO);
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_not_fetched() {
        let second = Duration::from_secs(1);
        let fetch = async |text: &str| fetch_public(&Url::parse(text).unwrap(), second, 10).await;
        assert!(matches!(
            fetch("https://localhost/client.json").await,
            Err(FetchError::NotPublic)
        ));
        for odd in [
            "http://example.com/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
        ] {
            assert!(
                matches!(fetch(odd).await, Err(FetchError::Address)),
                "{odd}"
            );
        }
    }
}
