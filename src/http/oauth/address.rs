//! Where a request came from, for the bound on registrations.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

/// The sender's address as a bound counts it: an IPv4 address, or the /64 of an IPv6 one, which is
/// what a single household is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sender(pub(super) String);

impl<S: Sync> FromRequestParts<S> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(address.map_or_else(
            || "unknown".to_owned(),
            |ConnectInfo(address)| counted(address.ip().to_canonical()),
        )))
    }
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
}
