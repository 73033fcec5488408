//! The consent to a change set: given once for all its steps, and looked at again at each.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use super::gate::{Consent, Consented};
use super::hold::Hold;
use super::plan::{Plan, Preview};
use crate::base::ids::{AccountId, ChangeSetId, JobId, OperationId, PlanId};
use crate::base::random::RandomError;
use crate::catalog::model::Tool;
use crate::catalog::{self, arguments};
use crate::change_sets::{
    ChangeSets, Made, PlannedStep, ReferenceError, Run, RunStep, SetError, StepsError, planned,
    resolve,
};
use crate::policy::Permitted;
use crate::projection::state;
use crate::store::Step;

/// The tool that carries a plan of steps out.
pub const APPLY: &str = "change_set_apply";
/// The tool whose steps undo what is recorded.
pub const UNDO: &str = "operation_revert";

/// Why a run cannot begin, or go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The set.
    #[error(transparent)]
    Set(#[from] SetError),
    /// What was consented to is no plan of steps.
    #[error(transparent)]
    Steps(#[from] StepsError),
    /// No randomness for the ids of its operations.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Why a step of a run was not let through; nothing of it was done.
#[derive(Debug, thiserror::Error)]
pub enum StepUnmet {
    /// The set went on in another way: another call undoes it, or carries out another plan.
    #[error("the change set has moved on")]
    MovedOn,
    /// It is not the step that was consented to.
    #[error("this is not the step that was planned")]
    Other,
    /// What it refers to was not made.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The target is neither as it was previewed nor as an earlier step left it.
    #[error("the target has changed since it was previewed")]
    Stale,
    /// What is to be changed is not locked.
    #[error("{0:?} is not locked")]
    NotHeld(String),
    /// The set could not be looked up.
    #[error(transparent)]
    Set(#[from] SetError),
}

/// What a step's state is compared with, besides what was previewed.
#[derive(Debug, Clone, PartialEq)]
pub enum Left {
    /// No earlier step of this run changed the same thing.
    Nothing,
    /// An earlier step left it like this, as far as it is compared.
    As(Value),
    /// An earlier step changed it, and reads it in another way, or could not read it afterwards.
    Untold,
}

/// Proof that the caller consented to the steps of a run and that it was begun. Only
/// [`Consent::begin`] and [`Consent::resume`] make one.
#[derive(Debug)]
pub struct Begun {
    run: Run,
}

impl Begun {
    /// Its steps and whose they are.
    pub const fn run(&self) -> &Run {
        &self.run
    }
}

/// One step that is due.
#[derive(Debug, Clone, Copy)]
pub struct Due<'a> {
    /// The run.
    pub begun: &'a Begun,
    /// Which of its steps.
    pub at: usize,
    /// What the steps before it made, by their names.
    pub made: &'a BTreeMap<String, Made>,
    /// What an earlier step did to the same thing.
    pub left: &'a Left,
}

impl Plan {
    /// The change set whose steps this plan holds; `None` for the plan of a single call.
    pub fn of_set(&self) -> Option<ChangeSetId> {
        let set = self.preview.change_set.as_ref();
        set.filter(|_| self.tool == APPLY)
            .map(|set| ChangeSetId::new(set.as_str()))
    }

    /// The steps of a set that this plan holds; none for that of a single call.
    pub fn steps(&self) -> Vec<PlannedStep> {
        let steps = self.of_set().map(|_| planned(&self.preview.arguments));
        steps.and_then(Result::ok).unwrap_or_default()
    }

    /// Every tool whose writes it holds.
    pub fn tools(&self) -> Vec<String> {
        let steps = self.steps();
        if steps.is_empty() {
            return vec![self.tool.clone()];
        }
        let tools = steps.iter().map(|step| step.acts_by().to_owned());
        tools.collect()
    }

    /// Where secrets stand in what it shows and in its arguments, as JSON pointers; of a set, below
    /// the names of its steps, and below the arguments of each.
    pub fn secrets(&self) -> Vec<String> {
        let of = |under: &str, tool: &str| {
            let secrets = catalog::tool(tool).map_or(&[][..], |tool| tool.secrets);
            let places = secrets.iter().map(|place| format!("{under}{place}"));
            places.collect::<Vec<_>>()
        };
        let steps = self.steps();
        let of_steps = steps.iter().enumerate().flat_map(|(at, step)| {
            let places = [format!("/{}", step.name), format!("/steps/{at}/arguments")];
            places.map(|under| of(&under, step.acts_by())).concat()
        });
        of("", &self.tool).into_iter().chain(of_steps).collect()
    }
}

impl Consent {
    /// Begins to carry out a set's plan that [`Consent::settle`] has let through, under a job that is
    /// kept by the steps `beside`.
    ///
    /// # Errors
    /// [`RunError`]: nothing was begun and nothing may be sent.
    pub async fn begin(
        &self,
        sets: &ChangeSets,
        consented: Consented,
        plan: PlanId,
        (job, beside): (JobId, Vec<Step>),
    ) -> Result<Begun, RunError> {
        let Consented {
            permitted, preview, ..
        } = consented;
        let account = permitted.principal().account.clone();
        let set = ChangeSetId::new(preview.change_set.unwrap_or_default());
        let held = sets.hold(&account, &set).await?;
        let mut steps = Vec::new();
        for planned in planned(&preview.arguments)? {
            // The states by the names of their steps; one that is not looked at before is not there.
            let seen = preview.state.get(&planned.name).map(state::digest);
            let operation = OperationId::random(self.random.as_ref())?;
            steps.push(RunStep {
                planned,
                operation,
                seen,
            });
        }
        let run = Run {
            plan,
            set,
            account,
            tenant: preview.tenant,
            undoes: preview.arguments.get("undoes") == Some(&Value::Bool(true)),
            begun_at: self.vault.store().now(),
            job: Some(job),
            steps,
        };
        sets.begin(&held, &run, beside).await?;
        Ok(Begun { run })
    }

    /// The run of a plan that this person has begun before.
    ///
    /// # Errors
    /// [`SetError`] when the store does not answer.
    pub async fn resume(
        &self,
        sets: &ChangeSets,
        account: &AccountId,
        plan: &PlanId,
    ) -> Result<Option<Begun>, SetError> {
        let run = sets.run(account, plan).await?;
        Ok(run.map(|run| Begun { run }))
    }

    /// Lets one step through: it is the planned one, what it refers to in its place, on what was
    /// previewed or was left by an earlier step. It is recorded under the id that was chosen for
    /// it, and only while its run is under way, so that it is sent once at most.
    ///
    /// # Errors
    /// [`StepUnmet`] says what does not hold; nothing of the step may be sent.
    pub async fn step(
        &self,
        sets: &ChangeSets,
        due: Due<'_>,
        permitted: Permitted,
        preview: Preview,
        hold: &Hold,
    ) -> Result<Consented, StepUnmet> {
        let run = &due.begun.run;
        let step = run.steps.get(due.at).ok_or(StepUnmet::Other)?;
        if let Some(name) = hold.lacks(&preview.names).first() {
            return Err(StepUnmet::NotHeld((*name).to_owned()));
        }
        let same = permitted.principal().account == run.account
            && preview.arguments == *permitted.arguments()
            && preview.change_set.as_deref() == Some(run.set.as_str())
            && (preview.tenant.is_none() || preview.tenant == run.tenant)
            && is_planned(step, due.made, &permitted, &preview)?;
        if !same {
            return Err(StepUnmet::Other);
        }
        let now = state::digest(&preview.state);
        let fresh = match (&step.seen, due.left) {
            (None, _) | (_, Left::Untold) => true,
            (Some(_), Left::As(left)) => state::digest(left) == now,
            (Some(seen), Left::Nothing) => *seen == now,
        };
        if !fresh {
            return Err(StepUnmet::Stale);
        }
        let guard = sets.under_way(run).await?.ok_or(StepUnmet::MovedOn)?;
        Ok(Consented {
            permitted: Box::new(permitted),
            preview: Box::new(preview),
            operation: Some(step.operation.clone()),
            guard: vec![guard],
        })
    }
}

/// Whether what is permitted is what the step says, with what was made in place of references.
fn is_planned(
    step: &RunStep,
    made: &BTreeMap<String, Made>,
    permitted: &Permitted,
    preview: &Preview,
) -> Result<bool, StepUnmet> {
    let planned = &step.planned;
    if planned.tool == UNDO {
        let named = planned
            .arguments
            .get("operation_id")
            .and_then(Value::as_str);
        let overwrite = planned.arguments.get("overwrite") == Some(&Value::Bool(true));
        let reverts = preview.reverts.as_ref().map(OperationId::as_str);
        return Ok(named.is_some() && reverts == named && preview.overwrite == overwrite);
    }
    let tool: &'static Tool = permitted.tool();
    let schema = serde_json::from_str(tool.full_schema).unwrap_or_default();
    let given = resolve(&planned.arguments, made, &schema)?;
    let own = arguments::check(tool, given).map(|checked| checked.own);
    Ok(planned.tool == tool.name
        && preview.reverts.is_none()
        && own.is_ok_and(|own| own == *permitted.arguments()))
}
