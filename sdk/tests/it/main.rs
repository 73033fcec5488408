//! The SDK against a site on the loopback interface: what goes over the wire, and what comes back.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy does not take the helpers of tests for tests"
)]

mod answers;
mod requests;
mod seams;
mod site;
