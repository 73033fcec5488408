//! That a preview says what a change of shared configuration reaches, or why it does not.

use super::super::enums::Effect;
use super::super::fields::Sink;
use super::super::model::{Manifest, Tool};
use super::super::plan;

/// Kinds of target that several projects may share, beside everything that is called a scheme.
const SHARED: [&str; 15] = [
    "asset_attribute",
    "asset_type",
    "custom_field",
    "custom_field_context",
    "field_configuration",
    "group",
    "issue_security_level",
    "issue_type",
    "org_group",
    "priority",
    "project_role",
    "resolution",
    "screen",
    "status",
    "workflow",
];

fn is_shared(kind: &str) -> bool {
    kind.ends_with("_scheme") || SHARED.contains(&kind)
}

/// What is said of kinds, each by itself.
pub(super) fn check(manifest: &Manifest, sink: &Sink) {
    for impact in &manifest.impacts {
        let kind = &impact.kind;
        if impact.walk.is_empty() && impact.untold.is_none() {
            sink.tell(
                kind.line,
                format!("impact `{}` has neither `walk` nor `untold`", kind.value),
                "a preview that is silent about projects would look as if there were none",
                "add the reads that lead to the projects, or say in `untold` why there are none",
            );
        }
        if let (Some(step), false) = (impact.walk.first(), manifest.has_projects) {
            sink.tell(
                step.call.line,
                format!(
                    "impact `{}` leads to projects, and `projects` is missing",
                    kind.value
                ),
                "they would be shown as bare ids",
                "add `[projects]` with `named` and `issues`",
            );
        }
    }
}

/// The kind whose impact a preview of the tool tells.
pub(super) fn of_tool(
    manifest: &Manifest,
    tool: &Tool,
    resolved: &plan::Tool,
    sink: &Sink,
) -> Option<String> {
    let changes = !matches!(tool.effect, Effect::Read | Effect::Create);
    let kind = tool
        .target
        .as_ref()
        .map(|target| target.kind.value.as_str());
    let known = manifest
        .impacts
        .iter()
        .find(|impact| Some(impact.kind.value.as_str()) == kind);
    if let Some(declined) = &tool.impact {
        let shared = kind.is_some_and(|kind| known.is_some() || is_shared(kind));
        if !changes || !shared {
            sink.tell(
                declined.line,
                format!("tool `{}` has `impact` and needs none", tool.name.value),
                "only a change of what several projects share is asked what it reaches",
                "take it out",
            );
        }
        return None;
    }
    let kind = kind.filter(|_| changes)?;
    let Some(impact) = known else {
        if is_shared(kind) {
            sink.tell(
                tool.target.as_ref().map_or(tool.line, |target| target.line),
                format!(
                    "tool `{}` changes a `{kind}`, and there is no impact of it",
                    tool.name.value
                ),
                "several projects may share it, and nobody would see which of them change",
                format!("add `[impact.{kind}]`, or `impact = \"none: why\"` to the tool"),
            );
        }
        return None;
    };
    for argument in &impact.arguments {
        if resolved.full["properties"].get(&argument.value).is_none() {
            sink.tell(
                tool.line,
                format!(
                    "tool `{}` has no argument `{}`",
                    tool.name.value, argument.value
                ),
                format!("impact `{kind}` reads with it"),
                "give a parameter or an input that name, or say `impact = \"none: why\"`",
            );
            return None;
        }
    }
    Some(kind.to_owned())
}
