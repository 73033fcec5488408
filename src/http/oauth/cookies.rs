//! The two cookies: the browser's mark and its session.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

use crate::auth::Browser;

/// Life of the browser's mark, in seconds: longer than anything that is bound to it.
const BROWSER_SECS: u32 = 24 * 3600;
/// Life of a session cookie, in seconds; the session itself ends no later.
const SESSION_SECS: u32 = 3600;

/// The cookies of this server. Over https their names begin with `__Host-`, which no other site,
/// sub-domain or plain http answer can set; browsers take that prefix over https alone.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Cookies {
    secure: bool,
}

impl Cookies {
    pub(super) fn for_issuer(issuer: &str) -> Self {
        Self {
            secure: issuer.starts_with("https://"),
        }
    }

    const fn browser_name(self) -> &'static str {
        if self.secure {
            "__Host-gojira-browser"
        } else {
            "gojira-browser"
        }
    }

    const fn session_name(self) -> &'static str {
        if self.secure {
            "__Host-gojira-session"
        } else {
            "gojira-session"
        }
    }

    /// The browser of a request.
    pub(in crate::http) fn browser(self, headers: &HeaderMap) -> Option<Browser> {
        find(headers, self.browser_name()).and_then(Browser::parse)
    }

    /// The session cookie of a request.
    pub(in crate::http) fn session(self, headers: &HeaderMap) -> Option<&str> {
        find(headers, self.session_name()).filter(|value| !value.is_empty())
    }

    /// The header that marks a browser.
    pub(in crate::http) fn mark(self, browser: &Browser) -> Option<HeaderValue> {
        self.set(self.browser_name(), browser.cookie(), BROWSER_SECS)
    }

    /// The header that signs a browser in.
    pub(in crate::http) fn sign_in(self, session: &str) -> Option<HeaderValue> {
        self.set(self.session_name(), session, SESSION_SECS)
    }

    /// The header that signs a browser out.
    pub(in crate::http) fn sign_out(self) -> Option<HeaderValue> {
        self.set(self.session_name(), "", 0)
    }

    /// Lax, not Strict: the way back from Atlassian must bring the cookie along.
    fn set(self, name: &str, value: &str, secs: u32) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={secs}{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_cookies_are_bound_to_the_host_and_loopback_ones_still_work() {
        let browser = Browser::parse(&"a".repeat(43)).unwrap();
        let set = |issuer| {
            let header = Cookies::for_issuer(issuer).mark(&browser).unwrap();
            header.to_str().unwrap().to_owned()
        };
        let https = set("https://mcp.example.com");
        assert!(https.starts_with("__Host-gojira-browser="));
        assert!(https.contains("; Path=/;") && https.ends_with("; Secure"));
        assert!(https.contains("HttpOnly") && https.contains("SameSite=Lax"));
        let http = set("http://127.0.0.1:8081");
        assert!(http.starts_with("gojira-browser=") && !http.contains("Secure"));
    }

    #[test]
    fn a_cookie_is_found_among_others_and_judged_by_its_shape() {
        let cookies = Cookies::for_issuer("https://mcp.example.com");
        let mut headers = HeaderMap::new();
        let value = "b".repeat(43);
        let line = format!("x=1; __Host-gojira-browser={value}; gojira-browser=evil");
        headers.insert(COOKIE, line.parse().unwrap());
        assert_eq!(cookies.browser(&headers).unwrap().cookie(), value);
        headers.insert(COOKIE, "__Host-gojira-browser=short".parse().unwrap());
        assert!(cookies.browser(&headers).is_none());
    }
}
