//! Calls by name: arguments in, the site's answer out, nothing decoded on the way.

mod answer;
mod arguments;
mod error;
mod generated;

pub use answer::Answer;
pub use arguments::Arguments;
pub use error::CallError;

use crate::session::Session;

/// Calls the operation `api:id`, such as `jira-platform:getProject`.
///
/// # Errors
/// When the operation is not in this build, an argument does not fit or no answer came. An answer of
/// any status, 303 and 500 among them, is none.
pub async fn call(
    session: &Session,
    operation: &str,
    arguments: &Arguments,
) -> Result<Answer, CallError> {
    match generated::dispatch(session, operation, arguments) {
        Some(calling) => calling.await,
        None => Err(CallError::UnknownOperation(operation.to_owned())),
    }
}

/// The operations in this build, as `api:id`, sorted.
pub fn operations() -> &'static [&'static str] {
    generated::OPERATIONS
}
