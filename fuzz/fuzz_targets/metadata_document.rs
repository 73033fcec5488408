//! Client id metadata documents: a client goes on to consent only when its document names its own
//! address and the redirect asked for.
#![no_main]

use std::cell::RefCell;

use gojira_mcp_fuzz::{REDIRECT, World};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

/// The address that is asked about.
const CLIENT: &str = "https://app.example.com/client.json";

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

fuzz_target!(|input: &[u8]| WORLD.with_borrow_mut(|world| {
    world.publish(input);
    let query = Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", CLIENT)
        .append_pair("redirect_uri", REDIRECT)
        .append_pair("code_challenge", &"c".repeat(43))
        .append_pair("code_challenge_method", "S256")
        .append_pair("state", "s")
        .finish();
    let seen = world.get(format!("/authorize?{query}").as_bytes()).unwrap();
    if seen.headers.get("location").is_none() {
        assert!(seen.status.is_client_error(), "{}", seen.status);
        return;
    }
    let document: Value = serde_json::from_slice(input).unwrap();
    assert_eq!(document["client_id"], CLIENT);
    let named = document["redirect_uris"].as_array().unwrap();
    let same = |uri: &Value| {
        let uri = Url::parse(uri.as_str().unwrap()).unwrap();
        // A loopback redirect may differ in its port and in nothing else.
        let mut asked = Url::parse(REDIRECT).unwrap();
        asked.set_port(uri.port()).unwrap();
        uri == asked
    };
    assert!(named.iter().any(same), "{document}");
}));
