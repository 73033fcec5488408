//! What stands in the way of using a change set, in the words for the caller.

use serde_json::{Map, Value};

use crate::base::fault::{Code, Fault};
use crate::change_sets::{ReferenceError, SetError, SetState};
use crate::consent::{RunError, StepUnmet};

/// The fault of a set that cannot be used.
pub fn refused(error: &SetError) -> Fault {
    match error {
        SetError::NoSuchSet(_) => Fault::new(Code::NotFound, error.to_string())
            .with_mend("change_set_get lists your change sets; change_set_start makes one."),
        SetError::NotOpen {
            state: SetState::Running,
            ..
        } => Fault::new(Code::Conflict, error.to_string())
            .with_mend("Go on with change_set_apply, or look with change_set_get."),
        SetError::NotOpen { .. } => Fault::new(Code::ValidationError, error.to_string())
            .with_mend("Start another with change_set_start."),
        SetError::OtherSite(_) => Fault::new(Code::ValidationError, error.to_string())
            .with_mend("Start another with change_set_start; a set is for one site."),
        SetError::Contended(_) => {
            Fault::new(Code::Conflict, error.to_string()).with_mend("Try again in a moment.")
        }
        SetError::Store(_) | SetError::Random(_) => {
            tracing::error!(%error, "change sets");
            Fault::new(
                Code::UnexpectedError,
                "nothing was changed: the change set could not be kept or looked up",
            )
        }
    }
}

/// The fault of a run that could not begin.
pub(super) fn not_begun(error: &RunError) -> Fault {
    match error {
        RunError::Set(error) => refused(error),
        RunError::Steps(_) | RunError::Random(_) => {
            tracing::error!(%error, "a change set");
            Fault::new(
                Code::UnexpectedError,
                "nothing was changed: the steps of the plan could not be kept or read",
            )
        }
    }
}

/// The fault of a reference that cannot be used.
pub(super) fn unresolved(error: &ReferenceError) -> Fault {
    Fault::new(Code::ValidationError, error.to_string())
        .with_mend("References are ${step.id} and ${step/pointer}, to earlier steps only.")
}

/// The fault of a step that was not let through.
pub(super) fn unmet(error: &StepUnmet) -> Fault {
    let nothing = |code| Fault::new(code, format!("nothing was changed: {error}"));
    match error {
        StepUnmet::Stale => nothing(Code::StalePlan),
        StepUnmet::MovedOn => nothing(Code::Conflict),
        StepUnmet::Reference(error) => unresolved(error),
        StepUnmet::Set(error) => refused(error),
        StepUnmet::Other | StepUnmet::NotHeld(_) => {
            tracing::error!(%error, "a step of a change set");
            nothing(Code::UnexpectedError)
        }
    }
}

/// The fault with the step that it is about.
pub(super) fn of_step(name: &str, mut fault: Fault) -> Fault {
    fault.message = format!("step {name}: {}", fault.message);
    let mut details = match fault.details.take() {
        Some(Value::Object(details)) => details,
        Some(other) => Map::from_iter([("upstream".to_owned(), other)]),
        None => Map::new(),
    };
    details.insert("step".to_owned(), name.into());
    fault.details = Some(Value::Object(details));
    fault
}

/// The fault of a plan that is not there, or is none of a set.
pub(super) fn no_plan() -> Fault {
    Fault::new(
        Code::ConsentRequired,
        "that plan of a change set is not there: never made by you, or older than 15 minutes",
    )
    .with_mend("Make a new one with change_set_plan or change_set_revert.")
}
