//! Floor 2: no change that nobody saw. A write is previewed as a plan, and a commit names it.

mod gate;
mod hold;
mod plan;
mod shown;
#[cfg(test)]
mod tests;

pub use gate::{Asked, Consent, ConsentError, Consented, Decision, Unmet};
pub use hold::{HOLD_TTL, Hold};
pub use plan::{PLAN_TTL, Plan, Preview};
pub use shown::Shown;
