//! What the looks of one preview may cost together, whether it is of one change or of many.

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use crate::base::deadline::Deadline;

/// What a preview waits for it at most.
pub(super) const TIME: Duration = Duration::from_secs(8);

/// Of that, what the ways to the projects may take; the rest is for their names and the counts.
pub(super) const WAY: Duration = Duration::from_secs(6);

/// Most requests on the ways to the projects, and most after them: 80 in all.
const ON_THE_WAY: u32 = 72;
const AFTER_IT: u32 = 8;

/// The bounds of one preview: everything that looks within them draws on the same.
#[derive(Debug)]
pub(in crate::dispatch) struct Bounds {
    /// When the last look ends.
    pub(super) deadline: Deadline,
    /// When the last look on a way ends.
    pub(super) way: Deadline,
    /// Requests that are left on the ways.
    pub(super) on_the_way: AtomicU32,
    /// Requests that are left after them.
    pub(super) after_it: AtomicU32,
}

impl Bounds {
    /// The bounds of a preview that begins now and must have answered by then.
    pub(in crate::dispatch) fn within(deadline: Deadline) -> Self {
        Self {
            deadline: deadline.at_most(TIME),
            way: deadline.at_most(WAY),
            on_the_way: AtomicU32::new(ON_THE_WAY),
            after_it: AtomicU32::new(AFTER_IT),
        }
    }
}
