//! Faults on order: the next requests that match fail as a network or an overloaded product does.

use std::time::Duration;

use serde_json::Value;

use super::exchange::Answer;

/// What happens to a matching request.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Answer with a status, headers and a JSON body; the tenant sees nothing of the request.
    Status {
        /// HTTP status code.
        status: u16,
        /// Headers such as `Retry-After`.
        headers: Vec<(&'static str, String)>,
        /// JSON body; `Null` sends none.
        body: Value,
    },
    /// Cut the connection before the tenant sees the request.
    Drop,
    /// Let the tenant do what is asked, then cut the connection instead of answering.
    DropAfter,
    /// Answer as usual after a while.
    Delay(Duration),
}

impl Effect {
    /// A bare status without headers or body.
    pub fn status(status: u16) -> Self {
        Self::Status {
            status,
            headers: Vec::new(),
            body: Value::Null,
        }
    }

    /// 429 with `Retry-After` in seconds.
    pub fn too_many(retry_after_secs: u64) -> Self {
        let headers = vec![("retry-after", retry_after_secs.to_string())];
        Self::Status {
            status: 429,
            headers,
            body: Value::Null,
        }
    }

    pub(crate) fn answer(&self) -> Option<Answer> {
        let Self::Status {
            status,
            headers,
            body,
        } = self
        else {
            return None;
        };
        let mut answer = if body.is_null() {
            Answer::empty(*status)
        } else {
            Answer::json(*status, body.clone())
        };
        answer.headers.clone_from(headers);
        Some(answer)
    }
}

/// An order for a fault.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Method to match; any when absent.
    pub method: Option<String>,
    /// What the path must contain, host prefix included (`/api/ex/jira/...`).
    pub path: String,
    /// How many matching requests it strikes.
    pub times: u32,
    /// What it does to them.
    pub effect: Effect,
}

/// The orders not yet used up.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn order(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The effect of the first order that matches, which is used up by one.
    pub(crate) fn strike(&mut self, method: &str, path: &str) -> Option<Effect> {
        let at = self.0.iter().position(|f| {
            f.times > 0
                && f.method
                    .as_deref()
                    .is_none_or(|m| m.eq_ignore_ascii_case(method))
                && path.contains(&f.path)
        })?;
        self.0[at].times -= 1;
        let effect = self.0[at].effect.clone();
        self.0.retain(|f| f.times > 0);
        Some(effect)
    }
}
