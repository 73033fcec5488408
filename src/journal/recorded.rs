//! The proof that a write stands in the journal, which is all that lets it be sent.

use crate::base::ids::{CloudId, OperationId};
use crate::catalog::model::Tool;

/// A write whose pending entry is durable. Only the journal makes one, and
/// `upstream::Upstream::write` takes nothing else.
#[derive(Debug)]
pub struct Recorded {
    operation_id: OperationId,
    tool: &'static Tool,
    tenant: Option<CloudId>,
}

impl Recorded {
    pub(super) const fn new(
        operation_id: OperationId,
        tool: &'static Tool,
        tenant: Option<CloudId>,
    ) -> Self {
        Self {
            operation_id,
            tool,
            tenant,
        }
    }

    /// A record that stands in no journal, for unit tests of what comes after it.
    #[cfg(test)]
    pub(crate) fn unwritten(tool: &'static Tool, tenant: Option<CloudId>) -> Self {
        Self::new(OperationId::new("op-under-test"), tool, tenant)
    }

    /// The id of the entry, which is the id of the operation in answers and audit.
    pub const fn operation_id(&self) -> &OperationId {
        &self.operation_id
    }

    /// The tool whose operation (or whose undoing) is recorded.
    pub const fn tool(&self) -> &'static Tool {
        self.tool
    }

    /// The site that was previewed; `None` for the organisation's own endpoints.
    pub const fn tenant(&self) -> Option<&CloudId> {
        self.tenant.as_ref()
    }
}
