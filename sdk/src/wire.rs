//! What generated methods put on the wire where progenitor's own way would be wrong.

mod body;
mod query;
mod segment;

pub use body::RawBody;
pub(crate) use body::RequestBody;
pub(crate) use query::Query;
pub(crate) use segment::{refusal, segment};
