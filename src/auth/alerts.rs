//! Tells an operator at once when a token or code was used twice: somebody may hold a stolen one.
//!
//! The answer to the client never waits for this and never fails by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use super::events::{AuthEvent, AuthEventKind, AuthEvents};
use crate::base::clock::SharedClock;
use crate::base::pause::SharedPause;
use crate::base::secret::Secret;

/// Time for one attempt; the client that is handed in must keep it.
pub const ATTEMPT_LIMIT: Duration = Duration::from_secs(5);
/// Alarms on their way at a time; more are dropped, and counted.
const ON_THEIR_WAY: usize = 32;
/// Waits before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// What the alarm is made of.
#[derive(Debug)]
pub struct AlertParts {
    /// Takes every event first: the audit record.
    pub record: Arc<dyn AuthEvents>,
    /// Where alarms are posted; it may hold a token and is never shown.
    pub webhook: Secret<String>,
    /// Posts them, giving up after [`ATTEMPT_LIMIT`].
    pub http: reqwest::Client,
    /// The time.
    pub clock: SharedClock,
    /// Waits between attempts.
    pub pause: SharedPause,
    /// Where they run, so that stopping waits for them.
    pub tasks: TaskTracker,
    /// Which server it is.
    pub issuer: String,
}

/// A record of events that also raises the alarm for some.
#[derive(Debug)]
pub struct Alerts {
    parts: Arc<AlertParts>,
    room: Arc<Semaphore>,
    lost: Arc<AtomicU64>,
}

impl Alerts {
    /// Puts the parts together.
    pub fn new(parts: AlertParts) -> Self {
        Self {
            parts: Arc::new(parts),
            room: Arc::new(Semaphore::new(ON_THEIR_WAY)),
            lost: Arc::default(),
        }
    }

    /// How many alarms did not arrive since the start: dropped for want of room, or refused.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn raise(&self, event: &AuthEvent) {
        let body = json!({
            "event": event.kind.as_str(),
            "at": self.parts.clock.now().to_string(),
            "account": event.account,
            "client": event.client,
            "family": event.family,
            "note": event.note,
            "issuer": self.parts.issuer,
        });
        let Ok(place) = Arc::clone(&self.room).try_acquire_owned() else {
            let lost = self.lost.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::error!(
                lost,
                "an alarm was dropped: too many wait for their receiver"
            );
            return;
        };
        let (parts, lost) = (Arc::clone(&self.parts), Arc::clone(&self.lost));
        self.parts.tasks.spawn(async move {
            if !parts.post(&body).await {
                let lost = lost.fetch_add(1, Ordering::Relaxed) + 1;
                tracing::error!(lost, "an alarm did not reach its receiver");
            }
            drop(place);
        });
    }
}

impl AlertParts {
    /// Posts until the receiver takes it; false when it did not.
    async fn post(&self, body: &Value) -> bool {
        let mut pauses = PAUSES.into_iter();
        loop {
            let sending = self.http.post(self.webhook.expose()).json(body).send();
            match sending.await {
                Ok(answer) if answer.status().is_success() => return true,
                Ok(answer) => {
                    tracing::warn!(status = answer.status().as_u16(), "an alarm was refused");
                }
                Err(err) => {
                    // The address is left out: it may hold a token.
                    let err = err.without_url();
                    tracing::warn!(
                        error = &err as &dyn std::error::Error,
                        "an alarm was not sent"
                    );
                }
            }
            match pauses.next() {
                Some(span) => self.pause.pause(span).await,
                None => return false,
            }
        }
    }
}

#[async_trait]
impl AuthEvents for Alerts {
    async fn record(&self, event: AuthEvent) {
        if matches!(
            event.kind,
            AuthEventKind::RefreshTokenReuse | AuthEventKind::CodeReuse
        ) {
            self.raise(&event);
        }
        self.parts.record.record(event).await;
    }
}
