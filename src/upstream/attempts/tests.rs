//! Scripted attempts on paused time.

use std::collections::VecDeque;

use http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::*;
use crate::base::fault::Code;
use crate::base::random::CountingRandom;

/// Attempts that were written down beforehand.
struct Script {
    attempts: VecDeque<Attempt>,
    sent: u32,
    renewals: VecDeque<Result<bool, Fault>>,
}

#[async_trait]
impl Sending for Script {
    async fn attempt(&mut self) -> Attempt {
        self.sent += 1;
        self.attempts.pop_front().unwrap_or(Attempt::Lost)
    }

    fn retry_after(&self, answer: &Answer) -> Option<Duration> {
        let secs = answer.headers.get("retry-after")?.to_str().ok()?;
        Some(Duration::from_secs(secs.parse().ok()?))
    }

    async fn renew(&mut self) -> Result<bool, Fault> {
        self.renewals.pop_front().unwrap_or(Ok(false))
    }
}

fn status(status: u16) -> Attempt {
    Attempt::Answered(Answer {
        status,
        headers: HeaderMap::new(),
        body: Value::Null,
    })
}

fn wait(status: u16, secs: u32) -> Attempt {
    Attempt::Answered(Answer {
        status,
        headers: HeaderMap::from_iter([(http::header::RETRY_AFTER, HeaderValue::from(secs))]),
        body: Value::Null,
    })
}

struct Seen {
    ended: Ended,
    sent: u32,
    took: Duration,
}

async fn play(retry: Retry, attempts: Vec<Attempt>) -> Seen {
    play_renewing(retry, attempts, Vec::new()).await
}

async fn play_renewing(
    retry: Retry,
    attempts: Vec<Attempt>,
    renewals: Vec<Result<bool, Fault>>,
) -> Seen {
    let mut script = Script {
        attempts: attempts.into(),
        sent: 0,
        renewals: renewals.into(),
    };
    let begun = tokio::time::Instant::now();
    let deadline = Deadline::within(Duration::from_secs(45));
    let random = CountingRandom::default();
    let ended = run(&mut script, retry, &Manners::default(), deadline, &random).await;
    Seen {
        ended,
        sent: script.sent,
        took: begun.elapsed(),
    }
}

fn last_status(seen: &Seen) -> Option<u16> {
    match &seen.ended.last {
        Attempt::Answered(answer) => Some(answer.status),
        _ => None,
    }
}

/// The first attempt, and how many are sent when 200 follows: for safe, idempotent, once.
type Row = (fn() -> Attempt, [u32; 3]);

#[tokio::test(start_paused = true)]
async fn what_is_repeated_by_class() {
    let table: [Row; 16] = [
        (|| status(200), [1, 1, 1]),
        (|| status(204), [1, 1, 1]),
        (|| status(429), [2, 2, 2]),
        (|| Attempt::Unsent, [2, 2, 2]),
        (|| Attempt::Lost, [2, 2, 1]),
        (|| status(500), [2, 2, 1]),
        (|| status(502), [2, 2, 1]),
        (|| status(503), [2, 2, 1]),
        (|| status(504), [2, 2, 1]),
        (|| status(408), [2, 2, 1]),
        (|| status(400), [1, 1, 1]),
        (|| status(401), [1, 1, 1]),
        (|| status(404), [1, 1, 1]),
        (|| status(409), [1, 1, 1]),
        (|| status(501), [1, 1, 1]),
        (|| Attempt::Oversize(1), [1, 1, 1]),
    ];
    for (first, sent) in table {
        for (retry, sent) in [Retry::Safe, Retry::Idempotent, Retry::Once]
            .into_iter()
            .zip(sent)
        {
            let seen = play(retry, vec![first(), status(200)]).await;
            assert_eq!(seen.sent, sent, "{:?} {retry:?}", first());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_earlier_attempt_may_have_been_carried_out_only_if_its_answer_was_lost() {
    for (first, lost) in [
        (status(429), false),
        (Attempt::Unsent, false),
        (Attempt::Lost, true),
        (status(503), true),
    ] {
        let seen = play(Retry::Idempotent, vec![first, status(404)]).await;
        assert_eq!(last_status(&seen), Some(404));
        assert_eq!(seen.ended.lost_before, lost);
    }
}

#[tokio::test(start_paused = true)]
async fn waits_grow_and_attempts_end() {
    let seen = play(Retry::Safe, vec![]).await;
    assert_eq!(seen.sent, 4);
    // Waits of half to whole of 0.5, 1 and 2 s.
    assert!(seen.took >= Duration::from_millis(1750), "{:?}", seen.took);
    assert!(seen.took <= Duration::from_millis(3500), "{:?}", seen.took);
}

#[tokio::test(start_paused = true)]
async fn the_wait_that_is_asked_for_is_kept() {
    let seen = play(Retry::Once, vec![wait(429, 7), status(200)]).await;
    assert_eq!((seen.sent, last_status(&seen)), (2, Some(200)));
    assert!(seen.took >= Duration::from_secs(7) && seen.took < Duration::from_secs(8));
}

#[tokio::test(start_paused = true)]
async fn a_wait_beyond_the_deadline_is_told_instead_of_waited() {
    let seen = play(Retry::Safe, vec![wait(429, 60), status(200)]).await;
    assert_eq!((seen.sent, last_status(&seen)), (1, Some(429)));
    assert_eq!(seen.ended.retry_after, Some(Duration::from_mins(1)));
    assert_eq!(seen.took, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once() {
    let renewed = play_renewing(Retry::Once, vec![status(401), status(200)], vec![Ok(true)]).await;
    assert_eq!((renewed.sent, last_status(&renewed)), (2, Some(200)));
    let twice = vec![status(401), status(401), status(200)];
    let still = play_renewing(Retry::Safe, twice, vec![Ok(true), Ok(true)]).await;
    assert_eq!((still.sent, last_status(&still)), (2, Some(401)));
    let gone = Fault::new(Code::AuthRequired, "sign in");
    let ended = play_renewing(Retry::Safe, vec![status(401)], vec![Err(gone)]).await;
    assert!(
        matches!(ended.ended.last, Attempt::Refused(fault) if fault.code == Code::AuthRequired)
    );
}

#[tokio::test(start_paused = true)]
async fn a_missing_scope_is_not_renewed() {
    let scope = Attempt::Answered(Answer {
        status: 401,
        headers: HeaderMap::new(),
        body: json!({"code": 401, "message": "Unauthorized; scope does not match"}),
    });
    let seen = play_renewing(Retry::Safe, vec![scope, status(200)], vec![Ok(true)]).await;
    assert_eq!((seen.sent, last_status(&seen)), (1, Some(401)));
}
