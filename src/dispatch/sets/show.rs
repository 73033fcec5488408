//! A plan of several steps as it is shown and kept.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::look::Looked;
use super::plan::Draft;
use crate::consent::{Plan, Shown, ShownStep, Unmet};
use crate::dispatch::dispatcher::Dispatcher;
use crate::dispatch::done::Done;
use crate::dispatch::impact::{self, Bounds, Reach};
use crate::dispatch::preview;
use crate::dispatch::turn::Turn;

impl Draft {
    /// All steps as one change, each with what it reaches.
    pub(super) fn shown(&self, looked: &[Looked], reaches: Vec<Option<Reach>>) -> Shown {
        let steps = looked.iter().zip(reaches);
        let steps: Vec<ShownStep> = steps.map(|(step, reach)| shown_step(step, reach)).collect();
        let lasting = lasting(&steps);
        Shown {
            target: json!({"kind": "change_set", "id": self.set.id, "title": self.set.title}),
            site: steps.iter().find_map(|step| step.shown.site.clone()),
            requests: json!([]),
            warnings: self.warnings.clone(),
            revertible: lasting.is_empty(),
            undo: if lasting.is_empty() {
                "change_set_revert undoes it, last first".to_owned()
            } else {
                format!("cannot be undone: {}", lasting.join(", "))
            },
            steps,
            ..Shown::default()
        }
    }

    /// What each step reaches, within the bounds of one preview; what several of them change is
    /// looked for once.
    pub(super) async fn reaches(&self, turn: &Turn, looked: &[Looked]) -> Vec<Option<Reach>> {
        let bounds = Bounds::within(turn.deadline());
        let mut known: BTreeMap<(&str, &str), Option<Reach>> = BTreeMap::new();
        let mut reaches = Vec::new();
        for step in looked {
            let (tool, change) = (step.tool, &step.change);
            let target = change.target.as_ref();
            let id = target.and_then(|target| Some((target.kind.as_str(), target.id.as_deref()?)));
            let reach = match (id, &step.deferred) {
                (None, None) => None,
                (None, Some(why)) => Reach::untold(tool, why),
                (Some(id), _) => match known.entry(id) {
                    Entry::Occupied(known) => known.get().clone(),
                    Entry::Vacant(new) => {
                        let (given, access) = (&step.arguments, &step.access);
                        let reach = impact::reach(turn, &bounds, tool, given, change, access);
                        new.insert(reach.await).clone()
                    }
                },
            };
            reaches.push(reach.filter(|_| tool.impact.is_some()));
        }
        reaches
    }

    /// The answer of a preview.
    pub(super) fn answer(
        &self,
        dispatcher: &Dispatcher,
        plan: &Plan,
        unmet: Option<&Unmet>,
    ) -> Done {
        let steps = &plan.shown.steps;
        let mut shown = Map::from_iter([
            ("dry_run".to_owned(), json!(true)),
            ("change_set".to_owned(), json!(self.set.id)),
            ("title".to_owned(), json!(self.set.title)),
            (
                "steps".to_owned(),
                steps.iter().map(preview::step).collect(),
            ),
            ("irreversible".to_owned(), json!(lasting(steps))),
            ("warnings".to_owned(), json!(self.warnings)),
        ]);
        if let Some(Unmet::Stale { was, is }) = unmet {
            shown.insert("stale_steps".to_owned(), json!(stale(was, is)));
        }
        if let Some(site) = &plan.shown.site {
            shown.insert("site".to_owned(), json!(site));
        }
        preview::marks(dispatcher, plan, unmet, shown)
    }
}

fn shown_step(step: &Looked, reach: Option<Reach>) -> ShownStep {
    let mut shown = preview::shown(&step.change, step.access.tenant());
    if let Some(Reach { warning, shown: of }) = reach {
        shown.warnings.extend(warning);
        shown.impact = Some(of);
    }
    ShownStep {
        name: step.name.clone(),
        tool: step.tool.name.to_owned(),
        reverts: step.change.reverts.as_ref().map(|entry| entry.id.clone()),
        deferred: step.deferred.clone(),
        follows: step.follows.clone(),
        shown,
    }
}

/// The steps whose state is another one than it was.
fn stale(was: &Value, is: &Value) -> BTreeSet<String> {
    let names = [was, is].into_iter().filter_map(Value::as_object);
    let names = names.flat_map(|states| states.keys().cloned());
    names.filter(|name| was.get(name) != is.get(name)).collect()
}

/// The steps that cannot be undone.
fn lasting(steps: &[ShownStep]) -> Vec<&str> {
    let lasting = steps.iter().filter(|step| !step.shown.revertible);
    lasting.map(|step| step.name.as_str()).collect()
}
