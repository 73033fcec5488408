//! SIGKILL at every phase of a commit: each step of the store, and each exchange with the site. The
//! process that is started next finds what the killed one left, and is killed at the next phase.

use std::sync::Arc;

use futures::future::join_all;

use super::child::{Child, Word};
use super::disk::Edge;
use super::excused;
use super::judge::{Facts, Finding};
use super::proxy::{Break, Cut, Moment};
use super::scenarios::{self, Asked, Scenario};
use super::table::Table;
use super::trial::original;
use super::world::{ARRIVED, LONG_GONE, World};

/// The writes whose every phase is tried.
const TRIED: &[&str] = &[
    "update",
    "create",
    "listed create",
    "undo of an update",
    "delete in two",
    "set of three",
];
/// Where in an exchange.
const MOMENTS: &[(&str, Moment)] = &[
    ("killed before the request left", Moment::Before),
    ("killed while the request is on its way", Moment::Under),
    ("killed before the answer", Moment::After),
    ("killed within the answer", Moment::Within),
];

/// Where the process is killed.
#[derive(Debug, Clone, Copy)]
enum Phase {
    Step(usize, Edge),
    Exchange(usize, Moment),
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_doubles_and_falsifies_nothing() {
    let tried = scenarios::ALL.iter().filter(|it| TRIED.contains(&it.name));
    let runs = tried.map(|scenario| tokio::spawn(run(scenario)));
    let mut table = Table::default();
    for ran in join_all(runs).await {
        table.join(ran.unwrap());
    }
    table.hold(excused::ON_A_KILL);
}

async fn run(scenario: &'static Scenario) -> Table {
    let world = World::new().await;
    let mut table = Table::default();
    let mut chain = Chain {
        child: Child::start(&world.sound, &world.proxy.origin(), 0).await,
        world,
        scenario,
        nth: 0,
        children: 0,
    };
    let (findings, steps, exchanges) = chain.sound().await;
    table.add("none", scenario.name, "none", &findings);
    for (class, phase) in phases(&steps, exchanges) {
        let findings = chain.killed(phase).await;
        table.add(class, scenario.name, &format!("{phase:?}"), &findings);
    }
    table
}

/// Steps that only read leave nothing that the next one does not find as well.
fn phases(steps: &[bool], exchanges: usize) -> Vec<(&'static str, Phase)> {
    let writing = (0..steps.len()).filter(|at| steps[*at]);
    let steps = writing.flat_map(|at| {
        [
            (
                "killed before a step of the store",
                Phase::Step(at, Edge::Before),
            ),
            (
                "killed after a step of the store",
                Phase::Step(at, Edge::After),
            ),
        ]
    });
    let exchanges = (0..exchanges).flat_map(|at| {
        let each =
            |(class, moment): &(&'static str, Moment)| (*class, Phase::Exchange(at, *moment));
        MOMENTS.iter().map(each).collect::<Vec<_>>()
    });
    steps.chain(exchanges).collect()
}

/// One process after the other over one tenant and one store.
struct Chain {
    world: World,
    child: Child,
    scenario: &'static Scenario,
    nth: usize,
    /// Processes so far.
    children: usize,
}

impl Chain {
    /// A commit that nobody disturbs: the steps of the store in it, and the number of exchanges.
    async fn sound(&mut self) -> (Vec<Finding>, Vec<bool>, usize) {
        let asked = self.previewed().await;
        let before = self.world.sound.sandbox.snapshot();
        self.world.proxy.mend().await;
        let moment = self.world.sound.now();
        self.child.call(moment, asked.tool, &asked.arguments, None);
        let Word::Answered {
            answer: given,
            failed,
            steps,
        } = self.child.hear().await
        else {
            panic!("it is not answered");
        };
        let exchanges = self.world.proxy.mend().await.len();
        let now = self.world.sound.sandbox.snapshot();
        assert!(now != before && !failed, "{given:#}");
        let told = self.scenario.judge(&given, failed, &before, &now);
        (Vec::from_iter(told), steps, exchanges)
    }

    /// The arguments of a commit, after its dry run at another replica.
    async fn previewed(&self) -> Asked {
        let World { sound, server, .. } = &self.world;
        self.scenario.previewed(sound, server, self.nth).await
    }

    /// Another process: one that has let its work end begins no more.
    async fn begin_anew(&mut self) {
        self.child.kill();
        self.children += 1;
        let world = &self.world;
        self.child = Child::start(&world.sound, &world.proxy.origin(), self.children).await;
    }

    async fn killed(&mut self, phase: Phase) -> Vec<Finding> {
        self.nth += 1;
        self.begin_anew().await;
        let asked = self.previewed().await;
        let world = &self.world;
        let sandbox = Arc::clone(&world.sound.sandbox);
        let (before, begun) = (sandbox.snapshot(), world.sound.now());
        let count = sandbox.request_count();
        world.proxy.mend().await;

        let halt = match phase {
            Phase::Step(at, edge) => Some((at, edge)),
            Phase::Exchange(at, moment) => {
                let (lasts, cut) = (false, Cut::Held(moment));
                world.proxy.order(Break { at, lasts, cut }).await;
                None
            }
        };
        self.child.call(begun, asked.tool, &asked.arguments, halt);
        tokio::select! {
            said = self.child.hear() => assert!(matches!(said, Word::Halted), "{phase:?}: {said:?}"),
            () = world.proxy.held() => {}
        }
        self.child.kill();
        let mut passed = world.proxy.mend().await;

        self.begin_anew().await;
        let world = &self.world;
        for span in [LONG_GONE, ARRIVED] {
            world.sound.pass(span);
            self.child.settle(world.sound.now()).await;
        }
        // The client, whose connection broke, asks for the same once more.
        let now = world.sound.now();
        self.child.call(now, asked.tool, &asked.arguments, None);
        self.child.hear().await;
        passed.extend(world.proxy.mend().await);
        let entries = world.ledger.since(begun).await;
        let now = sandbox.snapshot();
        let facts = Facts {
            parts: self.scenario.parts(&entries, &before, &now),
            passed: &passed,
            seen: &sandbox.requests_after(count),
        };
        let mut findings = facts.findings();
        if let Some(id) = asked.undoes {
            findings.extend(original(world, &id, before != now).await);
        }
        findings
    }
}
