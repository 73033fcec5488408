//! What walks have come across, to see that they try enough.

use std::collections::BTreeMap;

/// What walks have come across.
#[derive(Debug, Default)]
pub(super) struct Figures(BTreeMap<String, u32>);

impl Figures {
    pub(super) fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            *self.0.entry(what.clone()).or_default() += count;
        }
    }

    /// Whether every way was gone for a write to go.
    pub(super) fn covers_all(&self) -> bool {
        let ways = [
            "steps",
            "applied",
            "failed",
            "unknown",
            "reverted",
            "redone",
            "crashed",
            "settled by looking",
            "sets",
            "sets crashed",
            "sets undone",
            "told STALE_PLAN",
            "told CONSENT_REQUIRED",
            "told CONFLICT",
        ];
        ways.iter().all(|way| self.0.contains_key(*way))
    }
}
