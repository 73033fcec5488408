//! Floor 3: how a call reaches Atlassian. The only module that names the SDK.

mod address;
mod attempts;
mod call;
mod client;
mod headers;
mod message;
mod outcome;
pub mod pages;
mod refusal;
mod seam;
mod words;
mod workspace;

pub use address::Bases;
pub use attempts::Manners;
pub use client::{Parts, Renew, Upstream};
pub use message::{Answer, Outcome, Request};
