//! Floor 2: changes that belong together, and how later ones refer to what earlier ones made.

mod book;
mod record;
mod reference;
mod spoken;

pub use book::{ChangeSets, SetError};
pub use record::{ChangeSet, PlannedStep, Run, RunStep, SetState, StepsError, planned};
pub use reference::{Made, ReferenceError, Referred, is_step_name, references, resolve};
pub use spoken::spoken;
