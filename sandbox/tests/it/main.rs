//! The sandbox over HTTP, as its clients meet it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod assets;
mod automation;
mod confluence;
mod faults;
mod jira;
mod jsm;
mod organisation;
mod refusals;
mod rig;
mod sharing;
mod sign_in;
mod sites;
mod workflow_schemes;
mod workflows;
