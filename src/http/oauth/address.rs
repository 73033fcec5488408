//! Where a request came from, for the bound on registrations.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use super::state::AuthState;

/// The header in which proxies say for whom they ask, each adding its own peer at the right.
const FORWARDED: &str = "x-forwarded-for";

/// The sender's address as a bound counts it: an IPv4 address, or the /64 of an IPv6 one, which is
/// what a single household is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender(pub(super) String);

impl FromRequestParts<AuthState> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AuthState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map_or_else(
            || "unknown".to_owned(),
            |ConnectInfo(peer)| counted(sender(peer.ip(), &parts.headers, &state.trusted_proxies)),
        )))
    }
}

/// The rightmost address that is not a trusted proxy's: what stands further left was written by
/// whoever that is, and proves nothing. What is no address ends the search at the proxy that let it
/// through.
fn sender(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut sender = peer.to_canonical();
    let lines: Vec<&str> = headers
        .get_all(FORWARDED)
        .iter()
        .map(|line| line.to_str().unwrap_or_default())
        .collect();
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while trusted.iter().any(|net| net.contains(&sender)) {
        let Some(hop) = hops.next().and_then(address) else {
            break;
        };
        sender = hop;
    }
    sender
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    bare.parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .map(|ip| ip.to_canonical())
        .ok()
}

fn counted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_counted_once() {
        assert_eq!(counted("192.0.2.7".parse().unwrap()), "192.0.2.7");
        let one = counted("2001:db8:1:2:3::1".parse().unwrap());
        assert_eq!(one, counted("2001:db8:1:2:ffff::9".parse().unwrap()));
        assert_ne!(one, counted("2001:db8:1:3::1".parse().unwrap()));
    }

    fn seen(peer: &str, lines: &[&str]) -> String {
        let trusted: Vec<IpNet> = ["10.0.0.0/8", "fd00::/8", "192.0.2.1/32"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        sender(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_speak_for_another() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["10.0.0.1"]), "203.0.113.9");
        // What the stranger sent stands at the left of what the proxy saw.
        let spoofed = ["198.51.100.1, 203.0.113.9"];
        assert_eq!(seen("10.0.0.1", &spoofed), "203.0.113.9");
        let spoofed = ["10.0.0.7, 203.0.113.9"];
        assert_eq!(seen("10.0.0.1", &spoofed), "203.0.113.9");
        let in_two_lines = ["198.51.100.1", "203.0.113.9"];
        assert_eq!(seen("10.0.0.1", &in_two_lines), "203.0.113.9");
    }

    #[test]
    fn a_chain_of_proxies_is_followed_to_its_end() {
        let chain = ["198.51.100.1, 203.0.113.9, 192.0.2.1,10.3.3.3"];
        assert_eq!(seen("10.0.0.1", &chain), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["10.0.0.2, 10.0.0.3"]), "10.0.0.2");
    }

    #[test]
    fn garbage_counts_for_the_proxy_that_let_it_through() {
        for garbage in [
            "",
            "unknown",
            "1.2.3",
            "203.0.113.9 198.51.100.1",
            "_hidden",
        ] {
            assert_eq!(seen("10.0.0.1", &[garbage]), "10.0.0.1", "{garbage}");
            let before = format!("203.0.113.9, {garbage}, 10.0.0.2");
            assert_eq!(seen("10.0.0.1", &[&before]), "10.0.0.2", "{garbage}");
        }
    }

    #[test]
    fn both_families_of_addresses_are_understood() {
        assert_eq!(seen("fd00::1", &["2001:db8::9"]), "2001:db8::9");
        assert_eq!(seen("fd00::1", &["[2001:db8::9]"]), "2001:db8::9");
        assert_eq!(seen("fd00::1", &["[2001:db8::9]:4711"]), "2001:db8::9");
        assert_eq!(seen("fd00::1", &["203.0.113.9:4711"]), "203.0.113.9");
        // An IPv4 peer as a listener for both families sees it.
        assert_eq!(seen("::ffff:10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["::ffff:203.0.113.9"]), "203.0.113.9");
    }
}
