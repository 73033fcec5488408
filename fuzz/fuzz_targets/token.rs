//! Bodies of POST /token, alone or below a line that is the `Authorization` header: never a fault of
//! ours, and never a token, for no code was ever given.
#![no_main]

use std::cell::RefCell;

use axum::http::StatusCode;
use gojira_mcp_fuzz::World;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

fuzz_target!(|input: &[u8]| WORLD.with_borrow_mut(|world| {
    let input = world.filled(input);
    let line = input.iter().position(|byte| *byte == b'\n');
    let seen = if let Some(at) = line {
        match world.post_as("/token", &input[..at], input[at + 1..].to_vec()) {
            Some(seen) => seen,
            // No header can hold the line.
            None => return,
        }
    } else {
        world.post("/token", "application/x-www-form-urlencoded", input)
    };
    assert!(seen.status.is_client_error(), "{}", seen.status);
    let answer = seen.json();
    assert!(answer["error"].is_string());
    assert!(answer.get("access_token").is_none() && answer.get("refresh_token").is_none());
    assert_eq!(seen.headers["cache-control"], "no-store");
    // RFC 6749, section 5.2.
    let refused = seen.status == StatusCode::UNAUTHORIZED;
    assert!(!refused || answer["error"] == "invalid_client", "{answer}");
}));
