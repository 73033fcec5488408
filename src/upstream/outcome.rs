//! How a request ended, for the caller: its fault, and what became of a write.

use std::time::Duration;

use super::attempts::{Attempt, Ended, is_open};
use super::message::Outcome;
use super::refusal;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::Operation;
use crate::grants::Access;

/// The fault of an attempt that is no success.
pub(super) fn fault(
    last: Attempt,
    retry_after: Option<Duration>,
    operation: &Operation,
    access: &Access,
) -> Fault {
    match last {
        Attempt::Answered(answer) => refusal::fault(&answer, operation, access.kind(), retry_after),
        Attempt::Unsent => Fault::new(Code::UpstreamUnavailable, "Atlassian cannot be reached"),
        Attempt::Lost => Fault::new(
            Code::UpstreamUnavailable,
            "Atlassian did not answer in time",
        ),
        Attempt::Oversize(limit) => Fault::new(
            Code::UpstreamUnexpected,
            format!("Atlassian's answer is larger than {limit} bytes"),
        )
        .with_mend("Ask for less: a smaller limit, or a narrower filter."),
        Attempt::Refused(fault) => fault,
    }
}

/// What became of a write. It is unknown as soon as any attempt may have been carried out.
pub(super) fn outcome(ended: Ended, operation: &Operation, access: &Access) -> Outcome {
    let Ended {
        last,
        lost_before,
        retry_after,
    } = ended;
    let unseen = matches!(last, Attempt::Oversize(_))
        || matches!(&last, Attempt::Answered(answer) if (200..300).contains(&answer.status));
    match last {
        Attempt::Answered(answer) if refusal::is_success(&answer) => Outcome::Applied(answer),
        // The first DELETE was carried out, and its answer was lost.
        Attempt::Answered(answer)
            if lost_before
                && operation.method == "DELETE"
                && matches!(answer.status, 404 | 410) =>
        {
            Outcome::Applied(answer)
        }
        last => {
            let open = lost_before || unseen || is_open(&last);
            let fault = fault(last, retry_after, operation, access);
            if open {
                Outcome::Unknown(fault)
            } else {
                Outcome::Failed(fault)
            }
        }
    }
}
