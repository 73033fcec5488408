//! Bodies of POST /token: never a fault of ours, and never a token, for no code was ever given.
#![no_main]

use std::cell::RefCell;

use gojira_mcp_fuzz::World;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

fuzz_target!(|input: &[u8]| WORLD.with_borrow_mut(|world| {
    let body = world.filled(input);
    let seen = world.post("/token", "application/x-www-form-urlencoded", body);
    assert!(seen.status.is_client_error(), "{}", seen.status);
    assert!(seen.json()["error"].is_string());
    assert_eq!(seen.headers["cache-control"], "no-store");
}));
