//! A failing store at every step of a commit.

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
    for scenario in scenarios::ALL {
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
    for (nth, (class, trouble)) in troubles(&sound.steps).into_iter().enumerate() {
        let fault = Fault::Disk(trouble);
        let tried = attempt(&world, scenario, nth + 1, fault).await;
        table.add(class, scenario.name, &fault.label(), &tried.findings);
    }
    table
}

/// Each step fails alone and with all that follow; one that changes something also fails after it
/// was done. What only reads is the same before and after.
fn troubles(steps: &[bool]) -> Vec<(&'static str, Trouble)> {
    let each = |(at, changes): (usize, &bool)| {
        let done = changes.then_some((
            "store: done, and says it failed",
            Trouble::Once(at, Edge::After),
        ));
        [
            ("store: one step fails", Trouble::Once(at, Edge::Before)),
            ("store: fails from a step on", Trouble::From(at)),
        ]
        .into_iter()
        .chain(done)
    };
    steps.iter().enumerate().flat_map(each).collect()
}
