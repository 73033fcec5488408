//! A broken line at every exchange of a commit.

use super::excused;
use super::proxy::{Break, Cut};
use super::scenarios::{self, Scenario};
use super::table::Table;
use super::trial::{Fault, attempt};
use super::world::World;

/// Every kind of fault with the cuts that are of that kind.
const CLASSES: &[(&str, &[Cut])] = &[
    ("line: refused", &[Cut::Refused]),
    ("line: dropped before the request", &[Cut::Greeting]),
    (
        "line: dropped in the request",
        &[Cut::InRequest, Cut::Unforwarded],
    ),
    ("line: dropped after the request", &[Cut::Unanswered]),
    ("line: half an answer", &[Cut::InHead, Cut::InBody]),
    ("line: 429", &[Cut::Instead(429)]),
    ("line: 500", &[Cut::Instead(500)]),
    ("line: 502", &[Cut::Instead(502)]),
    ("line: 503", &[Cut::Instead(503)]),
    ("line: 504 after it was done", &[Cut::Masked(504)]),
    ("line: slow", &[Cut::Drip]),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_line_loses_doubles_and_falsifies_nothing() {
    let mut table = Table::default();
    // One after the other: each world looks through all that is logged while it lives.
    for scenario in scenarios::ALL {
        table.join(run(scenario).await);
    }
    table.hold(excused::ON_THE_LINE);
}

async fn run(scenario: &'static Scenario) -> Table {
    let world = World::new().await;
    let mut table = Table::default();
    let sound = attempt(&world, scenario, 0, Fault::Nothing).await;
    table.add("none", scenario.name, "none", &sound.findings);
    assert!(sound.exchanges > 0, "{}", scenario.name);
    let mut nth = 0;
    for (class, cuts) in CLASSES {
        for cut in *cuts {
            for (at, lasts) in places(sound.exchanges, *cut) {
                nth += 1;
                let broken = Break {
                    at,
                    lasts,
                    cut: *cut,
                };
                let fault = Fault::Line(broken);
                let tried = attempt(&world, scenario, nth, fault).await;
                table.add(class, scenario.name, &fault.label(), &tried.findings);
            }
        }
    }
    table
}

/// At each exchange, once and from there on. A refused connection is not seen, so it lasts.
fn places(exchanges: usize, cut: Cut) -> Vec<(usize, bool)> {
    let once: &[bool] = match cut {
        Cut::Refused => &[true],
        Cut::Drip => &[false],
        _ => &[false, true],
    };
    let each = |at| once.iter().map(move |lasts| (at, *lasts));
    (0..exchanges).flat_map(each).collect()
}
