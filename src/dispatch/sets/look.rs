//! Looking at the steps of a set, one after the other, before any of them is sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::fault::{of_step, unresolved};
use super::step::InSet;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{CloudId, OperationId};
use crate::catalog::model::{Before, CallBody, Effect, Source, Tool};
use crate::catalog::{resolve, site};
use crate::change_sets::{PlannedStep, Referred, references};
use crate::consent::Hold;
use crate::dispatch::held;
use crate::dispatch::predict::Prediction;
use crate::dispatch::revert::{self, Undoing};
use crate::dispatch::turn::Turn;
use crate::dispatch::write::{self, Change};
use crate::grants::Access;
use crate::journal::Entry;
use crate::projection::pointer;

/// A step that was looked at.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) name: String,
    /// The tool whose write it is; for an undo, that of what is undone.
    pub(super) tool: &'static Tool,
    /// Its arguments; for an undo, those of what is undone.
    pub(super) arguments: Map<String, Value>,
    pub(super) change: Change,
    /// The credential and the site.
    pub(super) access: Access,
    /// Why nothing could be read yet, where that is so.
    pub(super) deferred: Option<String>,
    /// The earlier step that changes the same thing.
    pub(super) follows: Option<String>,
}

impl Looked {
    /// The state to compare with when the step is due; `None` when nothing could be read yet.
    pub(super) fn state(&self) -> Option<Value> {
        let seen = self.deferred.is_none();
        seen.then(|| self.change.bound_to(self.tool))
    }
}

/// Looks at steps; remembers what the earlier ones are about.
#[derive(Debug)]
pub(super) struct Looker<'a> {
    turn: &'a Turn,
    site: Option<CloudId>,
    names: BTreeSet<String>,
    /// By the name under which a thing is locked, the last step that changes it.
    changed: BTreeMap<String, String>,
    looked: Vec<Looked>,
}

impl<'a> Looker<'a> {
    /// For steps on this site; on that of the first step which has one, when there is none yet.
    pub(super) const fn new(turn: &'a Turn, site: Option<CloudId>) -> Self {
        Self {
            turn,
            site,
            names: BTreeSet::new(),
            changed: BTreeMap::new(),
            looked: Vec::new(),
        }
    }

    /// The steps that were looked at, and their site.
    pub(super) fn end(self) -> (Vec<Looked>, Option<CloudId>) {
        (self.looked, self.site)
    }

    /// Looks at one more step.
    ///
    /// # Errors
    /// What would stop it, with its name.
    pub(super) async fn look(&mut self, step: &PlannedStep) -> Result<(), Fault> {
        let looked = self
            .one(step)
            .await
            .map_err(|fault| of_step(&step.name, fault))?;
        for name in &looked.change.names {
            self.changed.insert(name.clone(), step.name.clone());
        }
        self.names.insert(step.name.clone());
        self.turn.tell_more(&format!("looked at {}", step.name));
        self.looked.push(looked);
        Ok(())
    }

    async fn one(&mut self, step: &PlannedStep) -> Result<Looked, Fault> {
        let tool = resolve::resolve(&step.tool)?;
        let earlier: BTreeSet<&str> = self.names.iter().map(String::as_str).collect();
        let referred = references(&step.arguments, &earlier).map_err(|error| unresolved(&error))?;
        let places: Vec<&str> = referred.iter().map(|found| found.at.as_str()).collect();
        let dispatcher = &self.turn.dispatcher;
        let frame = &self.turn.frame;
        let mut inner = dispatcher.gated(frame, tool, step.arguments.clone(), &places)?;
        inner.automatic.site.clone_from(&self.turn.automatic.site);
        inner.in_set = Some(InSet {
            site: self.site.clone(),
            step: None,
        });
        let parts = dispatcher.parts();
        let account = &self.turn.principal().account;
        parts.limits.spend(account, parts.pin.as_ref()).await?;
        let looked = match tool.handler {
            Some("journal::revert") if referred.is_empty() => self.undo(step, &inner).await?,
            None if tool.effect != Effect::Read => self.write(step, &inner, &referred).await?,
            _ => return Err(no_step(tool)),
        };
        if let Some(tenant) = looked.access.tenant() {
            let site = self.site.get_or_insert_with(|| tenant.cloud_id().clone());
            if site != tenant.cloud_id() {
                return Err(other_site());
            }
        }
        Ok(looked)
    }

    async fn write(
        &self,
        step: &PlannedStep,
        inner: &Turn,
        referred: &[Referred],
    ) -> Result<Looked, Fault> {
        let tool = inner.tool();
        let access = inner.access().await?;
        let needed = looks_at(tool);
        let makers: BTreeSet<&str> = referred
            .iter()
            .filter(|found| {
                pointer::field(&found.at).is_some_and(|name| needed.contains(name.as_str()))
            })
            .map(|found| found.step.as_str())
            .collect();
        let (change, deferred) = if makers.is_empty() {
            (write::prepare(inner, &access).await?, None)
        } else {
            let makers: Vec<&str> = makers.into_iter().collect();
            let why = format!("is read when {} is done", makers.join(" and "));
            (write::unread(inner), Some(why))
        };
        Ok(Looked {
            name: step.name.clone(),
            tool,
            arguments: inner.arguments().clone(),
            follows: self.follows(&change.names),
            change,
            access,
            deferred,
        })
    }

