//! One try: a commit with one fault, the time after it, and the client who asks once more.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use gojira_mcp::journal::State;

use super::disk::{Edge, Trouble};
use super::judge::{Facts, Finding, Sin};
use super::proxy::Break;
use super::scenarios::{Scenario, Shape};
use super::world::{DRAIN, World};

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    Nothing,
    Line(Break),
    Disk(Trouble),
    /// The client goes away while a step of the store is done.
    Gone(usize),
}

/// What a try came to.
pub(crate) struct Tried {
    pub(crate) findings: Vec<Finding>,
    /// How many exchanges there were in the call.
    pub(crate) exchanges: usize,
    /// The steps of the store in the call, and which of them change something.
    pub(crate) steps: Vec<bool>,
    /// How long the call took.
    pub(crate) took: Duration,
}

/// Tries a write for the `nth` time, with a fault in its commit.
pub(crate) async fn attempt(world: &World, scenario: &Scenario, nth: usize, fault: Fault) -> Tried {
    let asked = scenario.previewed(&world.sound, &world.server, nth).await;
    let sandbox = &world.sound.sandbox;
    let (before, begun) = (sandbox.snapshot(), world.sound.now());
    let count = sandbox.request_count();
    world.proxy.mend().await;
    world.disk.order(None);
    match fault {
        Fault::Nothing => {}
        Fault::Line(broken) => world.proxy.order(broken).await,
        Fault::Disk(trouble) => drop(world.disk.order(Some(trouble))),
        Fault::Gone(at) => drop(world.disk.order(Some(Trouble::Halt(at, Edge::Before)))),
    }
    let asked_at = Instant::now();
    let heard = tokio::select! {
        heard = world.server.call(asked.tool, asked.arguments.clone()) => Some(heard),
        () = world.disk.halted() => None,
    };
    let took = asked_at.elapsed();
    // Here the call has been dropped as the protocol drops it; what it began goes on.
    world.disk.go_on();
    let steps = world.disk.order(None);
    world.server.dispatcher.drain(DRAIN).await;
    let mut passed = world.proxy.mend().await;
    let exchanges = passed.len();
    let told = heard.as_ref();
    let told = told
        .and_then(|(given, failed)| scenario.judge(given, *failed, &before, &sandbox.snapshot()));
    let mut findings = Vec::from_iter(told);
    let failed = heard
        .as_ref()
        .is_none_or(|(given, failed)| *failed || goes_on(given));
    let given = heard.map_or(Value::Null, |(given, _)| given);

    world.settle().await;
    if matches!(scenario.shape, Shape::Task) {
        follow(world, &given).await;
    }
    // A client that heard nothing, or nothing good, asks for the same once more.
    if failed {
        let (again, failed) = world.server.call(asked.tool, asked.arguments).await;
        passed.extend(world.proxy.mend().await);
        let now = sandbox.snapshot();
        findings.extend(match scenario.shape {
            Shape::Set(..) => scenario.judge(&again, failed, &before, &now),
            _ => answer_of_the_second(&again, failed, now != before),
        });
        world.server.dispatcher.drain(DRAIN).await;
    }
    let entries = world.ledger.since(begun).await;
    let now = sandbox.snapshot();
    let facts = Facts {
        parts: scenario.parts(&entries, &before, &now),
        passed: &passed,
        seen: &sandbox.requests_after(count),
    };
    findings.extend(facts.findings());
    if let Some(id) = asked.undoes {
        findings.extend(original(world, &id, before != now).await);
    }
    Tried {
        findings,
        exchanges,
        steps,
        took,
    }
}

/// Whether a change set is to be applied again until it is at its end.
fn goes_on(given: &Value) -> bool {
    given["result"]["state"] == "running"
}

/// The second answer may refuse for what the first has done, but not claim what is not so.
fn answer_of_the_second(given: &Value, failed: bool, changed: bool) -> Option<Finding> {
    let claims = !failed && given["operation_id"].is_string();
    (claims && !changed).then(|| (Sin::Wrong, format!("the second answer: {given}")))
}

/// Asks for work that went on until it has ended.
async fn follow(world: &World, given: &Value) {
    let Some(job) = given["job_id"].as_str() else {
        return;
    };
    for _ in 0..6 {
        let looked = world.server.call("job_get", json!({"job_id": job})).await.0;
        if looked["result"]["state"] != "running" {
            break;
        }
    }
}

/// What an undo must leave of the entry that it undoes.
pub(crate) async fn original(world: &World, id: &str, undone: bool) -> Option<Finding> {
    let entry = world.ledger.entry(id).await?;
    let fits = match entry.state {
        State::Reverted => undone,
        State::Applied => !undone || entry.reverted_by.is_some(),
        State::Pending | State::Failed | State::Unknown => false,
    };
    let is = if undone { "undone" } else { "not undone" };
    (!fits).then(|| {
        (
            Sin::Wrong,
            format!("the original is {} and {is}", entry.state),
        )
    })
}

impl Fault {
    /// How a fault is told apart from others in what went wrong.
    pub(crate) fn label(self) -> String {
        format!("{self:?}")
    }
}
