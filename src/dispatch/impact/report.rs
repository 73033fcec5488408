//! What was found out about the reach of a change, as it is shown.

use serde_json::{Map, Value, json};

use super::ask::Stop;
use crate::catalog::model::Impact;

/// A project that a change reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) key: Option<String>,
    pub(super) name: Option<String>,
}

/// What a change reaches, and what of that is not known.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) impact: &'static Impact,
    /// The first of the projects.
    pub(super) named: Vec<Named>,
    /// How many there are.
    pub(super) total: usize,
    /// It applies to the whole site.
    pub(super) everywhere: bool,
    /// Why there may be more projects.
    pub(super) stop: Option<Stop>,
    /// The issues of the projects, where it was tried to count them.
    pub(super) issues: Option<Result<u64, Stop>>,
    /// What else was counted.
    pub(super) others: Vec<(&'static str, Result<u64, Stop>)>,
}

impl Report {
    /// What a person has to know before they agree: that more than one project changes, or that
    /// nobody can say.
    pub(super) fn warning(&self) -> Option<String> {
        let what = self.impact.what;
        if self.everywhere {
            return Some(format!(
                "this {what} applies in every project, and all of them change"
            ));
        }
        match (self.total, self.stop) {
            (0 | 1, Some(_)) => Some(format!(
                "it could not be told how many projects share this {what}; all that do change"
            )),
            (0 | 1, None) => None,
            (total, stop) => {
                let least = if stop.is_some() { "at least " } else { "" };
                Some(format!(
                    "{least}{total} projects share this {what}; all of them change"
                ))
            }
        }
    }

    /// As a preview shows it: `{of, everywhere?, projects?, total?, at_least?, issues?,
    /// approximate?, others?, untold?}`. Projects are left out where nothing leads to them.
    pub(super) fn into_json(self) -> Value {
        let untold = self.untold();
        let mut shown = Map::new();
        let mut put = |name: &str, value: Value| {
            shown.insert(name.to_owned(), value);
        };
        put("of", json!(self.impact.what));
        if !self.impact.walk.is_empty() {
            put("everywhere", json!(self.everywhere));
        }
        let any = self.total > 0 || self.stop.is_none();
        if any && !self.everywhere && !self.impact.walk.is_empty() {
            let projects: Vec<Value> = self.named.iter().map(project).collect();
            put("projects", Value::from(projects));
            put("total", json!(self.total));
            if self.stop.is_some() {
                put("at_least", json!(true));
            }
        }
        if let Some(Ok(issues)) = self.issues {
            put("issues", json!(issues));
            put("approximate", json!(true));
        }
        let others: Map<String, Value> = self
            .others
            .iter()
            .filter_map(|(what, count)| Some(((*what).to_owned(), json!(count.ok()?))))
            .collect();
        if !others.is_empty() {
            put("others", Value::Object(others));
        }
        if !untold.is_empty() {
            put("untold", json!(untold));
        }
        Value::Object(shown)
    }

    /// What is not known, and why, in sentences.
    fn untold(&self) -> String {
        let mut said: Vec<String> = self.impact.untold.map(str::to_owned).into_iter().collect();
        if let Some(stop) = self.stop {
            let what = self.impact.what;
            said.push(if self.total == 0 {
                format!("Which projects share this {what} could not be told: {stop}.")
            } else {
                format!("There may be more projects: {stop}.")
            });
        }
        if let Some(Err(stop)) = self.issues {
            said.push(format!("Their issues could not be counted: {stop}."));
        }
        for (what, count) in &self.others {
            if let Err(stop) = count {
                said.push(format!(
                    "How many {what} there are could not be told: {stop}."
                ));
            }
        }
        said.join(" ")
    }
}

fn project(named: &Named) -> Value {
    let mut shown = json!({ "id": named.id });
    for (name, value) in [("key", &named.key), ("name", &named.name)] {
        if let Some(value) = value {
            shown[name] = json!(value);
        }
    }
    shown
}
