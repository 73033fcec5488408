//! Queries of GET /authorize: nobody is sent anywhere but to our own pages or back to the client
//! that was registered.
#![no_main]

use std::cell::RefCell;

use gojira_mcp_fuzz::World;
use libfuzzer_sys::fuzz_target;
use url::Url;

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

fuzz_target!(|input: &[u8]| WORLD.with_borrow_mut(|world| {
    let query = world.filled(input);
    let Some(seen) = world.get(&[b"/authorize?", query.as_slice()].concat()) else {
        return;
    };
    if let Some(target) = seen.headers.get("location") {
        let target = target.to_str().unwrap();
        // As a browser reads it, which takes `//` and `/\\` for the beginning of another host.
        let base = Url::parse(gojira_mcp_fuzz::ORIGIN).unwrap();
        let url = base.join(target).unwrap();
        assert!(
            url.username().is_empty() && url.password().is_none(),
            "{target}"
        );
        let ours = url.origin() == base.origin();
        let client = url.scheme() == "http"
            && url.host_str() == Some("127.0.0.1")
            && url.path() == "/callback"
            && url.fragment().is_none();
        assert!(ours || client, "{target}");
        if client {
            // RFC 9207: one issuer, and an error, as nobody has agreed to anything.
            let count = |wanted: &str| {
                let pairs = url.query_pairs();
                pairs.filter(|(name, _)| name == wanted).count()
            };
            let counts = [count("iss"), count("error"), count("code")];
            assert_eq!(counts, [1, 1, 0], "{target}");
        }
    } else {
        assert!(!seen.status.is_success(), "{}", seen.status);
    }
}));
