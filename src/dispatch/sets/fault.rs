//! What stands in the way of using a change set, in the words for the caller.

use crate::base::fault::{Code, Fault};
use crate::change_sets::{SetError, SetState};

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
