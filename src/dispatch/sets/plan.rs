//! Several calls previewed as one, and consented to as one.

use serde_json::{Map, Value, json};

use super::fault::{of_step, refused};
use super::look::{Looked, Looker, own_arguments};
use crate::base::fault::{Code, Fault};
use crate::base::ids::{ChangeSetId, CloudId, PlanId};
use crate::catalog::resolve;
use crate::change_sets::{ChangeSet, PlannedStep, SetError, SetState, is_step_name};
use crate::consent::{APPLY, Asked, Consented, Decision, Hold, Preview, UNDO};
use crate::dispatch::done::Done;
use crate::dispatch::turn::Turn;

/// Most steps of a plan.
const MOST_STEPS: usize = 25;

/// What is to be planned.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) set: ChangeSet,
    pub(super) steps: Vec<PlannedStep>,
    /// Whether it undoes what the set did.
    pub(super) undoes: bool,
    /// What else the caller should know.
    pub(super) warnings: Vec<String>,
}

/// What became of a draft.
pub(super) enum Settled {
    /// It was shown, and nothing was begun.
    Shown(Box<Done>),
    /// It may be carried out.
    Consented(Consented),
}

/// `change_set_plan`: previews the steps that the call names.
///
/// # Errors
/// What would stop one of the steps; nothing is kept then.
pub async fn plan(turn: Turn) -> Result<Done, Fault> {
    let steps = steps(turn.arguments().get("steps"))?;
    let sets = &turn.dispatcher.parts().change_sets;
    let account = &turn.principal().account;
    let set = match turn.automatic.change_set.clone().map(ChangeSetId::new) {
        Some(id) => sets.get(account, &id).await,
        None => match turn.text("title").map(str::trim) {
            Some(title) if !title.is_empty() => sets.start(account, title).await,
            _ => {
                return Err(Fault::new(
                    Code::ValidationError,
                    "give the `change_set` that the steps belong to, or the `title` of a new one",
                ));
            }
        },
    };
    let set = set.map_err(|error| refused(&error))?;
    if matches!(set.state, SetState::Running | SetState::Reverted) {
        let (id, state) = (set.id, set.state);
        return Err(refused(&SetError::NotOpen { id, state }));
    }
    let draft = Draft {
        set,
        steps,
        undoes: false,
        warnings: Vec::new(),
    };
    draft.show(&turn).await
}

/// What a step says.
const KEYS: [&str; 3] = ["name", "operation", "arguments"];

/// Reads the steps of a call.
fn steps(given: Option<&Value>) -> Result<Vec<PlannedStep>, Fault> {
    let wrong =
        |at: usize, what: &str| Fault::new(Code::ValidationError, format!("/steps/{at}: {what}"));
    let given = given
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if given.is_empty() || given.len() > MOST_STEPS {
        return Err(Fault::new(
            Code::ValidationError,
            format!("/steps: 1 to {MOST_STEPS} steps make a plan"),
        ));
    }
    let mut steps: Vec<PlannedStep> = Vec::new();
    for (at, step) in given.iter().enumerate() {
        let unknown = step.as_object().into_iter().flat_map(Map::keys);
        let mut unknown = unknown.filter(|key| !KEYS.contains(&key.as_str()));
        if let Some(key) = unknown.next() {
            let what = format!("{key:?} is none of {}", KEYS.join(", "));
            return Err(wrong(at, &what));
        }
        let text = |name: &str| step.get(name).and_then(Value::as_str);
        let name = text("name").map_or_else(|| format!("step_{}", at + 1), str::to_owned);
        if !is_step_name(&name) || steps.iter().any(|step| step.name == name) {
            return Err(wrong(
                at,
                "a name is of small letters, digits and _, and there once",
            ));
        }
        let tool = text("operation").ok_or_else(|| wrong(at, "names no operation"))?;
        let tool = resolve::resolve(tool).map_err(|fault| of_step(&name, fault))?;
        let arguments = match step.get("arguments") {
            Some(Value::Object(arguments)) => arguments.clone(),
            None => Map::new(),
            Some(_) => return Err(wrong(at, "arguments are an object")),
        };
        let arguments = own_arguments(arguments).map_err(|fault| of_step(&name, fault))?;
        steps.push(PlannedStep {
            name,
            tool: tool.name.to_owned(),
            arguments,
            undoes: None,
        });
    }
    Ok(steps)
}

impl Draft {
    /// Previews it.
    pub(super) async fn show(self, turn: &Turn) -> Result<Done, Fault> {
        match self.settle(turn, &Asked::default()).await? {
            Settled::Shown(done) => Ok(*done),
            Settled::Consented(_) => Err(Fault::new(
                Code::UnexpectedError,
                "nothing was changed: a preview was taken for a commit",
            )),
        }
    }

    /// Looks at all steps, and lets them through when they are those of the plan that is committed
    /// and their targets are as they were.
    pub(super) async fn settle(mut self, turn: &Turn, asked: &Asked) -> Result<Settled, Fault> {
        let mut eyes = Looker::new(turn, self.set.tenant.clone());
        for step in &self.steps {
            eyes.look(step).await?;
        }
        let (looked, site) = eyes.end();
        for (step, looked) in self.steps.iter_mut().zip(&looked) {
            step.undoes = (step.tool == UNDO).then(|| looked.tool.name.to_owned());
        }
        if asked.commit && turn.frame.cancel.is_cancelled() {
            return Err(Fault::new(
                Code::UnexpectedError,
                "nothing was changed: the client withdrew the call",
            ));
        }
        let parts = turn.dispatcher.parts();
        let tool = resolve::resolve(APPLY)?;
        let named = asked.plan_id.as_ref().map_or("", PlanId::as_str);
        let arguments = Map::from_iter([("plan_id".to_owned(), json!(named))]);
        let permitted = parts.policy.permit(turn.principal(), tool, arguments)?;
        // Looked for only when a preview is made.
        let shown = async { self.shown(&looked, self.reaches(turn, &looked).await) };
        let preview = self.preview(&looked, site);
        let hold = Hold::nothing();
        let settled = parts
            .consent
            .settle(permitted, preview, shown, asked, &hold);
        let decision = settled.await.map_err(|error| {
            tracing::error!(%error, "consent");
            Fault::new(
                Code::UnexpectedError,
                "nothing was changed: the plan could not be kept or looked up",
            )
        })?;
        Ok(match decision {
            Decision::Consented(consented) => Settled::Consented(consented),
            Decision::Preview { plan, unmet } => {
                let dispatcher = &turn.dispatcher;
                Settled::Shown(Box::new(self.answer(dispatcher, &plan, unmet.as_ref())))
            }
        })
    }

    fn preview(&self, looked: &[Looked], site: Option<CloudId>) -> Preview {
        let states = looked.iter().filter_map(|looked| {
            let state = looked.state()?;
            Some((looked.name.clone(), state))
        });
        Preview {
            arguments: Map::from_iter([
                ("change_set".to_owned(), json!(self.set.id)),
                ("steps".to_owned(), json!(self.steps)),
                ("undoes".to_owned(), json!(self.undoes)),
            ]),
            reverts: None,
            overwrite: false,
            change_set: Some(self.set.id.as_str().to_owned()),
            tenant: site,
            state: states.collect(),
            names: Vec::new(),
        }
    }
}
