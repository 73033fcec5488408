//! Floor 5: the pages that people see. No script, no third party, nothing inline.

mod api_token;
mod consent;
mod forward;
mod message;
mod page;

pub use api_token::{ApiTokenPage, Notice, TokenLine};
pub use consent::ConsentPage;
pub use forward::ForwardPage;
pub use message::MessagePage;
pub use page::{STYLE_PATH, page, style};
