//! The proof that a write stands in the journal, which is all that lets it be sent.

use super::entry::{Entry, Sent, TaskRef};
use super::stage::Stage;
use crate::base::ids::{CloudId, OperationId};
use crate::catalog::model::Tool;

/// A write whose pending entry is durable. Only the journal makes one, and
/// `upstream::Upstream::write` takes nothing else.
#[derive(Debug)]
pub struct Recorded {
    tool: &'static Tool,
    entry: Entry,
}

impl Recorded {
    pub(super) const fn new(tool: &'static Tool, entry: Entry) -> Self {
        Self { tool, entry }
    }

    /// A record that stands in no journal, for unit tests of what comes after it.
    #[cfg(test)]
    pub(crate) fn unwritten(tool: &'static Tool, tenant: Option<CloudId>) -> Self {
        let mut entry = super::tests::entry("op-under-test");
        tool.name.clone_into(&mut entry.tool);
        entry.tenant = tenant;
        Self::new(tool, entry)
    }

    /// The id of the entry, which is the id of the operation in answers and audit.
    pub const fn operation_id(&self) -> &OperationId {
        &self.entry.id
    }

    /// The tool whose operation (or whose undoing) is recorded.
    pub const fn tool(&self) -> &'static Tool {
        self.tool
    }

    /// The site that was previewed; `None` for the organisation's own endpoints.
    pub const fn tenant(&self) -> Option<&CloudId> {
        self.entry.tenant.as_ref()
    }

    /// Notes how far the request at `at` of several is; the journal has it with the next
    /// [`Journal::advance`](super::Journal::advance), or when the entry is closed.
    pub fn note(&mut self, at: usize, stage: Stage) {
        if let Some(noted) = self.entry.stages.get_mut(at) {
            *noted = stage;
        }
    }

    pub(super) fn runs_on(&mut self, status: u16, task: TaskRef) {
        self.entry.status = Some(status);
        self.entry.task = Some(task);
    }

    /// Puts the request at `at` of several as it is really sent, where it was made only after an
    /// earlier one had answered; the journal has it with the next
    /// [`Journal::advance`](super::Journal::advance).
    pub fn due(&mut self, at: usize, request: Sent) {
        if let Some(planned) = self.entry.requests.get_mut(at) {
            *planned = request;
        }
    }

    /// The entry as it was recorded.
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }
}
