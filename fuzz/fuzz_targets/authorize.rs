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
        if target.starts_with('/') && !target.starts_with("//") {
            return;
        }
        let url = Url::parse(target).unwrap();
        let ours = url.origin().ascii_serialization() == gojira_mcp_fuzz::ORIGIN;
        let client = url.scheme() == "http"
            && url.host_str() == Some("127.0.0.1")
            && url.path() == "/callback";
        assert!(ours || client, "{target}");
        if client {
            assert!(url.query_pairs().any(|(name, _)| name == "iss"), "{target}");
        }
    } else {
        assert!(!seen.status.is_success(), "{}", seen.status);
    }
}));
