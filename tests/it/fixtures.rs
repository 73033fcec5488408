//! Arguments with which each tool is tried on the sandbox's site.
//!
//! A text that begins with `@` stands for something that is read first: `@project_list/0/key` is
//! that part of the result of `project_list` (called with its own fixture), `@first/0/target/id`
//! that part of the answer to the first preparing change. An object with a key `@` is what is found
//! there, with its other keys laid over it.

use std::collections::BTreeMap;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::rig::Rig;

/// How one tool is tried.
#[derive(Debug, Deserialize)]
pub(crate) struct Fixture {
    /// Its arguments.
    pub(crate) arguments: Value,
    /// Changes that are made before it, tool and arguments.
    #[serde(default)]
    first: Vec<(String, Value)>,
    /// Why the site reads the same after the change, where it does.
    pub(crate) unseen: Option<String>,
    /// A change elsewhere in what it changes, tool and arguments: an undo must leave it alone.
    beside: Option<(String, Value)>,
    /// Why nothing lies beside what it changes, where it changes one value or the whole.
    pub(crate) alone: Option<String>,
    /// Where the site differs after an undo, as JSON pointers with `*` for any member, and why.
    #[serde(default)]
    pub(crate) leaves: BTreeMap<String, String>,
    /// Lists that have no order and stand in another one after an undo, and why.
    #[serde(default)]
    pub(crate) reorders: BTreeMap<String, String>,
}

/// A change of something that no fixture changes.
const ELSEWHERE: &str = "custom_field_update";

/// One file a family, sorted but for the first.
const FILES: &[&str] = &[
    include_str!("../fixtures/base.json"),
    //
    include_str!("../fixtures/assets.json"),
    include_str!("../fixtures/boards.json"),
    include_str!("../fixtures/components.json"),
    include_str!("../fixtures/confluence_people.json"),
    include_str!("../fixtures/confluence_settings.json"),
    include_str!("../fixtures/content_restrictions.json"),
    include_str!("../fixtures/custom_fields.json"),
    include_str!("../fixtures/field_schemes.json"),
    include_str!("../fixtures/filters_and_dashboards.json"),
    include_str!("../fixtures/issue_config.json"),
    include_str!("../fixtures/issue_security.json"),
    include_str!("../fixtures/notification_items.json"),
    include_str!("../fixtures/organization.json"),
    include_str!("../fixtures/people.json"),
    include_str!("../fixtures/permissions.json"),
    include_str!("../fixtures/project_categories.json"),
    include_str!("../fixtures/project_settings.json"),
    include_str!("../fixtures/screens.json"),
    include_str!("../fixtures/service_desks.json"),
    include_str!("../fixtures/space_roles.json"),
    include_str!("../fixtures/system.json"),
    include_str!("../fixtures/versions.json"),
    include_str!("../fixtures/webhooks.json"),
    include_str!("../fixtures/workflow_schemes.json"),
];

/// The fixtures by tool.
pub(crate) fn all() -> BTreeMap<String, Fixture> {
    let mut all = BTreeMap::new();
    for file in FILES {
        let part: BTreeMap<String, Fixture> = serde_json::from_str(file).unwrap();
        for (tool, fixture) in part {
            let twice = all.insert(tool.clone(), fixture);
            assert!(twice.is_none(), "two fixtures for {tool}");
        }
    }
    all
}

impl Fixture {
    /// Whether its arguments stand as they are, with nothing to be read or made first.
    pub(crate) fn is_plain(&self) -> bool {
        self.first.is_empty() && !self.arguments.to_string().contains('@')
    }

    /// Makes the preparing changes and gives the arguments with everything filled in.
    pub(crate) async fn prepare(&self, rig: &Rig) -> Value {
        let mut first = Vec::new();
        for (name, arguments) in &self.first {
            let arguments = fill(rig, arguments, &first).await;
            first.push(rig.commit(name, arguments).await);
        }
        fill(rig, &self.arguments, &first).await
    }

    /// As [`Fixture::prepare`], with the change beside it; where the fixture names none, that is a
    /// change of something else.
    pub(crate) async fn prepare_both(&self, rig: &Rig) -> (Value, (String, Value)) {
        let (name, arguments) = match &self.beside {
            Some((name, arguments)) => (name.clone(), fill(rig, arguments, &[]).await),
            None => (
                ELSEWHERE.to_owned(),
                json!({"fieldId": "customfield_10047", "description": "Changed elsewhere"}),
            ),
        };
        (self.prepare(rig).await, (name, arguments))
    }

    /// Whether something in the very thing that it changes is changed beside it.
    pub(crate) const fn has_beside(&self) -> bool {
        self.beside.is_some()
    }
}

fn fill<'a>(rig: &'a Rig, value: &'a Value, first: &'a [Value]) -> BoxFuture<'a, Value> {
    async move {
        match value {
            Value::String(text) => match text.strip_prefix('@') {
                Some(place) => look_up(rig, place, first).await,
                None => value.clone(),
            },
            Value::Array(items) => {
                let mut filled = Vec::new();
                for item in items {
                    filled.push(fill(rig, item, first).await);
                }
                Value::Array(filled)
            }
            Value::Object(fields) => {
                let mut filled = match fields.get("@") {
                    Some(Value::String(place)) => look_up(rig, place, first).await,
                    _ => json!({}),
                };
                let filled = filled.as_object_mut().unwrap();
                for (name, value) in fields.iter().filter(|(name, _)| *name != "@") {
                    filled.insert(name.clone(), fill(rig, value, first).await);
                }
                Value::Object(filled.clone())
            }
            plain => plain.clone(),
        }
    }
    .boxed()
}

async fn look_up(rig: &Rig, place: &str, first: &[Value]) -> Value {
    let (tool, pointer) = place.split_once('/').unwrap();
    let pointer = format!("/{pointer}");
    let found = if tool == "first" {
        Value::from(first.to_vec()).pointer(&pointer).cloned()
    } else {
        let arguments = fill(rig, &all()[tool].arguments, first).await;
        let answer = rig.ok(tool, arguments).await;
        answer["result"].pointer(&pointer).cloned()
    };
    found.unwrap_or_else(|| panic!("there is nothing at @{place}"))
}
