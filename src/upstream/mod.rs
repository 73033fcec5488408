//! Floor 3: how a call reaches Atlassian. The only module that names the SDK.

mod message;

pub use message::{Answer, Outcome, Request};
