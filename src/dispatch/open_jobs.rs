//! The jobs of a caller that go on.

use serde_json::{Value, json};

use super::done::Done;
use super::follow_up::{by_record, unread};
use super::turn::Turn;
use crate::base::fault::{Code, Fault};
use crate::catalog;
use crate::journal::Place;

/// How many jobs are listed when the caller does not say.
const LISTED: usize = 25;
/// How many are listed at most.
const MOST_LISTED: usize = 100;

impl Turn {
    /// A page of the caller's open jobs, newest first, by what is recorded of them; those that the
    /// caller may not follow are left out.
    ///
    /// # Errors
    /// When the cursor is none, or the store does not answer.
    pub async fn open_jobs(&self, page: Option<&str>, limit: Option<u32>) -> Result<Done, Fault> {
        let parts = self.dispatcher.parts();
        let limit = limit.map_or(LISTED, |limit| usize::try_from(limit).unwrap_or(LISTED));
        let after = page.map(place).transpose()?;
        let principal = self.principal();
        let found = parts
            .jobs
            .open(
                &principal.account,
                after.as_ref(),
                limit.clamp(1, MOST_LISTED),
            )
            .await;
        let (jobs, next) = found.map_err(|error| unread(&error))?;
        let jobs: Vec<Value> = jobs
            .iter()
            .filter(|(_, job)| {
                catalog::tool(&job.tool)
                    .is_some_and(|tool| parts.policy.may_follow(principal, tool).is_ok())
            })
            .map(|(id, job)| by_record(id, job))
            .collect();
        let returned = jobs.len();
        let mut done = Done::of(Value::from(jobs));
        if let Some(next) = next {
            done = done.with("page", json!({"next": next.text(), "returned": returned}));
        }
        Ok(done)
    }
}

fn place(page: &str) -> Result<Place, Fault> {
    Place::parse(page).ok_or_else(|| {
        let why = "/page: this is no cursor of a list of jobs";
        Fault::new(Code::ValidationError, why)
    })
}
