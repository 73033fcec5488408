//! Where a client may be sent back to: https anywhere, or http on the person's own machine.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// Longest redirect URI taken, in bytes.
const MAX_LEN: usize = 2048;

/// A redirect URI that passed the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RedirectUri {
    text: String,
    url: Url,
}

/// Why a redirect URI was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedirectError {
    /// Not an absolute URI, too long, or with characters that browsers read in their own way.
    #[error("redirect URI is not a plain absolute URI")]
    Malformed,
    /// Neither https nor http on a loopback address.
    #[error("redirect URI must be https, or http on a loopback address")]
    Scheme,
    /// It has a fragment (RFC 6749, section 3.1.2).
    #[error("redirect URI must not have a fragment")]
    Fragment,
    /// It has a user name or password.
    #[error("redirect URI must not have a user name")]
    UserInfo,
}

impl RedirectUri {
    /// Checks a redirect URI.
    ///
    /// # Errors
    /// [`RedirectError`] for the first rule it breaks.
    pub fn parse(text: &str) -> Result<Self, RedirectError> {
        let plain = text.len() <= MAX_LEN
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'<' | b'>' | b'"'));
        if !plain {
            return Err(RedirectError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| RedirectError::Malformed)?;
        match url.scheme() {
            "https" if url.has_host() => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(RedirectError::Scheme),
        }
        if text.contains('#') {
            return Err(RedirectError::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RedirectError::UserInfo);
        }
        Ok(Self {
            text: text.to_owned(),
            url,
        })
    }

    /// As the client wrote it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it leads to the person's own machine, where any program may listen.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Its host, for the consent page.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether a request with this URI matches what the client registered: letter for letter, save
    /// that the port of a loopback http URI may differ (RFC 8252, section 7.3).
    pub fn matches(&self, registered: &Self) -> bool {
        if self.text == registered.text {
            return true;
        }
        let http = |uri: &Self| uri.url.scheme() == "http" && uri.is_loopback();
        http(self) && http(registered) && without_port(&self.text) == without_port(&registered.text)
    }

    /// The URI with parameters added to its query.
    pub fn with_params<'a>(&self, params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(params);
        url
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.text
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = RedirectError;

    fn try_from(text: String) -> Result<Self, RedirectError> {
        Self::parse(&text)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The text before and after the port of the authority.
fn without_port(text: &str) -> (&str, &str) {
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = text
        .get(start..)
        .and_then(|rest| rest.find(['/', '?']))
        .map_or(text.len(), |at| start + at);
    let (head, tail) = text.split_at(end);
    let digits = head.trim_end_matches(|c: char| c.is_ascii_digit());
    match digits.strip_suffix(':') {
        Some(host) if host.len() > start => (host, tail),
        _ => (head, tail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_https_or_loopback_is_refused() {
        use RedirectError::{Fragment, Malformed, Scheme, UserInfo};
        for (text, why) in [
            ("", Malformed),
            ("/callback", Malformed),
            ("javascript:alert(1)", Scheme),
            ("data:text/html,x", Scheme),
            ("cursor://anysphere/callback", Scheme),
            ("file:///etc/passwd", Scheme),
            ("http://example.com/cb", Scheme),
            ("http://127.0.0.1.example.com/cb", Scheme),
            ("http://localhost.example.com/cb", Scheme),
            ("http://10.0.0.1/cb", Scheme),
            ("https://example.com/cb#x", Fragment),
            ("https://example.com/cb#", Fragment),
            ("https://user@example.com/cb", UserInfo),
            ("http://localhost:80@example.com/cb", Scheme),
            ("https://example.com/\\evil.com", Malformed),
            ("https://example.com/\n", Malformed),
            (" https://example.com/", Malformed),
            ("https://exämple.com/", Malformed),
        ] {
            assert_eq!(RedirectUri::parse(text), Err(why), "{text}");
        }
        let long = format!("https://example.com/{}", "a".repeat(MAX_LEN));
        assert_eq!(RedirectUri::parse(&long), Err(Malformed));
    }

    #[test]
    fn only_a_loopback_port_may_differ() {
        let matches = |asked: &str, registered: &str| {
            RedirectUri::parse(asked)
                .unwrap()
                .matches(&RedirectUri::parse(registered).unwrap())
        };
        for (asked, registered) in [
            ("https://example.com/cb", "https://example.com/cb"),
            ("http://127.0.0.1:5000/cb", "http://127.0.0.1:6000/cb"),
            ("http://127.0.0.1:5000/cb", "http://127.0.0.1/cb"),
            ("http://[::1]:5000/cb", "http://[::1]/cb"),
            ("http://localhost:1/cb?a=1", "http://localhost:2/cb?a=1"),
            ("http://localhost:1", "http://localhost"),
        ] {
            assert!(matches(asked, registered), "{asked} {registered}");
        }
        for (asked, registered) in [
            ("https://example.com/cb/", "https://example.com/cb"),
            ("https://example.com/cb?x=1", "https://example.com/cb"),
            ("https://EXAMPLE.com/cb", "https://example.com/cb"),
            ("https://example.com:444/cb", "https://example.com/cb"),
            ("https://localhost:444/cb", "https://localhost:445/cb"),
            ("http://localhost:1/cb", "http://127.0.0.1:1/cb"),
            ("http://127.0.0.1:1/other", "http://127.0.0.1:1/cb"),
            ("http://127.0.0.1:1/cb/../x", "http://127.0.0.1:1/x"),
            ("http://127.0.0.1:1/cb?x=1", "http://127.0.0.1:1/cb"),
            ("http://127.0.0.2:1/cb", "http://127.0.0.1:1/cb"),
            ("http://[::1]:1/cb", "http://127.0.0.1:1/cb"),
        ] {
            assert!(!matches(asked, registered), "{asked} {registered}");
        }
    }

    #[test]
    fn parameters_join_an_existing_query() {
        let uri = RedirectUri::parse("https://example.com/cb?keep=1").unwrap();
        let url = uri.with_params([("code", "a b"), ("iss", "https://i")]);
        assert_eq!(
            url.as_str(),
            "https://example.com/cb?keep=1&code=a+b&iss=https%3A%2F%2Fi"
        );
    }
}
