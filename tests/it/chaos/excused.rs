//! What is known to be wrong: each must occur, so that the list shrinks with every repair.

use super::table::Excuse;

/// Over a broken line.
pub(crate) const ON_THE_LINE: &[Excuse] = &[];
/// Over a failing store.
pub(crate) const ON_THE_DISK: &[Excuse] = &[];
