//! Input schemas: from the documents' OpenAPI to JSON Schema, whole for checking and flat for listing.

mod argument;
mod convert;
mod listed;
mod property;
mod reach;

pub use argument::{Argument, full};
pub use convert::{Converter, Side, self_contained};
pub use listed::{Listed, MAX_LISTED_BYTES, listed};
pub use property::{Property, member, properties};
pub use reach::{Reach, keys_at, reach};
