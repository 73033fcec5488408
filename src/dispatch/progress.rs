//! Telling whoever waits for an answer how far the work is.

use std::fmt;

use super::turn::Turn;

/// Takes what is told of a call while it lasts. Telling never waits, and what nobody listens to is
/// lost.
pub trait Progress: Send + Sync + fmt::Debug {
    /// So much of `total` is done, in words for a person. What is done never becomes less; `total`
    /// is left out where nobody knows it.
    fn tell(&self, done: f64, total: Option<f64>, words: &str);
}

impl Turn {
    /// Tells the caller how far this call is, when they asked to be told.
    pub fn tell(&self, done: f64, total: Option<f64>, words: &str) {
        if let Some(progress) = &self.frame.progress {
            progress.tell(done, total, words);
        }
    }

    /// Tells the caller that one thing more is done, of which nobody knows how many there are: a
    /// page that was read. It counts on through everything that the call does.
    pub fn tell_more(&self, words: &str) {
        self.tell(f64::from(self.frame.noted.one_more()), None, words);
    }
}
