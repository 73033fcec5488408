//! How often a request is sent: repeats by the operation's retry class, waits, one deadline.

use std::time::Duration;

use async_trait::async_trait;

use super::message::Answer;
use super::refusal::{is_expired, is_success};
use crate::base::deadline::Deadline;
use crate::base::fault::Fault;
use crate::base::random::Random;
use crate::catalog::model::Retry;

/// How patient the client is.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Most attempts of one request; a repeat with a renewed token does not count.
    pub attempts: u32,
    /// Wait before the second attempt; it doubles from there.
    pub first_wait: Duration,
    /// Longest wait of our own choosing.
    pub longest_wait: Duration,
    /// Longest time for one attempt of a read.
    pub attempt: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(8),
            attempt: Duration::from_secs(20),
        }
    }
}

/// What one attempt came to.
#[derive(Debug)]
pub(super) enum Attempt {
    /// The site answered, with any status.
    Answered(Answer),
    /// No connection was made: nothing was sent.
    Unsent,
    /// It was sent and the answer was lost.
    Lost,
    /// The answer is larger than is read, in bytes.
    Oversize(usize),
    /// It was not let out.
    Refused(Fault),
}

/// How a request ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// The last attempt.
    pub(super) last: Attempt,
    /// An attempt before the last may have been carried out.
    pub(super) lost_before: bool,
    /// The wait that the last answer asked for.
    pub(super) retry_after: Option<Duration>,
}

/// One request that can be sent again.
#[async_trait]
pub(super) trait Sending: Send {
    /// Sends it once.
    async fn attempt(&mut self) -> Attempt;
    /// The wait that an answer asks for.
    fn retry_after(&self, answer: &Answer) -> Option<Duration>;
    /// Renews the credential after a 401; false when there is nothing to renew.
    async fn renew(&mut self) -> Result<bool, Fault>;
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Done,
    /// Nothing was done, and it may be sent again: 429, or no connection.
    NotDone,
    /// Something may have been done.
    Open,
    Expired,
    Final,
}

fn verdict(attempt: &Attempt) -> Verdict {
    match attempt {
        Attempt::Unsent => Verdict::NotDone,
        Attempt::Lost => Verdict::Open,
        Attempt::Oversize(_) | Attempt::Refused(_) => Verdict::Final,
        Attempt::Answered(answer) => match answer.status {
            _ if is_success(answer) => Verdict::Done,
            429 => Verdict::NotDone,
            401 if is_expired(answer) => Verdict::Expired,
            408 | 425 | 500 | 502..=599 => Verdict::Open,
            _ => Verdict::Final,
        },
    }
}

/// Whether the attempt may have been carried out although it did not succeed.
pub(super) fn is_open(attempt: &Attempt) -> bool {
    verdict(attempt) == Verdict::Open
}

/// Sends until it is done, refused, out of attempts or out of time.
pub(super) async fn run(
    sending: &mut dyn Sending,
    retry: Retry,
    manners: &Manners,
    deadline: Deadline,
    random: &dyn Random,
) -> Ended {
    let mut lost_before = false;
    let mut renewed = false;
    let mut count = 0;
    loop {
        let last = sending.attempt().await;
        let verdict = verdict(&last);
        if verdict == Verdict::Expired && !renewed {
            renewed = true;
            match sending.renew().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(fault) => {
                    return Ended {
                        last: Attempt::Refused(fault),
                        lost_before,
                        retry_after: None,
                    };
                }
            }
        }
        count += 1;
        let retry_after = match &last {
            Attempt::Answered(answer) => sending.retry_after(answer),
            _ => None,
        };
        let again = match verdict {
            Verdict::NotDone => true,
            Verdict::Open => retry != Retry::Once,
            Verdict::Done | Verdict::Expired | Verdict::Final => false,
        };
        let wait = backoff(manners, count, random).max(retry_after.unwrap_or_default());
        if !again || count >= manners.attempts || wait >= deadline.left() {
            return Ended {
                last,
                lost_before,
                retry_after,
            };
        }
        lost_before |= verdict == Verdict::Open;
        tokio::time::sleep(wait).await;
    }
}

/// Exponential, with half of it left to chance.
fn backoff(manners: &Manners, count: u32, random: &dyn Random) -> Duration {
    let doubled = 2_u32.saturating_pow(count.saturating_sub(1));
    let full = manners
        .first_wait
        .saturating_mul(doubled)
        .min(manners.longest_wait);
    let mut bytes = [0_u8; 2];
    // Without randomness the wait is whole, which is as good.
    let share = match random.fill(&mut bytes) {
        Ok(()) => u32::from(u16::from_be_bytes(bytes)),
        Err(_) => u32::from(u16::MAX),
    };
    let half = full / 2;
    half + half * share / u32::from(u16::MAX)
}

#[cfg(test)]
mod tests;
