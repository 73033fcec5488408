//! One test for each identity trap of `docs/SECURITY.md`, named after it: what went wrong in other
//! servers of this kind, tried here against the whole of this one.

mod door;
mod inside;

use atlassian_sandbox::{Effect, Fault};
use serde_json::Value;

fn status_fault(path: &str, times: u32, status: u16, body: Value) -> Fault {
    Fault {
        method: None,
        path: path.to_owned(),
        times,
        effect: Effect::Status {
            status,
            headers: Vec::new(),
            body,
        },
    }
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|part| part == secret.as_bytes())
}
