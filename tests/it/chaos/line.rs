//! A broken line at every exchange of a commit.

use super::excused;
use super::proxy::{Break, Cut};
use super::scenarios::{self, Scenario};
use super::table::Table;
use super::trial::{Fault, attempt};
use super::world::World;

/// A break that strikes one exchange.
const ONCE: &[bool] = &[false];
/// A break that strikes all exchanges from one on.
const LASTING: &[bool] = &[true];
const BOTH: &[bool] = &[false, true];

/// A cut, and whether it lasts.
type Way = (Cut, &'static [bool]);

/// Every kind of fault with the ways in which it comes. A refused connection is not seen, so it
/// lasts.
const CLASSES: &[(&str, &[Way])] = &[
    ("line: refused", &[(Cut::Refused, LASTING)]),
    ("line: dropped before the request", &[(Cut::Greeting, BOTH)]),
    (
        "line: dropped in the request",
        &[(Cut::InRequest, BOTH), (Cut::Unforwarded, LASTING)],
    ),
    (
        "line: dropped after the request",
        &[(Cut::Unanswered, BOTH)],
    ),
    (
        "line: half an answer",
        &[(Cut::InHead, LASTING), (Cut::InBody, BOTH)],
    ),
    ("line: 429", &[(Cut::Instead(429), BOTH)]),
    ("line: 500", &[(Cut::Instead(500), BOTH)]),
    ("line: 502", &[(Cut::Instead(502), ONCE)]),
    ("line: 503", &[(Cut::Instead(503), LASTING)]),
    ("line: 504 after it was done", &[(Cut::Masked(504), BOTH)]),
    ("line: slow", &[(Cut::Drip, ONCE)]),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_line_loses_doubles_and_falsifies_nothing() {
    let mut table = Table::default();
    // One after the other: each world looks through all that is logged while it lives.
    for scenario in scenarios::ALL.iter().filter(|it| it.is_one_request()) {
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
    for (class, ways) in CLASSES {
        for broken in breaks(sound.exchanges, ways) {
            nth += 1;
            let fault = Fault::Line(broken);
            let tried = attempt(&world, scenario, nth, fault).await;
            table.add(class, scenario.name, &fault.label(), &tried.findings);
        }
    }
    table
}

fn breaks(exchanges: usize, ways: &[Way]) -> Vec<Break> {
    let mut breaks = Vec::new();
    for at in 0..exchanges {
        for (cut, lasting) in ways {
            breaks.extend(lasting.iter().map(|lasts| Break {
                at,
                lasts: *lasts,
                cut: *cut,
            }));
        }
    }
    breaks
}
