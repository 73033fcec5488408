//! What a call gives when it succeeds, before it is bounded and written.

use serde_json::{Map, Value};

use crate::base::ids::PlanId;
use crate::catalog::arguments::Automatic;
use crate::upstream::pages::Content;

/// The outcome of a call.
#[derive(Debug, Clone)]
pub struct Done {
    /// The answer proper.
    pub content: Content,
    /// What stands beside the result: `operation_id`, `target` and so on.
    pub beside: Map<String, Value>,
    /// The bounds and projection to answer with, when a tool within this call was asked for them.
    pub automatic: Option<Automatic>,
    /// The plan that a person has to approve before what was asked for is done.
    pub waits_for: Option<PlanId>,
}

impl Done {
    /// An answer with nothing beside it.
    pub fn of(result: Value) -> Self {
        Self::from(Content::Whole(result))
    }

    /// Adds something beside the result.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.beside.insert(name.to_owned(), value.into());
        self
    }
}

impl From<Content> for Done {
    fn from(content: Content) -> Self {
        Self {
            content,
            beside: Map::new(),
            automatic: None,
            waits_for: None,
        }
    }
}
