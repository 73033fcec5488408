//! Rules of signing in that must hold for every input, tried on many.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use proptest::sample::select;
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

use super::super::*;
use super::world::*;
use crate::auth::document;
use crate::base::ids::ClientId;
use crate::base::net::is_public;
use crate::base::random::SystemRandom;

/// The parts of an address, each easily taken for another: scheme, user, host, port, path, rest.
type Parts = [String; 6];

fn parts() -> impl Strategy<Value = Parts> {
    let scheme = select(vec!["https", "http", "http", "HTTPS", "ftp", "javascript"]);
    let user = select(vec!["", "", "", "user@", "localhost:1@"]);
    let host = select(vec![
        "app.example.com",
        "APP.example.com",
        "evil.example.com",
        "127.0.0.1",
        "127.0.0.2",
        "0x7f.1",
        "10.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "x.localhost",
        "localhost.",
        "localhost.example.com",
    ]);
    let port = prop_oneof![
        Just(String::new()),
        any::<u16>().prop_map(|port| format!(":{port}")),
        Just(":".to_owned()),
    ];
    let path = select(vec![
        "",
        "/",
        "/cb",
        "/cb/",
        "/CB",
        "/a/../cb",
        "/./cb",
        "/%2e%2e/cb",
        "/c%62",
        "//cb",
    ]);
    let rest = select(vec!["", "", "", "?x=1", "?x=2", "#", "#f", "?x=1#f"]);
    (scheme, user, host, port, path, rest).prop_map(|(scheme, user, host, port, path, rest)| {
        [scheme, user, host, &port, path, rest].map(str::to_owned)
    })
}

fn written([scheme, user, host, port, path, rest]: &Parts) -> String {
    format!("{scheme}://{user}{host}{port}{path}{rest}")
}

fn address() -> impl Strategy<Value = String> {
    parts().prop_map(|parts| written(&parts))
}

/// Two addresses that differ in one part or in a few.
fn two_alike() -> impl Strategy<Value = (String, String)> {
    let differing = prop::collection::vec(0..6_usize, 0..3);
    (parts(), parts(), differing).prop_map(|(one, other, differing)| {
        let mut second = one.clone();
        for at in differing {
            second[at].clone_from(&other[at]);
        }
        (written(&one), written(&second))
    })
}

