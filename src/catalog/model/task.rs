//! How work is followed that goes on at Atlassian after it has answered.

use super::Operation;

/// What a task reads when it stands so: by JSON pointer, one of these values (JSON text). All must
/// hold.
pub type States = &'static [(&'static str, &'static [&'static str])];

/// A style of tasks: where an answer names one, how it is looked at and ended, and what its end
/// looks like. The order of judgement is cancelled, done, failed; anything else goes on.
#[derive(Debug)]
pub struct TaskStyle {
    /// Name, as jobs and entries keep it.
    pub name: &'static str,
    /// The operation that shows a task.
    pub look: &'static Operation,
    /// The one parameter of [`TaskStyle::look`] and [`TaskStyle::cancel`]: the id of the task.
    pub param: &'static str,
    /// Where an answer names the task, the first that is there: a JSON pointer, alone for an id or
    /// with `:text` for a link in which the id follows the text; `location:text` for the header.
    pub begun: &'static [&'static str],
    /// It did what it was to do.
    pub done: States,
    /// It did not.
    pub failed: States,
    /// Somebody ended it before its time.
    pub cancelled: States,
    /// Somebody has asked for its end, and it goes on for now.
    pub stopping: States,
    /// JSON pointer of how much is done, in hundredths.
    pub progress: Option<&'static str>,
    /// JSON pointer of its own words.
    pub message: Option<&'static str>,
    /// The operation that ends it before its time, or why there is none.
    pub cancel: Result<&'static Operation, &'static str>,
}
