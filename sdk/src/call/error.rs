//! Why a call has no answer.

use crate::exchange::Failure;
use crate::seam::SeamError;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// This build has no such operation.
    #[error("no operation {0}")]
    UnknownOperation(String),
    /// An argument is missing, unknown or of the wrong type.
    #[error("argument {name}: {reason}")]
    Argument {
        /// Its published name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A path parameter would lead to another endpoint.
    #[error("path parameter {name} {reason}")]
    Path {
        /// Its published name.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The request could not be built.
    #[error("the request could not be built: {0}")]
    Request(String),
    /// The seam did not let the request through.
    #[error("the request was not let through")]
    Seam(#[source] SeamError),
    /// No answer came, or it broke off.
    #[error("no answer from the site")]
    Transport(#[source] reqwest::Error),
    /// The answer is larger than the session allows.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The session's bound, in bytes.
        limit: usize,
    },
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Seam(SeamError::Transport(error)) | Failure::Broken(error) => {
                Self::Transport(error)
            }
            Failure::Seam(error) => Self::Seam(error),
            Failure::TooLarge { limit } => Self::TooLarge { limit },
        }
    }
}