/// What an address is besides its port, as a URL parser sees it.
fn but_for_port(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_port(None).unwrap();
    url
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_redirect_matches_itself_or_another_port_of_its_own_machine(
        (asked, registered) in two_alike()
    ) {
        let (Ok(a), Ok(r)) = (RedirectUri::parse(&asked), RedirectUri::parse(&registered)) else {
            return Ok(());
        };
        prop_assert!(a.matches(&a) && r.matches(&r));
        prop_assert_eq!(a.matches(&r), r.matches(&a));
        if a.matches(&r) && asked != registered {
            let (a_url, r_url) = (Url::parse(&asked).unwrap(), Url::parse(&registered).unwrap());
            prop_assert!(a.is_loopback() && r.is_loopback());
            prop_assert_eq!(a_url.scheme(), "http");
            prop_assert_eq!(but_for_port(&a_url), but_for_port(&r_url));
        }
    }

    #[test]
    fn the_port_of_a_loopback_redirect_never_matters(
        host in select(vec!["127.0.0.1", "localhost", "[::1]"]), one: u16, other: u16
    ) {
        let at = |port| RedirectUri::parse(&format!("http://{host}:{port}/cb")).unwrap();
        prop_assert!(at(one).matches(&at(other)));
        let web = |port| RedirectUri::parse(&format!("https://app.example.com:{port}/cb")).unwrap();
        prop_assert_eq!(web(one).matches(&web(other)), one == other);
    }

    #[test]
    fn a_redirect_is_kept_as_it_was_written(text in prop_oneof![address(), "\\PC{0,60}"]) {
        let Ok(uri) = RedirectUri::parse(&text) else {
            return Ok(());
        };
        prop_assert_eq!(uri.as_str(), text.as_str());
        let json = serde_json::to_string(&uri).unwrap();
        prop_assert_eq!(serde_json::from_str::<RedirectUri>(&json).unwrap(), uri.clone());
        let url = Url::parse(&text).unwrap();
        prop_assert!(url.scheme() == "https" || uri.is_loopback());
        prop_assert!(url.fragment().is_none() && url.username().is_empty());
        // What a client is sent goes to the same place.
        let sent = uri.with_params([("code", "a&b=c#d")]);
        prop_assert_eq!(sent.origin(), url.origin());
        prop_assert_eq!(sent.path(), url.path());
        prop_assert!(sent.fragment().is_none());
    }

    #[test]
    fn only_the_right_verifier_meets_a_challenge(
        verifier in "[A-Za-z0-9._~-]{43,128}", other in "[A-Za-z0-9._~-]{43,128}"
    ) {
        let text = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let challenge = CodeChallenge::parse(Some(&text), Some("S256")).unwrap();
        prop_assert!(challenge.is_met_by(&verifier));
        prop_assert_eq!(challenge.is_met_by(&other), other == verifier);
        let mut longer = verifier.clone();
        longer.push('a');
        prop_assert!(!challenge.is_met_by(&longer));
        prop_assert!(!challenge.is_met_by(&verifier[1..]));
    }

    #[test]
    fn a_challenge_of_another_shape_or_method_is_refused(
        text in "\\PC{0,60}", method in prop_oneof![Just("plain".to_owned()), "\\PC{0,6}"]
    ) {
        let fits = text.len() == 43
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        let taken = CodeChallenge::parse(Some(&text), Some(&method)).is_ok();
        prop_assert_eq!(taken, fits && method == "S256");
        // A verifier of a wrong shape meets nothing, not even its own digest.
        let own = URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()));
        let challenge = CodeChallenge::parse(Some(&own), Some("S256")).unwrap();
        let shaped = (43..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
        prop_assert_eq!(challenge.is_met_by(&text), shaped);
    }

    #[test]
    fn a_document_has_a_plain_public_name(text in prop_oneof![address(), "https://\\PC{0,40}"]) {
        let Ok(Some(url)) = document::address(&ClientId::new(&text)) else {
            return Ok(());
        };
        prop_assert_eq!(url.as_str(), text.as_str());
        prop_assert_eq!(url.scheme(), "https");
        prop_assert!(url.username().is_empty() && url.password().is_none());
        prop_assert!(!text.contains('#') && !text.contains('@'));
        let Some(Host::Domain(name)) = url.host() else {
            return Err(TestCaseError::fail("no name"));
        };
        prop_assert!(name != "localhost" && !name.ends_with(".localhost"));
        prop_assert!(!name.ends_with('.'));
        prop_assert!(url.path().len() > 1);
        let dots = url.path().split('/').any(|part| {
            let part = part.to_ascii_lowercase().replace("%2e", ".");
            part == "." || part == ".."
        });
        prop_assert!(!dots, "{}", text);
    }

    #[test]
    fn no_address_within_a_special_network_is_public(net in select(SPECIAL.to_vec()), bits: u128) {
        let net: ipnet::IpNet = net.parse().unwrap();
        let inside = match net {
            ipnet::IpNet::V4(net) => {
                let host = u32::try_from(bits & u128::from(u32::MAX)).unwrap_or(0);
                let ip = u32::from(net.network()) | (host & u32::from(net.hostmask()));
                std::net::IpAddr::from(ip.to_be_bytes())
            }
            ipnet::IpNet::V6(net) => {
                let ip = u128::from(net.network()) | (bits & u128::from(net.hostmask()));
                std::net::IpAddr::from(ip.to_be_bytes())
            }
        };
        prop_assert!(net.contains(&inside));
        prop_assert!(!is_public(inside), "{}", inside);
    }
}

/// Networks of the special-purpose registries (RFC 6890 and its updates) that lead inside, to this
/// machine, to many, or nowhere.
const SPECIAL: &[&str] = &[
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

proptest! {
    // Each case has a store of its own.
    #![proptest_config(cases(12))]

    #[test]
    fn a_state_serves_its_own_browser_and_once(tries in prop::collection::vec(0..3_usize, 1..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = world();
            let browsers: Vec<Browser> = (0..3)
                .map(|_| Browser::random(&SystemRandom).unwrap())
                .collect();
            let opened = world.server.open_state(Purpose::Session(OwnPage::Overview), &browsers[0]).await;
            let state = opened.unwrap();
            let mut spent = false;
            for who in tries {
                let got = world.server.close_state(&state, &browsers[who]).await.unwrap();
                let due = who == 0 && !spent;
                prop_assert_eq!(got.is_some(), due);
                spent |= due;
            }
            Ok(())
        })?;
    }
}
