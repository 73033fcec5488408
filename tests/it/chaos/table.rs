//! The table of all that was tried: printed, and held against what is excused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::excused::Excuse;
use super::judge::{Finding, Sin};

/// What was tried, and what was wrong.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<&'static str, Row>,
    /// Kind of fault, kind of write, sin, with what was seen the first time.
    wrong: BTreeMap<(&'static str, &'static str, Sin), (usize, String)>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Row {
    tried: usize,
    lost: usize,
    doubled: usize,
    wrong: usize,
    unrecorded: usize,
    unsettled: usize,
}

impl Table {
    pub(crate) fn add(
        &mut self,
        class: &'static str,
        write: &'static str,
        fault: &str,
        findings: &[Finding],
    ) {
        let row = self.rows.entry(class).or_default();
        row.tried += 1;
        let sins: BTreeSet<Sin> = findings.iter().map(|(sin, _)| *sin).collect();
        for sin in sins {
            *row.of(sin) += 1;
        }
        for (sin, seen) in findings {
            let wrong = self.wrong.entry((class, write, *sin)).or_default();
            wrong.0 += 1;
            if wrong.1.is_empty() {
                wrong.1 = format!("{fault}: {seen}");
            }
        }
    }

    pub(crate) fn join(&mut self, other: Self) {
        for (class, row) in other.rows {
            self.rows.entry(class).or_default().join(row);
        }
        for (what, (count, seen)) in other.wrong {
            let wrong = self.wrong.entry(what).or_default();
            wrong.0 += count;
            if wrong.1.is_empty() {
                wrong.1 = seen;
            }
        }
    }

    /// Prints the table and holds it against what is excused, which must all occur.
    pub(crate) fn hold(&self, excused: &[Excuse]) {
        println!("{}", self.text());
        let excused: BTreeMap<_, _> = excused
            .iter()
            .flat_map(|excuse| {
                let each = |class: &&'static str| ((*class, excuse.write, excuse.sin), excuse.why);
                excuse.under.iter().map(each)
            })
            .collect();
        let mut complaint = String::new();
        for (what, (count, seen)) in &self.wrong {
            match excused.get(what) {
                Some(why) => println!("{what:?} {count} times: {why}"),
                None => drop(writeln!(complaint, "{what:?} {count} times, first {seen}")),
            }
        }
        for what in excused
            .keys()
            .filter(|what| !self.wrong.contains_key(*what))
        {
            let _ = writeln!(complaint, "{what:?} is excused and does not occur any more");
        }
        assert!(complaint.is_empty(), "{complaint}");
        assert!(self.rows.values().all(|row| row.tried > 0), "nothing tried");
    }

    fn text(&self) -> String {
        let mut all = Row::default();
        let mut text = format!(
            "{:<34} {:>7} {:>6} {:>8} {:>7} {:>11} {:>10}\n",
            "fault", "tried", "lost", "doubled", "wrong", "unrecorded", "unsettled"
        );
        for (class, row) in &self.rows {
            let _ = writeln!(text, "{}", row.text(class));
            all.join(*row);
        }
        text + &all.text("all")
    }
}

impl Row {
    fn of(&mut self, sin: Sin) -> &mut usize {
        match sin {
            Sin::Lost => &mut self.lost,
            Sin::Doubled => &mut self.doubled,
            Sin::Wrong => &mut self.wrong,
            Sin::Unrecorded => &mut self.unrecorded,
            Sin::Unsettled => &mut self.unsettled,
        }
    }

    fn join(&mut self, other: Self) {
        self.tried += other.tried;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.wrong += other.wrong;
        self.unrecorded += other.unrecorded;
        self.unsettled += other.unsettled;
    }

    fn text(&self, class: &str) -> String {
        let Self {
            tried,
            lost,
            doubled,
            wrong,
            unrecorded,
            unsettled,
        } = self;
        format!(
            "{class:<34} {tried:>7} {lost:>6} {doubled:>8} {wrong:>7} {unrecorded:>11} {unsettled:>10}"
        )
    }
}
