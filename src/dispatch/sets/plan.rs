//! Several calls previewed as one, and consented to as one.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::fault::{of_step, refused};
use super::look::{Looked, Looker, own_arguments};
use crate::base::fault::{Code, Fault};
use crate::base::ids::{ChangeSetId, CloudId, PlanId};
use crate::catalog::resolve;
use crate::change_sets::{ChangeSet, PlannedStep, SetError, SetState, is_step_name};
use crate::consent::{APPLY, Asked, Consented, Decision, Hold, Plan, Preview, Shown, Unmet};
use crate::dispatch::done::Done;
use crate::dispatch::preview;
use crate::dispatch::turn::Turn;
use crate::projection::pointer;

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
    pub(super) async fn settle(self, turn: &Turn, asked: &Asked) -> Result<Settled, Fault> {
        let mut eyes = Looker::new(turn, self.set.tenant.clone());
        for step in &self.steps {
            eyes.look(step).await?;
        }
        let (looked, site) = eyes.end();
        let parts = turn.dispatcher.parts();
        let tool = resolve::resolve(APPLY)?;
        let named = asked.plan_id.as_ref().map_or("", PlanId::as_str);
        let arguments = Map::from_iter([("plan_id".to_owned(), json!(named))]);
        let permitted = parts.policy.permit(turn.principal(), tool, arguments)?;
        let (preview, shown) = (self.preview(&looked, site), self.shown(&looked));
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
                Settled::Shown(Box::new(self.answer(&looked, &plan, unmet)))
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

    /// All steps as one change, each under its name.
    fn shown(&self, looked: &[Looked]) -> Shown {
        let (mut before, mut after) = (Map::new(), Map::new());
        let (mut patch, mut requests) = (Vec::new(), Vec::new());
        let mut warnings = self.warnings.clone();
        let mut site = None;
        for step in looked {
            let name = &step.name;
            let shown = preview::shown(&step.change, step.tenant.as_ref());
            if !shown.before.is_null() {
                before.insert(name.clone(), shown.before);
            }
            if let Some(value) = shown.after {
                after.insert(name.clone(), value);
            }
            match shown.patch {
                Some(Value::Array(changes)) => {
                    patch.extend(changes.into_iter().map(|change| under(name, change)));
                }
                _ => warnings.push(format!(
                    "{name}: what {} changes cannot be told yet",
                    step.tool.name
                )),
            }
            if let Value::Array(sent) = shown.requests {
                requests.extend(sent);
            }
            warnings.extend(
                shown
                    .warnings
                    .iter()
                    .map(|words| format!("{name}: {words}")),
            );
            let deferred = step.deferred.iter();
            warnings.extend(deferred.map(|why| format!("{name}: {why}")));
            site = site.or(shown.site);
        }
        let lasting = irreversible(looked);
        Shown {
            target: json!({"kind": "change_set", "id": self.set.id}),
            site,
            before: Value::Object(before),
            after: Some(Value::Object(after)),
            patch: Some(Value::Array(patch)),
            requests: Value::Array(requests),
            warnings,
            impact: None,
            revertible: lasting.is_empty(),
            undo: if lasting.is_empty() {
                "change_set_revert undoes it, last first".to_owned()
            } else {
                format!("cannot be undone: {}", lasting.join(", "))
            },
        }
    }

    fn answer(&self, looked: &[Looked], plan: &Plan, unmet: Option<Unmet>) -> Done {
        let mut shown = json!({
            "dry_run": true,
            "change_set": self.set.id,
            "title": self.set.title,
            "steps": looked.iter().map(line).collect::<Vec<_>>(),
            "irreversible": irreversible(looked),
            "warnings": self.warnings,
            "plan_id": plan.id,
            "expires_at": plan.expires_at.to_string(),
            "next": "Show this to the person. To carry all of it out, call change_set_apply with this plan_id.",
        });
        if let Some(unmet) = unmet {
            if let Unmet::Stale { changed } = &unmet {
                shown["stale_steps"] = json!(stale(changed));
            }
            shown["not_committed"] = preview::unmet_json(&unmet);
        }
        if let Some(site) = &plan.shown.site {
            shown["site"] = json!(site);
        }
        Done::of(shown)
    }
}

/// A change of one step as one of the set.
fn under(name: &str, mut change: Value) -> Value {
    for place in ["path", "from"] {
        if let Some(Value::String(path)) = change.get_mut(place) {
            *path = format!("/{name}{path}");
        }
    }
    change
}

/// The steps that a patch of their states names.
fn stale(patch: &Value) -> BTreeSet<String> {
    let changes = patch.as_array().into_iter().flatten();
    let paths = changes.filter_map(|change| change.get("path")?.as_str());
    paths.filter_map(pointer::field).collect()
}

fn irreversible(looked: &[Looked]) -> Vec<&str> {
    let lasting = looked.iter().filter(|step| !step.change.revertible);
    lasting.map(|step| step.name.as_str()).collect()
}

fn line(step: &Looked) -> Value {
    let change = &step.change;
    let shown = preview::shown(change, None);
    let mut line = json!({
        "step": step.name,
        "operation": step.tool.name,
        "target": change.target,
        "revertible": change.revertible,
        "undo": change.undo,
    });
    let mut put = |name: &str, value: Value| line[name] = value;
    if let Some(undone) = &change.reverts {
        put("reverts", json!(undone.id));
    }
    if let Some(why) = &step.deferred {
        put("deferred", json!(why));
    }
    if let Some(name) = &step.follows {
        put("follows", json!(name));
    }
    match shown.patch {
        Some(patch) => put("patch", patch),
        None => put("requests", shown.requests),
    }
    if change.prediction.is_idle() {
        put("changes_nothing", json!(true));
    }
    if !change.warnings.is_empty() {
        put("warnings", json!(change.warnings));
    }
    line
}
