//! Progress notifications on the stream of a request that asks for them with a `progressToken`.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::RequestContext;
use rmcp::{Peer, RoleServer};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::dispatch::Progress;

/// The least time between two notifications of one call.
const PAUSE: Duration = Duration::from_millis(200);
/// How long the answer waits for a notification that is on its way.
const LAST: Duration = Duration::from_secs(1);

/// How far a call is.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    done: f64,
    total: Option<f64>,
    words: String,
}

/// Holds the newest word alone: what comes faster than it can be sent takes the place of the older.
#[derive(Debug)]
struct Newest(watch::Sender<Option<Told>>);

impl Progress for Newest {
    fn tell(&self, done: f64, total: Option<f64>, words: &str) {
        self.0.send_replace(Some(Told {
            done,
            total,
            words: words.to_owned(),
        }));
    }
}

/// Sends notifications for one call until it is ended or dropped.
#[derive(Debug)]
pub(super) struct Teller {
    newest: Arc<Newest>,
    stop: CancellationToken,
    sending: JoinHandle<()>,
}

impl Teller {
    /// For a request that asks to be told; `None` for one that does not.
    pub(super) fn of(context: &RequestContext<RoleServer>) -> Option<Self> {
        let token = context.meta.get_progress_token()?;
        let (newest, seen) = watch::channel(None);
        let stop = CancellationToken::new();
        let sending = tokio::spawn(send(context.peer.clone(), token, seen, stop.clone()));
        Some(Self {
            newest: Arc::new(Newest(newest)),
            stop,
            sending,
        })
    }

    /// Where the call tells how far it is.
    pub(super) fn progress(&self) -> Arc<dyn Progress> {
        self.newest.clone()
    }

    /// Sends nothing more: to be awaited before the answer is given.
    pub(super) async fn end(mut self) {
        self.stop.cancel();
        if tokio::time::timeout(LAST, &mut self.sending).await.is_err() {
            tracing::warn!("a client does not take its progress notifications");
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.stop.cancel();
        self.sending.abort();
    }
}

async fn send(
    peer: Peer<RoleServer>,
    token: ProgressToken,
    mut seen: watch::Receiver<Option<Told>>,
    stop: CancellationToken,
) {
    let mut last = None;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            changed = seen.changed() => if changed.is_err() { return },
        }
        let told = seen.borrow_and_update().clone();
        let Some(told) = told.filter(|told| rises(last, told)) else {
            continue;
        };
        last = Some(told.done);
        if peer.notify_progress(param(&token, told)).await.is_err() {
            return;
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Each notification says more than the one before.
fn rises(last: Option<f64>, told: &Told) -> bool {
    told.done.is_finite() && last.is_none_or(|last| told.done > last)
}

fn param(token: &ProgressToken, told: Told) -> ProgressNotificationParam {
    let param = ProgressNotificationParam::new(token.clone(), told.done).with_message(told.words);
    match told.total {
        Some(total) => param.with_total(total),
        None => param,
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::NumberOrString;
    use serde_json::json;

    use super::*;

    fn told(done: f64, total: Option<f64>) -> Told {
        Told {
            done,
            total,
            words: "half".to_owned(),
        }
    }

    #[test]
    fn only_what_rises_is_told() {
        assert!(rises(None, &told(0.0, None)));
        assert!(rises(Some(1.0), &told(2.0, None)));
        assert!(!rises(Some(2.0), &told(2.0, None)));
        assert!(!rises(Some(2.0), &told(1.0, None)));
        assert!(!rises(None, &told(f64::NAN, None)));
    }

    #[test]
    fn a_notification_names_its_request() {
        let token = ProgressToken(NumberOrString::Number(7));
        let whole = serde_json::to_value(param(&token, told(50.0, Some(100.0)))).unwrap();
        let wanted =
            json!({"progressToken": 7, "progress": 50.0, "total": 100.0, "message": "half"});
        assert_eq!(whole, wanted);
        let open = serde_json::to_value(param(&token, told(3.0, None))).unwrap();
        assert_eq!(open.get("total"), None);
    }

    #[test]
    fn a_faster_word_takes_the_place_of_the_older() {
        let (newest, seen) = watch::channel(None);
        let newest = Newest(newest);
        newest.tell(1.0, None, "one");
        newest.tell(2.0, None, "two");
        let kept = seen.borrow().clone().unwrap();
        assert_eq!((kept.done, kept.words.as_str()), (2.0, "two"));
        drop(seen);
        // Nobody listens any more, and that is no fault.
        newest.tell(3.0, None, "three");
    }
}
