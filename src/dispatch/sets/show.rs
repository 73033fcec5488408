//! A plan of several steps as it is shown and kept.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::look::Looked;
use super::plan::Draft;
use crate::consent::{Plan, Shown, Unmet};
use crate::dispatch::dispatcher::Dispatcher;
use crate::dispatch::done::Done;
use crate::dispatch::preview;

impl Draft {
    /// All steps as one change, each under its name.
    pub(super) fn shown(&self, looked: &[Looked]) -> Shown {
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

    /// The answer of a preview.
    pub(super) fn answer(
        &self,
        dispatcher: &Dispatcher,
        looked: &[Looked],
        plan: &Plan,
        unmet: Option<&Unmet>,
    ) -> Done {
        let mut shown = Map::from_iter([
            ("dry_run".to_owned(), json!(true)),
            ("change_set".to_owned(), json!(self.set.id)),
            ("title".to_owned(), json!(self.set.title)),
            ("steps".to_owned(), looked.iter().map(line).collect()),
            ("irreversible".to_owned(), json!(irreversible(looked))),
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

/// A change of one step as one of the set.
fn under(name: &str, mut change: Value) -> Value {
    for place in ["path", "from"] {
        if let Some(Value::String(path)) = change.get_mut(place) {
            *path = format!("/{name}{path}");
        }
    }
    change
}

/// The steps whose state is another one than it was.
fn stale(was: &Value, is: &Value) -> BTreeSet<String> {
    let names = [was, is].into_iter().filter_map(Value::as_object);
    let names = names.flat_map(|states| states.keys().cloned());
    names.filter(|name| was.get(name) != is.get(name)).collect()
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
