//! A failing store, and a client that goes away, at every step of a commit.

use super::disk::{Edge, Trouble};
use super::excused;
use super::scenarios::{self, Scenario};
use super::table::Table;
use super::trial::{Fault, attempt};
use super::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_store_loses_doubles_and_falsifies_nothing() {
    let mut table = Table::default();
    // One after the other: each world looks through all that is logged while it lives.
    for scenario in scenarios::ALL.iter().filter(|it| it.is_one_request()) {
        table.join(run(scenario).await);
    }
    table.hold(excused::ON_THE_DISK);
}

async fn run(scenario: &'static Scenario) -> Table {
    let world = World::new().await;
    let mut table = Table::default();
    let sound = attempt(&world, scenario, 0, Fault::Nothing).await;
    table.add("none", scenario.name, "none", &sound.findings);
    assert!(sound.steps.contains(&true), "{}", scenario.name);
    for (nth, (class, fault)) in faults(&sound.steps).into_iter().enumerate() {
        let tried = attempt(&world, scenario, nth + 1, fault).await;
        table.add(class, scenario.name, &fault.label(), &tried.findings);
    }
    table
}

/// Each step fails alone and with all that follow; one that changes something also fails after it
/// was done, and is the last that the client waits for.
fn faults(steps: &[bool]) -> Vec<(&'static str, Fault)> {
    let mut faults = Vec::new();
    for (at, changes) in steps.iter().enumerate() {
        let fails = |edge| Fault::Disk(Trouble::Once(at, edge));
        let from = Fault::Disk(Trouble::From(at));
        faults.push(("store: one step fails", fails(Edge::Before)));
        faults.push(("store: fails from a step on", from));
        if *changes {
            faults.push(("store: done, and says it failed", fails(Edge::After)));
            faults.push(("client: goes away", Fault::Gone(at)));
        }
    }
    faults
}
