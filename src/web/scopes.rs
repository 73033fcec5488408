//! Our scopes in words, for the pages that name what a client may do.

use crate::auth::{Scope, Scopes};

/// A scope as it is shown.
#[derive(Debug)]
pub(super) struct ScopeLine {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) words: &'static str,
}

/// One line for each scope.
pub(super) fn lines(scopes: Scopes) -> Vec<ScopeLine> {
    scopes
        .iter()
        .map(|scope| {
            let (title, words) = match scope {
                Scope::Read => ("Look", "Read how the site is set up."),
                Scope::Write => (
                    "Change",
                    "Change how the site is set up. Each change is shown as a plan before it is made, and recorded.",
                ),
                Scope::AdminOrg => (
                    "Administer the organisation",
                    "Use the organisation's own key for users, groups and directories, if you are on the list of those who may.",
                ),
            };
            ScopeLine {
                name: scope.as_str(),
                title,
                words,
            }
        })
        .collect()
}
