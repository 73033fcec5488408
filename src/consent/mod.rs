//! Floor 2: no change that nobody saw. A write is previewed as a plan, and a commit names it.

mod gate;
mod hold;
mod plan;
mod sets;
mod shelf;
mod shown;
mod stored;
#[cfg(test)]
mod tests;

pub use gate::{Asked, Consent, ConsentError, Consented, Decision, Unmet};
pub use hold::{HOLD_TTL, Hold, Locked};
pub use plan::{PLAN_TTL, Plan, Preview, Verdict};
pub use sets::{APPLY, Begun, Due, Left, RunError, StepUnmet, UNDO};
pub use shelf::Plans;
pub use shown::{Shown, ShownStep};
pub use stored::{Spent, Stored};
