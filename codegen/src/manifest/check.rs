//! Compares the whole manifest with the documents: all problems at once, else the catalogue.

mod impact;
mod ledger;
mod names;
mod operations;
mod tasks;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::Path;

use super::bind::{self, World, bind};
use super::enums::Effect;
use super::fields::Sink;
use super::model::{Manifest, Tool};
use super::parse::{FILE, parse_into};
use super::plan;
use crate::problem::{Problem, Problems};
use crate::schema::MAX_LISTED_BYTES;
use crate::spec::Specs;

/// Longest `about`, in characters.
const MAX_ABOUT: usize = 300;

/// A manifest without fault, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Groups, in the order of the manifest.
    pub groups: Vec<plan::Group>,
    /// Every operation that a tool, a preview or an undo calls, sorted by key.
    pub operations: Vec<plan::Operation>,
    /// Task styles, in the order of the manifest.
    pub tasks: Vec<plan::TaskStyle>,
    /// How projects that a change reaches are named.
    pub projects: Option<plan::Projects>,
    /// What a change of shared configuration reaches, by kind of target.
    pub impacts: Vec<plan::Impact>,
    /// Tools, in the order of the manifest.
    pub tools: Vec<plan::Tool>,
    /// Words of a question and what they stand for, sorted.
    pub synonyms: Vec<(String, Vec<String>)>,
    /// Names without an operation, in the order of the manifest.
    pub unavailable: Vec<plan::Unavailable>,
}

/// Checks the manifest of the workspace at `root`, and that every operation is a tool's or left out for
/// a reason.
///
/// # Errors
/// All problems of the documents, or all of the manifest.
pub fn check(root: &Path) -> Result<Checked, Problems> {
    let specs = Specs::load(&root.join("specs"))?;
    let text = std::fs::read_to_string(root.join(FILE)).map_err(|error| Problem {
        file: FILE.to_owned(),
        line: 0,
        what: "the manifest cannot be read".to_owned(),
        why: error.to_string(),
        mend: "put it at the root of the workspace".to_owned(),
    })?;
    let sink = Sink::default();
    let manifest = parse_into(&text, &sink);
    let checked = resolve(&manifest, &specs, &sink);
    let mut problems = Problems(sink.0.into_inner());
    problems.0.extend(ledger::check(&manifest, &specs));
    problems.into_result()?;
    Ok(checked)
}

/// Checks the text of a manifest.
///
/// # Errors
/// All problems of the manifest.
pub fn check_text(text: &str, specs: &Specs) -> Result<Checked, Problems> {
    let sink = Sink::default();
    let manifest = parse_into(text, &sink);
    let checked = resolve(&manifest, specs, &sink);
    Problems(sink.0.into_inner()).into_result()?;
    Ok(checked)
}

fn resolve(manifest: &Manifest, specs: &Specs, sink: &Sink) -> Checked {
    names::check(manifest, sink);
    operations::check(manifest, specs, sink);
    tasks::check(manifest, specs, sink);
    impact::check(manifest, sink);
    let reads = reads(manifest);
    let world = World {
        specs,
        reads: &reads,
        schemas: &manifest.schemas,
        sink,
    };
    let tools = manifest
        .tools
        .iter()
        .filter_map(|tool| {
            about(tool, sink);
            one_way(tool, sink);
            let group = names::group(manifest, tool, sink)?;
            let (mut resolved, bytes) = bind(tool, group, world);
            resolved.impact = impact::of_tool(manifest, tool, &resolved, sink);
            if bytes > MAX_LISTED_BYTES {
                too_large(tool, bytes, sink);
            }
            Some(resolved)
        })
        .collect();
    Checked {
        groups: manifest
            .groups
            .iter()
            .map(|group| plan::Group {
                name: group.name.value.clone(),
                title: group.title.value.clone(),
                credential: group.credential,
            })
            .collect(),
        operations: operations::resolve(manifest, specs, sink),
        tasks: tasks::resolve(manifest),
        projects: manifest
            .projects
            .as_ref()
            .and_then(|stated| bind::projects(stated, world)),
        impacts: manifest
            .impacts
            .iter()
            .map(|stated| bind::impact(stated, world))
            .collect(),
        tools,
        synonyms: names::synonyms(manifest, sink),
        unavailable: manifest
            .unavailable
            .iter()
            .map(|entry| plan::Unavailable {
                aliases: entry
                    .aliases
                    .iter()
                    .map(|alias| alias.value.clone())
                    .collect(),
                why: entry.why.value.clone(),
                instead: entry.instead.value.clone(),
                tool: entry.tool.as_ref().map(|tool| tool.value.clone()),
            })
            .collect(),
    }
}

/// Operations that some tool declares to be reads.
fn reads(manifest: &Manifest) -> BTreeSet<String> {
    manifest
        .tools
        .iter()
        .filter(|tool| tool.effect == Effect::Read)
        .flat_map(|tool| tool.operation.iter().chain(&tool.uses))
        .map(|key| key.value.clone())
        .collect()
}

fn about(tool: &Tool, sink: &Sink) {
    let length = tool.about.value.chars().count();
    if length == 0 && tool.about.line == tool.line {
        // It is missing, which was told when it was read.
        return;
    }
    if tool.about.value.trim().is_empty() || length > MAX_ABOUT {
        sink.tell(
            tool.about.line,
            format!(
                "`about` of tool `{}` has {length} characters",
                tool.name.value
            ),
            "it is all that a model reads before it chooses, and every tool pays for its length",
            format!("say in 1 to {MAX_ABOUT} characters what it does and when to use it"),
        );
    }
}

/// A tool calls one operation or a handler.
fn one_way(tool: &Tool, sink: &Sink) {
    match (&tool.operation, &tool.handler) {
        (Some(_), Some(handler)) => sink.tell(
            handler.line,
            format!(
                "tool `{}` has both `operation` and `handler`",
                tool.name.value
            ),
            "it would be unclear which of them runs",
            "keep the operation, or move it to `uses`",
        ),
        (None, None) => sink.tell(
            tool.line,
            format!(
                "tool `{}` has neither `operation` nor `handler`",
                tool.name.value
            ),
            "a tool exists only if its operation stands in a pinned document",
            "name the operation: `operation = \"api:id\"`",
        ),
        _ => {}
    }
    if let (None, Some(uses)) = (&tool.handler, tool.uses.first()) {
        sink.tell(
            uses.line,
            format!("tool `{}` has `uses` without a handler", tool.name.value),
            "only a handler calls further operations",
            "take `uses` out",
        );
    }
}

fn too_large(tool: &Tool, bytes: usize, sink: &Sink) {
    let line = tool.body.as_ref().map_or(tool.line, |body| body.line);
    sink.tell(
        line.max(tool.line),
        format!(
            "tool `{}` takes {bytes} bytes in a list, even without depth",
            tool.name.value
        ),
        format!("clients are shown at most {MAX_LISTED_BYTES} bytes a tool"),
        "show fewer parameters (`params.<name> = { hide = true }`) or fields (`body.fields`)",
    );
}
