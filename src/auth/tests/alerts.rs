//! The alarm: posted in the background, tried again, never in the way.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Value;
use tokio_util::task::TaskTracker;

use super::super::*;
use super::world::*;
use crate::base::net;
use crate::base::pause::YieldPause;
use crate::base::secret::Secret;

/// A receiver of alarms that refuses the first few.
#[derive(Debug, Default)]
struct Receiver {
    refusals: usize,
    got: Vec<Value>,
    tries: usize,
}

type Shared = Arc<Mutex<Receiver>>;

async fn take(State(receiver): State<Shared>, body: axum::Json<Value>) -> StatusCode {
    let mut receiver = receiver.lock().unwrap();
    receiver.tries += 1;
    if receiver.refusals > 0 {
        receiver.refusals -= 1;
        return StatusCode::BAD_GATEWAY;
    }
    receiver.got.push(body.0);
    StatusCode::NO_CONTENT
}

async fn listen(refusals: usize) -> (Shared, String) {
    let receiver: Shared = Arc::default();
    receiver.lock().unwrap().refusals = refusals;
    let router = Router::new()
        .route("/hook", post(take))
        .with_state(Arc::clone(&receiver));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (receiver, format!("http://{address}/hook?token=hidden"))
}

struct Alarm {
    alerts: Arc<Alerts>,
    recorder: Arc<Recorder>,
    tasks: TaskTracker,
}

fn alarm(webhook: &str) -> Alarm {
    let recorder = Arc::new(Recorder::default());
    let tasks = TaskTracker::new();
    let alerts = Arc::new(Alerts::new(AlertParts {
        record: recorder.clone(),
        webhook: Secret::from(webhook),
        http: net::client(ATTEMPT_LIMIT).unwrap(),
        clock: Arc::new(crate::base::clock::HeldClock::at(
            crate::base::clock::Timestamp(1_795_000_000_000),
        )),
        pause: Arc::new(YieldPause),
        tasks: tasks.clone(),
        issuer: "https://mcp.example.com".to_owned(),
    }));
    Alarm {
        alerts,
        recorder,
        tasks,
    }
}

impl Alarm {
    async fn settle(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

#[tokio::test]
async fn a_second_use_of_a_token_or_code_raises_the_alarm() {
    let (receiver, webhook) = listen(2).await;
    let alarm = alarm(&webhook);
    let world = world_with(alarm.alerts.clone());
    let client = world.client().await;
    let pair = world.pair(&client).await;
    let refresh = async |text: &str| world.server.refresh(&client, text, None, None).await;
    refresh(pair.refresh.expose()).await.unwrap();
    world.clock.advance(Duration::from_mins(1));
    assert!(is_invalid_grant(refresh(pair.refresh.expose()).await));
    let code = world.code(&client).await;
    let redeem = async || world.server.redeem_code(&client, &redemption(&code)).await;
    redeem().await.unwrap();
    assert!(is_invalid_grant(redeem().await));
    alarm.settle().await;
    let got = receiver.lock().unwrap().got.clone();
    let mut events: Vec<&str> = got
        .iter()
        .filter_map(|body| body["event"].as_str())
        .collect();
    events.sort_unstable();
    assert_eq!(events, ["CODE_REUSE", "REFRESH_TOKEN_REUSE"]);
    for body in &got {
        assert_eq!(body["account"], "ada");
        assert_eq!(body["client"], client.id.as_str());
        assert_eq!(body["issuer"], "https://mcp.example.com");
        assert_eq!(body["family"].as_str().unwrap().len(), 36);
        assert!(body["at"].as_str().unwrap().starts_with("20"));
        let text = body.to_string();
        for secret in [pair.refresh.expose(), pair.access.expose(), &code] {
            assert!(!text.contains(secret.as_str()), "{text}");
        }
    }
    assert_eq!(alarm.alerts.lost(), 0);
    // Everything is in the audit record all the same.
    let recorded = alarm.recorder.0.lock().unwrap();
    let count = |kind| recorded.iter().filter(|event| event.kind == kind).count();
    assert_eq!(count(AuthEventKind::RefreshTokenReuse), 1);
    assert_eq!(count(AuthEventKind::CodeReuse), 1);
    assert_eq!(count(AuthEventKind::TokenIssued), 2);
}

#[tokio::test]
async fn three_attempts_are_made_and_the_loss_is_counted() {
    let (receiver, webhook) = listen(usize::MAX).await;
    let alarm = alarm(&webhook);
    let reuse = AuthEvent::new(AuthEventKind::RefreshTokenReuse);
    alarm.alerts.record(reuse).await;
    alarm.settle().await;
    assert_eq!(receiver.lock().unwrap().tries, 3);
    assert_eq!(alarm.alerts.lost(), 1);
}

#[tokio::test]
async fn other_events_raise_no_alarm() {
    let (receiver, webhook) = listen(0).await;
    let alarm = alarm(&webhook);
    for kind in [AuthEventKind::SignIn, AuthEventKind::Revoked] {
        alarm.alerts.record(AuthEvent::new(kind)).await;
    }
    alarm.settle().await;
    assert_eq!(receiver.lock().unwrap().tries, 0);
    assert_eq!(alarm.recorder.0.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_silent_receiver_holds_nobody_up_and_costs_bounded_room() {
    // It takes connections and never answers.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let webhook = format!("http://{}/hook", listener.local_addr().unwrap());
    let alarm = alarm(&webhook);
    for _ in 0..40 {
        let reuse = AuthEvent::new(AuthEventKind::CodeReuse);
        alarm.alerts.record(reuse).await;
    }
    assert_eq!(alarm.alerts.lost(), 8);
    assert_eq!(alarm.tasks.len(), 32);
    assert_eq!(alarm.recorder.0.lock().unwrap().len(), 40);
}
