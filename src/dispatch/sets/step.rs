//! One step of a change set on the path of a write.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fault::unmet;
use crate::base::fault::Fault;
use crate::base::ids::CloudId;
use crate::catalog;
use crate::catalog::model::{Read, Tool};
use crate::change_sets::Made;
use crate::consent::{Begun, Consented, Due, Hold, Left, Preview};
use crate::dispatch::dispatcher::Parts;
use crate::dispatch::held;
use crate::dispatch::predict::{comparable, present_read};
use crate::dispatch::turn::Turn;
use crate::journal::Entry;
use crate::policy::Permitted;

/// What a call within a change set knows besides what every call knows.
#[derive(Debug, Clone)]
pub(in crate::dispatch) struct InSet {
    /// The site of the set.
    pub(in crate::dispatch) site: Option<CloudId>,
    /// The step that is carried out; `None` while it is only looked at.
    pub(super) step: Option<Arc<Step>>,
}

/// A step that is carried out.
#[derive(Debug)]
pub(in crate::dispatch) struct Step {
    pub(super) begun: Arc<Begun>,
    pub(super) at: usize,
    pub(super) before: Before,
}

/// What the steps before it did.
#[derive(Debug, Clone, Default)]
pub(super) struct Before {
    /// What they made, by their names.
    pub(super) made: BTreeMap<String, Made>,
    /// Their entries, in their order.
    entries: Vec<Entry>,
}

impl Before {
    /// Adds a step that was carried out.
    pub(super) fn add(&mut self, name: &str, entry: Entry) {
        let made = Made {
            id: entry.target.as_ref().and_then(|target| target.id.clone()),
            result: entry.result.clone().unwrap_or_default(),
        };
        self.made.insert(name.to_owned(), made);
        self.entries.push(entry);
    }

    /// What the last of them that changed one of these things left of it.
    fn left(&self, tool: &Tool, names: &[String]) -> Left {
        let names: BTreeSet<&String> = names.iter().collect();
        let last = self.entries.iter().rev().find(|entry| {
            let states = [Some(&entry.before), entry.after.as_ref()];
            let known = held::names(entry.target.as_ref(), states.into_iter().flatten());
            known.iter().any(|name| names.contains(name))
        });
        let Some(entry) = last else {
            return Left::Nothing;
        };
        let read = catalog::tool(&entry.tool).and_then(present_read);
        match (read, present_read(tool), &entry.after) {
            (Some(theirs), Some(ours), Some(after)) if is_same(theirs, ours) => {
                Left::As(comparable(tool, after))
            }
            _ => Left::Untold,
        }
    }
}

/// Whether two reads show the same part of the same answer.
fn is_same(one: &Read, other: &Read) -> bool {
    one.call.operation.key == other.call.operation.key
        && one.at == other.at
        && one.item == other.item
}

impl Step {
    /// The consent to this step, which the caller gave to the whole set.
    pub(in crate::dispatch) async fn consent(
        &self,
        parts: &Parts,
        permitted: Permitted,
        preview: Preview,
        hold: &Hold,
    ) -> Result<Consented, Fault> {
        let due = Due {
            begun: &self.begun,
            at: self.at,
            made: &self.before.made,
            left: &self.before.left(permitted.tool(), &preview.names),
        };
        let sets = &parts.change_sets;
        let consented = parts.consent.step(sets, due, permitted, preview, hold);
        consented.await.map_err(|error| unmet(&error))
    }
}

impl Turn {
    /// The step that this call carries out, when it is one of a change set.
    pub(in crate::dispatch) fn step(&self) -> Option<Arc<Step>> {
        self.in_set.as_ref()?.step.clone()
    }
}
