//! What a caller is told when a call is refused or fails.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kinds of failure a caller can tell apart (CONTRACTS.md, "Answers and errors").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// No credential for this call.
    AuthRequired,
    /// The credential no longer works.
    AuthExpired,
    /// The caller may not.
    InsufficientPermissions,
    /// There is no such thing.
    NotFound,
    /// The input is wrong.
    ValidationError,
    /// It clashes with the present state.
    Conflict,
    /// The target changed since it was previewed.
    StalePlan,
    /// The write needs a previewed plan or an approval.
    ConsentRequired,
    /// Atlassian has no such operation.
    Unavailable,
    /// Too many calls.
    RateLimited,
    /// Atlassian did not answer.
    UpstreamUnavailable,
    /// Atlassian answered what the documents do not know.
    UpstreamUnexpected,
    /// A fault of this server.
    UnexpectedError,
}

impl Code {
    /// The code as it stands in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthRequired => "AUTH_REQUIRED",
            Self::AuthExpired => "AUTH_EXPIRED",
            Self::InsufficientPermissions => "INSUFFICIENT_PERMISSIONS",
            Self::NotFound => "NOT_FOUND",
            Self::ValidationError => "VALIDATION_ERROR",
            Self::Conflict => "CONFLICT",
            Self::StalePlan => "STALE_PLAN",
            Self::ConsentRequired => "CONSENT_REQUIRED",
            Self::Unavailable => "UNAVAILABLE",
            Self::RateLimited => "RATE_LIMITED",
            Self::UpstreamUnavailable => "UPSTREAM_UNAVAILABLE",
            Self::UpstreamUnexpected => "UPSTREAM_UNEXPECTED",
            Self::UnexpectedError => "UNEXPECTED_ERROR",
        }
    }
}

/// A refusal or failure, in the words for the caller. The words for the log are a different thing
/// and are logged where the fault is made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Fault {
    /// The kind.
    pub code: Code,
    /// One sentence for the caller.
    pub message: String,
    /// What is known beyond the sentence, bounded and redacted.
    pub details: Option<Value>,
    /// When a repeat may succeed, in milliseconds from now.
    pub retry_after_ms: Option<u64>,
    /// What the caller can do about it, with the link where there is one.
    pub mend: Option<String>,
}

impl Fault {
    /// A fault with a sentence and nothing else.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            details: None,
            retry_after_ms: None,
            mend: None,
        }
    }

    /// Adds what is known beyond the sentence.
    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// Adds what the caller can do.
    #[must_use]
    pub fn with_mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// Adds when a repeat may succeed.
    #[must_use]
    pub const fn retry_after(mut self, millis: u64) -> Self {
        self.retry_after_ms = Some(millis);
        self
    }
}
