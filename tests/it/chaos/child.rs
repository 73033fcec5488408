//! A server in a process of its own, over a store that can halt it at a step, so that it can be
//! killed there. Both its ends are here: the process, and the test that tells it what to do.

use std::io::{BufRead as _, Write as _};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use gojira_mcp::app::{App, Ground};
use gojira_mcp::auth::{Principal, Scopes};
use gojira_mcp::base::clock::{Clock as _, HeldClock, Timestamp};
use gojira_mcp::base::ids::{AccountId, ClientId};
use gojira_mcp::base::pause::YieldPause;
use gojira_mcp::cli;
use gojira_mcp::config::Environment;
use gojira_mcp::dispatch::{Dispatcher, Invocation};
use gojira_mcp::store::sqlite::SqliteStore;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::disk::{Disk, Edge, Trouble};
use super::world::DRAIN;
use crate::rig::{self, Rig};
use crate::secrets::{FILTER, Recorded};
use crate::spawned::{AGAIN, Spawned};

/// What a line to the test begins with; the test harness writes lines of its own.
const MARK: &str = "child: ";
/// The test below.
const TEST: &str = "chaos::child::serve";
/// More entries than are ever open.
const MANY: usize = 100;

/// How a process begins.
#[derive(Debug, Serialize, Deserialize)]
struct Start {
    settings: Vec<(String, String)>,
    store: std::path::PathBuf,
    account: String,
    client: String,
    family: String,
    now: i64,
}

/// What it is told.
#[derive(Debug, Serialize, Deserialize)]
enum Order {
    /// Look at what is open, as at the start and now and then.
    Settle { now: i64 },
    /// Call a tool, and halt at a step if that is reached; after it was done, or before.
    Call {
        now: i64,
        tool: String,
        arguments: Map<String, Value>,
        halt: Option<(usize, bool)>,
    },
}

/// What it says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Word {
    Ready,
    Settled,
    Halted,
    Answered {
        answer: Value,
        failed: bool,
        /// The steps of the store in the call, and which of them change something.
        steps: Vec<bool>,
    },
}

/// The process, for as long as the value lives.
pub(crate) struct Child {
    process: Spawned,
    words: UnboundedReceiver<Word>,
}

impl Child {
    /// Starts one over the store of a rig, with Atlassian behind `proxy`.
    pub(crate) async fn start(rig: &Rig, proxy: &str, nth: usize) -> Self {
        let mut settings = crate::replicas::settings(&rig.sandbox, rig.origin());
        let here = rig.dir().display();
        settings.extend([
            ("ATLASSIAN_API_BASE_URL", format!("{proxy}/api")),
            (
                "ATLASSIAN_SITE_URL_TEMPLATE",
                format!("{proxy}/site/{{site}}"),
            ),
            ("TOKEN_ENCRYPTION_KEY", rig.key_text()),
            ("GOJIRA_STORE_URL", format!("{here}/unused")),
            (
                "GOJIRA_AUDIT_LOG_TARGET",
                format!("file:{here}/audit-of-child-{nth}"),
            ),
        ]);
        let settings = settings
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        let start = Start {
            settings: settings.collect(),
            store: rig.dir().join("store"),
            account: rig.principal.account.to_string(),
            client: rig.principal.client.to_string(),
            family: rig.principal.family.clone(),
            now: rig.now().0,
        };
        let (send, mut words) = unbounded_channel();
        let heard = move |line: &str| {
            let (_, word) = line.split_once(MARK)?;
            // Nobody listens any more when the test has ended.
            let _ = send.send(serde_json::from_str(word).unwrap());
            Some(())
        };
        let home = Arc::new(tempfile::tempdir().unwrap());
        let start = serde_json::to_string(&start).unwrap();
        let process = tokio::task::spawn_blocking(move || {
            let (mut process, ()) = Spawned::again(TEST, home, heard).unwrap();
            process.tell(&start).unwrap();
            process
        });
        let process = process.await.unwrap();
        assert!(matches!(words.recv().await, Some(Word::Ready)));
        Self { process, words }
    }

