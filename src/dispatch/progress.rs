//! Telling whoever waits for an answer how far the work is.

use std::fmt;
use std::sync::Arc;

use super::call::Frame;
use super::turn::Turn;

/// Takes what is told of a call while it lasts. Telling never waits, and what nobody listens to is
/// lost.
pub trait Progress: Send + Sync + fmt::Debug {
    /// So much of `total` is done, in words for a person. What is done never becomes less; `total`
    /// is left out where nobody knows it.
    fn tell(&self, done: f64, total: Option<f64>, words: &str);
}

/// A part of a longer work: what it tells of itself is told of the whole.
#[derive(Debug)]
pub(super) struct Part {
    whole: Arc<dyn Progress>,
    at: f64,
    of: f64,
    name: String,
}

impl Part {
    /// Part number `at` (from 0) of so many equal ones, under its name, in a call that has told of so
    /// many things `before` them.
    pub(super) fn new(
        whole: Arc<dyn Progress>,
        (at, of): (usize, usize),
        before: u32,
        name: String,
    ) -> Self {
        let after = |count: usize| {
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            f64::from(before.saturating_add(count))
        };
        Self {
            whole,
            at: after(at),
            of: after(of),
            name,
        }
    }
}

impl Progress for Part {
    /// What has no end is not told: nobody knows what share of the part it is.
    fn tell(&self, done: f64, total: Option<f64>, words: &str) {
        if let Some(total) = total.filter(|total| *total > 0.0) {
            let share = (done / total).clamp(0.0, 1.0);
            let words = format!("{}: {words}", self.name);
            self.whole.tell(self.at + share, Some(self.of), &words);
        }
    }
}

impl Frame {
    /// Tells the caller how far this call is, when they asked to be told.
    pub(super) fn tell(&self, done: f64, total: Option<f64>, words: &str) {
        if let Some(progress) = &self.progress {
            progress.tell(done, total, words);
        }
    }

    /// Tells the caller that one thing more is done, of which nobody knows how many there are. It
    /// counts on through everything that the call does.
    pub(super) fn tell_more(&self, words: &str) {
        self.tell(f64::from(self.noted.one_more()), None, words);
    }

    /// Tells the caller that a page of a state was read, and that another one follows.
    pub(super) fn tell_page(&self) {
        self.tell_more("reading what is there now, page after page");
    }
}

impl Turn {
    /// Tells the caller how far this call is, when they asked to be told.
    pub fn tell(&self, done: f64, total: Option<f64>, words: &str) {
        self.frame.tell(done, total, words);
    }

    /// Tells the caller that one thing more is done, of which nobody knows how many there are: a
    /// page that was read. It counts on through everything that the call does.
    pub fn tell_more(&self, words: &str) {
        self.frame.tell_more(words);
    }
}
