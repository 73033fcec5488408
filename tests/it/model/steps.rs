//! What a walk is made of. A step names what it acts on by a number that is taken modulo what there
//! is, so that a walk stays one when some of its steps are left out.

use std::time::Duration;

use super::chance::Chance;

/// How long time can be let pass: within a lock, past one, past what a call may take, past the
/// moment from which a write cannot arrive any more, past a plan's end, past a token's end.
const SPANS: [Duration; 6] = [
    Duration::from_secs(20),
    Duration::from_secs(61),
    Duration::from_mins(3),
    Duration::from_mins(11),
    Duration::from_mins(16),
    Duration::from_hours(5),
];

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Previews a change and keeps the plan.
    Plan(Wish),
    /// Previews an undo and keeps the plan.
    PlanUndo { of: u8, overwrite: bool },
    /// Commits a plan that was kept, be it fresh, stale, used or too old.
    Commit { plan: u8, fate: Fate },
    /// Somebody else names a plan that was kept.
    CommitOfAnother { plan: u8 },
    /// Previews a change and commits it.
    Change { wish: Wish, fate: Fate },
    /// Previews an undo and commits it; of an undo, it does again what was undone.
    Undo { of: u8, overwrite: bool, fate: Fate },
    /// Somebody changes the site by other means.
    Outside(Wish),
    /// Plans a change set, carries it out, maybe with a server that dies after one of its records
    /// and another that goes on, and maybe takes it back.
    Set {
        wishes: Vec<Wish>,
        dies: Option<u8>,
        undone: bool,
    },
    /// Time passes.
    Pass(Duration),
    /// The server looks at the writes whose fate it does not know.
    Reconcile,
    /// The owner asks for one operation.
    Ask { about: u8 },
    /// As [`Step::Outside`], but the model is not told: a walk with it must fail.
    Untold(Wish),
}

/// A change that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wish {
    /// Other values for some cells of a thing.
    Set {
        thing: u8,
        /// Which of its cells, as bits; the first where none is named.
        cells: u8,
        value: u8,
    },
    /// A new filter.
    Create { value: u8 },
    /// A filter less, for good.
    Delete { thing: u8 },
}

/// What becomes of a request that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is carried out and answered.
    Well,
    /// Atlassian refuses it.
    Refused,
    /// It never arrives, and nobody answers.
    NeverArrives,
    /// It is carried out, and the answer is lost.
    AnswerLost,
    /// The server dies after it was recorded and before it arrives.
    CrashBefore,
    /// The server dies after it was carried out and before that is recorded.
    CrashAfter,
}

/// So many steps of this seed.
pub(super) fn walk(seed: u64, length: usize) -> Vec<Step> {
    let mut chance = Chance::new(seed);
    (0..length).map(|_| step(&mut chance)).collect()
}

fn step(chance: &mut Chance) -> Step {
    let (pick, overwrite) = (chance.below(u8::MAX), chance.in_hundred(25));
    match chance.below(100) {
        0..8 => Step::Plan(wish(chance)),
        8..12 => Step::PlanUndo {
            of: pick,
            overwrite,
        },
        12..20 => Step::Commit {
            plan: pick,
            fate: fate(chance),
        },
        20..22 => Step::CommitOfAnother { plan: pick },
        22..48 => Step::Change {
            wish: wish(chance),
            fate: fate(chance),
        },
        48..70 => Step::Undo {
            of: pick,
            overwrite,
            fate: fate(chance),
        },
        70..74 => Step::Set {
            wishes: (0..2 + chance.below(2)).map(|_| wish(chance)).collect(),
            dies: chance.in_hundred(40).then_some(pick),
            undone: chance.in_hundred(50),
        },
        74..84 => Step::Outside(wish(chance)),
        84..93 => Step::Pass(SPANS[usize::from(chance.below(6))]),
        93..96 => Step::Reconcile,
        _ => Step::Ask { about: pick },
    }
}

fn wish(chance: &mut Chance) -> Wish {
    let thing = chance.below(u8::MAX);
    let value = chance.below(4);
    match chance.below(100) {
        0..12 => Wish::Create { value },
        12..16 => Wish::Delete { thing },
        _ => Wish::Set {
            thing,
            cells: chance.below(16),
            value,
        },
    }
}

fn fate(chance: &mut Chance) -> Fate {
    match chance.below(100) {
        0..76 => Fate::Well,
        76..80 => Fate::Refused,
        80..86 => Fate::NeverArrives,
        86..93 => Fate::AnswerLost,
        93..96 => Fate::CrashBefore,
        _ => Fate::CrashAfter,
    }
}