    /// Lets it look at what is open.
    pub(crate) async fn settle(&mut self, now: Timestamp) {
        self.tell(&Order::Settle { now: now.0 });
        assert!(matches!(self.hear().await, Word::Settled));
    }

    /// Begins a call, which halts at a step of the store if it gets there.
    pub(crate) fn call(
        &mut self,
        now: Timestamp,
        tool: &str,
        arguments: &Value,
        halt: Option<(usize, Edge)>,
    ) {
        self.tell(&Order::Call {
            now: now.0,
            tool: tool.to_owned(),
            arguments: arguments.as_object().unwrap().clone(),
            halt: halt.map(|(at, edge)| (at, edge == Edge::After)),
        });
    }

    /// What it says next.
    pub(crate) async fn hear(&mut self) -> Word {
        match self.words.recv().await {
            Some(word) => word,
            None => panic!("the child has ended:\n{}", self.process.log()),
        }
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
    }

    fn tell(&mut self, order: &Order) {
        let order = serde_json::to_string(order).unwrap();
        self.process.tell(&order).unwrap();
    }
}

/// The process itself; among the other tests it does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn serve() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a process that a test has started knows itself by it"
    )]
    if std::env::var_os(AGAIN).is_none() {
        return;
    }
    tracing_subscriber::fmt()
        .with_env_filter(FILTER)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    say(&Word::Ready);
    let mut lines = std::io::stdin().lock().lines();
    let start: Start = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let clock = HeldClock::at(Timestamp(start.now));
    let store = SqliteStore::open(&start.store, Arc::new(clock.clone())).unwrap();
    let disk = Disk::over(Arc::new(store));
    let principal = Principal {
        account: AccountId::new(&start.account),
        client: ClientId::new(&start.client),
        scopes: Scopes::ALL,
        family: start.family.clone(),
        name: None,
    };
    let app = app(&start, &disk, &clock);
    let dispatcher = app.dispatcher();
    for line in lines {
        match serde_json::from_str(&line.unwrap()).unwrap() {
            Order::Settle { now } => {
                clock.advance(clock.now().until(Timestamp(now)));
                dispatcher.reconcile(MANY).await;
                say(&Word::Settled);
            }
            Order::Call {
                now,
                tool,
                arguments,
                halt,
            } => {
                clock.advance(clock.now().until(Timestamp(now)));
                let edge = |after| if after { Edge::After } else { Edge::Before };
                disk.order(halt.map(|(at, after)| Trouble::Halt(at, edge(after))));
                let invocation = Invocation {
                    principal: principal.clone(),
                    name: tool,
                    arguments,
                    cancel: CancellationToken::new(),
                    asking: None,
                    progress: None,
                };
                call(dispatcher, &disk, invocation).await;
            }
        }
    }
}

fn app(start: &Start, disk: &Arc<Disk>, clock: &HeldClock) -> App {
    let settings = start.settings.iter();
    let environment = settings.fold(Environment::default(), |env, (name, value)| {
        env.with(name, value.as_str())
    });
    let ground = Ground {
        pause: Arc::new(YieldPause),
        manners: rig::MANNERS,
        ..Ground::on(
            Arc::<Disk>::clone(disk),
            Arc::new(clock.clone()),
            Arc::new(Recorded),
        )
    };
    App::over(cli::read(&environment).unwrap(), ground).unwrap()
}

async fn call(dispatcher: &Dispatcher, disk: &Disk, invocation: Invocation) {
    let mut call = pin!(dispatcher.call(invocation));
    let reply = tokio::select! {
        reply = &mut call => reply,
        () = disk.halted() => {
            say(&Word::Halted);
            // Nothing ends here but by being killed.
            tokio::time::sleep(Duration::MAX).await;
            return;
        }
    };
    dispatcher.drain(DRAIN).await;
    say(&Word::Answered {
        answer: serde_json::from_str(&reply.text).unwrap(),
        failed: reply.is_error,
        steps: disk.order(None),
    });
}

fn say(word: &Word) {
    let mut out = std::io::stdout().lock();
    let word = serde_json::to_string(word).unwrap();
    // The harness has begun a line of its own.
    writeln!(out, "\n{MARK}{word}").unwrap();
    out.flush().unwrap();
}