    async fn undo(&self, step: &PlannedStep, inner: &Turn) -> Result<Looked, Fault> {
        let id = OperationId::new(inner.text("operation_id").unwrap_or_default());
        let overwrite = inner.arguments().get("overwrite") == Some(&Value::Bool(true));
        let Undoing {
            permitted,
            entry,
            left,
            access,
        } = revert::gated(inner, &id).await?;
        let tool = permitted.tool();
        let states = [Some(&entry.before), entry.after.as_ref()];
        let names = held::names(entry.target.as_ref(), states.into_iter().flatten());
        let follows = self.follows(&names);
        let later = untold(&entry, names, overwrite);
        let (change, deferred) = match &follows {
            Some(name) => {
                let why =
                    format!("is compared when {name} is done, which undoes a later change of it");
                (later, Some(why))
            }
            None => match revert::prepare(inner, tool, entry, &left, &access, overwrite).await {
                Ok(change) => (change, None),
                // What changed since may be what the steps before this one undo.
                Err(fault) if fault.code == Code::Conflict && !self.looked.is_empty() => {
                    let why = format!(
                        "{}; it is compared again when the later changes of this set are undone, and stops there if it is still so",
                        fault.message
                    );
                    (later, Some(why))
                }
                Err(fault) => return Err(fault),
            },
        };
        Ok(Looked {
            name: step.name.clone(),
            tool,
            arguments: permitted.arguments().clone(),
            change,
            access,
            deferred,
            follows,
        })
    }

    fn follows(&self, names: &[String]) -> Option<String> {
        let last = names.iter().filter_map(|name| self.changed.get(name));
        // The last one, in the order of the steps.
        last.max_by_key(|step| self.looked.iter().position(|looked| looked.name == **step))
            .cloned()
    }
}

/// An undo of which nothing can be told before its turn.
fn untold(entry: &Entry, names: Vec<String>, overwrite: bool) -> Change {
    Change {
        target: entry.target.clone(),
        requests: Vec::new(),
        steps: Vec::new(),
        before: Value::Null,
        draft: None,
        prediction: Prediction {
            from: Value::Null,
            to: None,
            in_write_shape: false,
        },
        warnings: Vec::new(),
        revertible: true,
        undo: "operation_revert on this undo brings the change back, where Atlassian allows it"
            .to_owned(),
        reverts: Some(entry.clone()),
        overwrite,
        names,
        hold: Hold::nothing(),
    }
}

/// The arguments without which the state before cannot be read.
fn looks_at(tool: &Tool) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    if let Some(target) = &tool.target {
        named(target.id, &mut names);
    }
    if let Before::Read(read) = &tool.before {
        for bind in read.call.params {
            named(bind.from, &mut names);
        }
        match &read.call.body {
            CallBody::None => {}
            CallBody::Fields(fields) => {
                fields
                    .iter()
                    .for_each(|(_, source)| named(*source, &mut names));
            }
            CallBody::Projected(projection) => named(projection.from, &mut names),
        }
    }
    names
}

fn named(source: Source, names: &mut BTreeSet<&'static str>) {
    match source {
        Source::Argument(name) | Source::ArgumentAt(name, _) | Source::Negated(name) => {
            names.insert(name);
        }
        Source::Array(sources) => sources.iter().for_each(|source| named(*source, names)),
        Source::Object(members) => members.iter().for_each(|(name, value)| {
            named(*name, names);
            named(*value, names);
        }),
        _ => {}
    }
}

/// The arguments of a step without what belongs to the whole set.
///
/// # Errors
/// `VALIDATION_ERROR` when a step names a site of its own.
pub(super) fn own_arguments(mut given: Map<String, Value>) -> Result<Map<String, Value>, Fault> {
    for word in ["commit", "plan_id", "change_set"] {
        given.remove(word);
    }
    if given.contains_key(site::ARGUMENT) {
        return Err(Fault::new(
            Code::ValidationError,
            "a set is for one site: name it beside `steps`, not within them",
        ));
    }
    Ok(given)
}

fn no_step(tool: &Tool) -> Fault {
    let why = format!("{} cannot be a step of a change set", tool.name);
    Fault::new(Code::ValidationError, why)
        .with_mend("Steps are changes at Atlassian, and operation_revert with a plain id.")
}

fn other_site() -> Fault {
    Fault::new(
        Code::ValidationError,
        "a change set is for one site, and this is another",
    )
}
