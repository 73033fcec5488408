//! Bodies of POST /register: what is registered is sent back to https or to this machine only, and
//! a public client gets no secret.
#![no_main]

use std::cell::RefCell;

use axum::http::StatusCode;
use gojira_mcp_fuzz::{World, may_be_redirect};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

fuzz_target!(|input: &[u8]| WORLD.with_borrow_mut(|world| {
    let seen = world.post("/register", "application/json", input.to_vec());
    let answer = seen.json();
    if seen.status != StatusCode::CREATED {
        assert!(seen.status.is_client_error(), "{}", seen.status);
        assert!(answer["error"].is_string());
        return;
    }
    // RFC 7591, section 3.2.1: what is registered is what was asked for.
    let asked: Value = serde_json::from_slice(input).unwrap();
    assert_eq!(answer["redirect_uris"], asked["redirect_uris"]);
    let uris = answer["redirect_uris"].as_array().unwrap();
    assert!(!uris.is_empty());
    for uri in uris {
        assert!(may_be_redirect(uri.as_str().unwrap()), "{uri}");
    }
    let public = answer["token_endpoint_auth_method"] == "none";
    assert_eq!(answer.get("client_secret").is_none(), public);
}));
