//! An answer that never comes: the call ends in time all the same.

use std::time::Duration;

use futures::future::join_all;

use super::excused;
use super::proxy::{Break, Cut, Moment};
use super::scenarios;
use super::table::Table;
use super::trial::{Fault, attempt};
use super::world::World;

/// An answer is given within 45 s; the rest is for a machine that does other things as well.
const DUE: Duration = Duration::from_mins(1);
/// The write whose answer does not come, by the place of its request among the exchanges.
const TRIED: &[(&str, usize, Moment)] = &[
    ("update", 1, Moment::Before),
    ("update", 1, Moment::After),
    ("create", 0, Moment::After),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_in_time_when_no_answer_comes() {
    // At once: each takes as long as a call may.
    let tables = join_all(TRIED.iter().map(|tried| tokio::spawn(run(tried)))).await;
    let mut table = Table::default();
    for ran in tables {
        table.join(ran.unwrap());
    }
    table.hold(excused::ON_SILENCE);
}

async fn run((name, at, moment): &(&'static str, usize, Moment)) -> Table {
    let scenario = scenarios::ALL.iter().find(|it| it.name == *name).unwrap();
    let world = World::new().await;
    let fault = Fault::Line(Break {
        at: *at,
        lasts: false,
        cut: Cut::Held(*moment),
    });
    let tried = attempt(&world, scenario, 0, fault).await;
    assert!(tried.took < DUE, "{name}: {:?}", tried.took);
    let mut table = Table::default();
    table.add(
        "line: no answer",
        scenario.name,
        &fault.label(),
        &tried.findings,
    );
    table
}
