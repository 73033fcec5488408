//! Floor 2: no change that nobody saw. A write is previewed as a plan, and a commit names it.

mod gate;
mod plan;
#[cfg(test)]
mod tests;

pub use gate::{Asked, Consent, ConsentError, Consented, Decision, Unmet};
pub use plan::{PLAN_TTL, Plan, Preview};
