//! What is known to be wrong, and why: each must occur, so that the list shrinks with every repair.

use super::judge::Sin;

/// Something that happens to a kind of write under kinds of faults.
pub(crate) struct Excuse {
    pub(crate) write: &'static str,
    pub(crate) sin: Sin,
    /// The kinds of faults.
    pub(crate) under: &'static [&'static str],
    /// Why it cannot be otherwise yet.
    pub(crate) why: &'static str,
}

const NO_ID: &str =
    "the read of what was there before failed as well, so that what is new cannot be told";
const BY_NAME: &str = "filters are listed by name only, and what was made may have another by now";

const HALF_WAY: &str = "one of its requests was on its way when the process died, and nothing is taken \
                        back before the owner asks for it";
const LATER: &str =
    "what Atlassian begins may show later than any answer, so as before proves nothing";

/// Over a broken line.
pub(crate) const ON_THE_LINE: &[Excuse] = &[
    Excuse {
        write: "create",
        sin: Sin::Unsettled,
        under: &[
            "line: 500",
            "line: 503",
            "line: 504 after it was done",
            "line: dropped after the request",
            "line: dropped before the request",
            "line: dropped in the request",
            "line: half an answer",
        ],
        why: NO_ID,
    },
    Excuse {
        write: "create",
        sin: Sin::Unsettled,
        under: &["line: 502"],
        why: BY_NAME,
    },
    Excuse {
        write: "listed create",
        sin: Sin::Unsettled,
        under: &[
            "line: 500",
            "line: 503",
            "line: 504 after it was done",
            "line: dropped after the request",
            "line: dropped before the request",
            "line: dropped in the request",
            "line: half an answer",
        ],
        why: NO_ID,
    },
    Excuse {
        write: "task",
        sin: Sin::Unsettled,
        under: &[
            "line: 500",
            "line: 503",
            "line: dropped before the request",
            "line: dropped in the request",
        ],
        why: LATER,
    },
];

/// Over a failing store.
pub(crate) const ON_THE_DISK: &[Excuse] = &[
    Excuse {
        write: "create",
        sin: Sin::Unsettled,
        under: &["store: done, and says it failed"],
        why: BY_NAME,
    },
    Excuse {
        write: "task",
        sin: Sin::Unsettled,
        under: &["store: done, and says it failed"],
        why: LATER,
    },
];

/// When the process is killed.
pub(crate) const ON_A_KILL: &[Excuse] = &[
    Excuse {
        write: "create",
        sin: Sin::Unsettled,
        under: &[
            "killed after a step of the store",
            "killed before a step of the store",
            "killed before the request left",
        ],
        why: BY_NAME,
    },
    Excuse {
        write: "delete in two",
        sin: Sin::Unsettled,
        under: &[
            "killed after a step of the store",
            "killed before a step of the store",
            "killed before the answer",
            "killed before the request left",
            "killed while the request is on its way",
            "killed within the answer",
        ],
        why: HALF_WAY,
    },
];

/// When no answer comes.
pub(crate) const ON_SILENCE: &[Excuse] = &[];
