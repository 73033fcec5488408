//! Rate limits: a window by caller, and the headers that tell how much of it is left.

use std::collections::BTreeMap;

use super::exchange::Answer;
use super::refusal::Refusal;
use crate::state::time;

const WINDOW_MS: i64 = 60_000;

/// How many requests each caller has made in the running window.
#[derive(Debug)]
pub(crate) struct Rates {
    limit: u32,
    used: BTreeMap<String, (i64, u32)>,
}

/// What is left to a caller after this request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    limit: u32,
    remaining: u32,
    reset: i64,
}

impl Rates {
    pub(crate) fn new(limit: u32) -> Self {
        Self {
            limit,
            used: BTreeMap::new(),
        }
    }

    /// Counts one request of a caller; refuses with 429 and `Retry-After` beyond the limit.
    pub(crate) fn spend(&mut self, caller: &str, now: i64) -> Result<Allowance, Refusal> {
        let (start, count) = self.used.entry(caller.to_owned()).or_insert((now, 0));
        if now - *start >= WINDOW_MS {
            (*start, *count) = (now, 0);
        }
        let reset = *start + WINDOW_MS;
        if *count >= self.limit {
            let wait = (reset - now).div_euclid(1000) + 1;
            return Err(Refusal::gateway(429, "Rate limit exceeded")
                .with("retry-after", wait.to_string())
                .with("x-ratelimit-reset", time::iso(reset))
                .with("x-ratelimit-remaining", "0"));
        }
        *count += 1;
        Ok(Allowance {
            limit: self.limit,
            remaining: self.limit - *count,
            reset,
        })
    }
}

impl Allowance {
    /// Writes the headers; near the limit means that less than a fifth is left.
    pub(crate) fn tell(self, answer: Answer) -> Answer {
        let near = u64::from(self.remaining) * 5 < u64::from(self.limit);
        answer
            .with("x-ratelimit-limit", self.limit.to_string())
            .with("x-ratelimit-remaining", self.remaining.to_string())
            .with("x-ratelimit-nearlimit", near.to_string())
            .with("x-ratelimit-reset", time::iso(self.reset))
    }
}
