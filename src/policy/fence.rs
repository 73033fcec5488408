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

/// A project, space or schema that the arguments name.
struct Place {
    area: Area,
    /// Its key or id.
    name: String,
    /// Whether the write happens there. A place deep in a body may be no more than a mention: a
    /// filter that is shared with a project does not belong to it.
    tells: bool,
}

/// Whether every place the write names is inside the fence, and at least one of them tells where
/// the write happens. Names are keys or ids, compared without regard to case.
pub(super) fn check(
    fence: &Fence,
    tool: &Tool,
    arguments: &Map<String, Value>,
) -> Result<(), Refusal> {
    let places = places(tool, arguments);
    if !places.iter().any(|place| place.tells) {
        return Err(Refusal::Unfenceable);
    }
    match places
        .into_iter()
        .find(|place| !holds(fence, place.area, &place.name))
    {
        None => Ok(()),
        Some(Place { area, name, .. }) => Err(Refusal::OutsideFence { area, name }),
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
fn places(tool: &Tool, arguments: &Map<String, Value>) -> Vec<Place> {
    let mut found = Vec::new();
    // Where something new goes, its body may say; where something is, its body cannot.
    let inner_tells = tool.effect == Effect::Create;
    for (name, value) in arguments {
        if let Some(area) = area_of_name(name) {
            add(area, Some(value), true, &mut found);
        }
        collect(value, inner_tells, &mut found);
    }
    for bind in tool.params {
        if let (Some(area), Source::Argument(argument)) = (area_of_name(bind.param), bind.from) {
            add(area, arguments.get(argument), true, &mut found);
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
            add(area, arguments.get(argument), true, &mut found);
        }
    }
    if let (Some(area), Some(Source::Argument(argument))) =
        (target_area, target.map(|target| target.id))
    {
        add(area, arguments.get(argument), true, &mut found);
    }
    found
}

/// Finds places that are named at any depth, so that a body given whole hides none. An item of a
/// list never tells where the write happens.
fn collect(value: &Value, tells: bool, found: &mut Vec<Place>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some(area) = area_of_name(name) {
                    add(area, Some(value), tells, found);
                }
                collect(value, tells, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, false, found);
            }
        }
        _ => {}
    }
}

/// Notes the names in a value: text, a number, an object's `id` and `key`, or a list of these.
fn add(area: Area, value: Option<&Value>, tells: bool, found: &mut Vec<Place>) {
    let mut note = |name: String| found.push(Place { area, name, tells });
    match value {
        Some(Value::String(text)) => note(text.clone()),
        Some(Value::Number(number)) => note(number.to_string()),
        Some(Value::Array(items)) => {
            for item in items {
                add(area, Some(item), tells, found);
            }
        }
        Some(Value::Object(fields)) => {
            for name in ["key", "id"] {
                add(area, fields.get(name), tells, found);
            }
        }
        _ => {}
    }
}
