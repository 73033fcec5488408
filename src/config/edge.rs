//! What stands around the server: proxies in front of it, and who is told of an alarm.

use std::net::IpAddr;

use ipnet::IpNet;
use url::Url;

use super::checks;
use super::model::AlertSettings;
use super::parse::Reader;

const PROXIES: &str = "TRUSTED_PROXIES";
const WEBHOOK: &str = "GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK";

impl Reader<'_> {
    /// `TRUSTED_PROXIES`: addresses and networks.
    pub(super) fn trusted_proxies(&mut self) -> Option<Vec<IpNet>> {
        let items = self.list(PROXIES);
        let mut nets = Vec::with_capacity(items.len());
        for item in &items {
            match network(item) {
                Some(net) if net.prefix_len() == 0 => self.wrong(
                    PROXIES,
                    format!("{item} is everybody: name the proxies in front of the server"),
                ),
                Some(net) => nets.push(net),
                None => self.wrong(
                    PROXIES,
                    format!("{item:?} is no address and no network such as 10.0.0.0/8"),
                ),
            }
        }
        (nets.len() == items.len()).then_some(nets)
    }

    /// Who is told of an alarm. The address may hold a token, so it is never shown.
    pub(super) fn alerts(&mut self) -> Option<AlertSettings> {
        let Some(text) = self.secret(WEBHOOK, "GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK_FILE") else {
            return Some(AlertSettings { webhook: None });
        };
        let fits = Url::parse(text.expose()).is_ok_and(|url| checks::is_secure(&url));
        if !fits {
            self.wrong(
                WEBHOOK,
                "must be an https URL (plain http is for loopback addresses only)",
            );
            return None;
        }
        Some(AlertSettings {
            webhook: Some(text),
        })
    }
}

/// A network, or the network of one address. An IPv4 address in IPv6 clothes is the IPv4 one.
fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpAddr>()
        .map(|ip| IpNet::from(ip.to_canonical()))
        .or_else(|_| text.parse::<IpNet>().map(|net| net.trunc()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_network_of_one() {
        for (text, net) in [
            ("10.0.0.1", "10.0.0.1/32"),
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("::ffff:10.0.0.1", "10.0.0.1/32"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("::1", "::1/128"),
        ] {
            assert_eq!(network(text), net.parse().ok(), "{text}");
        }
        for bad in ["", "proxy", "10.0.0.0/33", "10.0.0", "10.0.0.1:80"] {
            assert_eq!(network(bad), None, "{bad}");
        }
    }
}
