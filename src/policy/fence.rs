//! The write fence: which projects, spaces and schemas a write names, and whether they are inside.
//!
//! It sees names only and asks nobody: a write whose place cannot be told from its arguments is
//! refused, never let through.

use std::fmt;

use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::catalog::model::{BodyPlan, Effect, Source, Tool};
use crate::config::Fence;

/// What a fence can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// A Jira project.
    Project,
    /// A Confluence space.
    Space,
    /// An Assets schema.
    Schema,
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Project => "project",
            Self::Space => "space",
            Self::Schema => "schema",
        })
    }
}

/// The names under which the pinned documents speak of a project, space or schema.
const NAMES: &[(&str, Area)] = &[
    ("project", Area::Project),
    ("projectId", Area::Project),
    ("projectIdOrKey", Area::Project),
    ("projectIds", Area::Project),
    ("projectKey", Area::Project),
    ("projectKeyOrId", Area::Project),
    ("projectKeys", Area::Project),
    ("projects", Area::Project),
    ("space", Area::Space),
    ("space-id", Area::Space),
    ("spaceId", Area::Space),
    ("spaceIdOrKey", Area::Space),
    ("spaceIds", Area::Space),
    ("spaceKey", Area::Space),
    ("spaceKeys", Area::Space),
    ("objectSchemaId", Area::Schema),
    ("objectSchemaKey", Area::Schema),
    ("schemaId", Area::Schema),
];

fn area_of_name(name: &str) -> Option<Area> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, area)| *area)
}

fn area_of_kind(kind: &str) -> Option<Area> {
    match kind {
        "project" => Some(Area::Project),
        "space" => Some(Area::Space),
        "asset_schema" | "schema" => Some(Area::Schema),
        _ => None,
    }
}

/// Whether every place the write names is inside the fence, and it names at least one. Names are
/// keys or ids, compared without regard to case.
pub(super) fn check(
    fence: &Fence,
    tool: &Tool,
    arguments: &Map<String, Value>,
) -> Result<(), Refusal> {
    let places = places(tool, arguments);
    if places.is_empty() {
        return Err(Refusal::Unfenceable);
    }
    match places
        .into_iter()
        .find(|(area, name)| !holds(fence, *area, name))
    {
        None => Ok(()),
        Some((area, name)) => Err(Refusal::OutsideFence { area, name }),
    }
}

fn holds(fence: &Fence, area: Area, name: &str) -> bool {
    let inside = match area {
        Area::Project => &fence.projects,
        Area::Space => &fence.spaces,
        Area::Schema => &fence.schemas,
    };
    inside.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Every project, space and schema that the arguments name.
fn places(tool: &Tool, arguments: &Map<String, Value>) -> Vec<(Area, String)> {
    let mut found = Vec::new();
    for (name, value) in arguments {
        collect(name, value, &mut found);
    }
    for bind in tool.params {
        if let (Some(area), Source::Argument(argument)) = (area_of_name(bind.param), bind.from) {
            add(area, arguments.get(argument), &mut found);
        }
    }
    let fields = match &tool.body {
        BodyPlan::None => &[][..],
        BodyPlan::Fields(fields) | BodyPlan::Whole(_, fields) => fields,
    };
    let target = tool.target.as_ref();
    let target_area = target.and_then(|target| area_of_kind(target.kind));
    for (pointer, source) in fields {
        let leaf = pointer.rsplit('/').next().unwrap_or(pointer);
        let made = (tool.effect == Effect::Create && *pointer == "/key").then_some(target_area);
        let area = area_of_name(leaf).or(made.flatten());
        if let (Some(area), Source::Argument(argument)) = (area, *source) {
            add(area, arguments.get(argument), &mut found);
        }
    }
    if let (Some(area), Some(Source::Argument(argument))) =
        (target_area, target.map(|target| target.id))
    {
        add(area, arguments.get(argument), &mut found);
    }
    found
}

/// Finds named places at any depth, so that a body given whole hides none.
fn collect(name: &str, value: &Value, found: &mut Vec<(Area, String)>) {
    if let Some(area) = area_of_name(name) {
        add(area, Some(value), found);
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(name, value, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                if !item.is_string() && !item.is_number() {
                    collect("", item, found);
                }
            }
        }
        _ => {}
    }
}

/// Notes the names in a value: text, a number, an object's `id` and `key`, or a list of these.
fn add(area: Area, value: Option<&Value>, found: &mut Vec<(Area, String)>) {
    match value {
        Some(Value::String(text)) => found.push((area, text.clone())),
        Some(Value::Number(number)) => found.push((area, number.to_string())),
        Some(Value::Array(items)) => {
            for item in items {
                add(area, Some(item), found);
            }
        }
        Some(Value::Object(fields)) => {
            for name in ["key", "id"] {
                add(area, fields.get(name), found);
            }
        }
        _ => {}
    }
}
