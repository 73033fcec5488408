//! `gojira-mcp tools`: the catalogue as a table or as JSON.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line's own output"
)]

use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Format, ToolsArgs};
use super::check;
use crate::catalog;
use crate::catalog::model::{Revert, Tool, Unavailable};
use crate::catalog::surface;
use crate::config::Surface;
use crate::policy::{Policy, Rules};

/// Prints what was asked for.
pub(super) fn run(args: &ToolsArgs) -> ExitCode {
    let deployment = match &args.env_file {
        None => None,
        Some(path) => match check::settings(Some(path)) {
            Ok(settings) => Some((Policy::new(Rules::of(&settings)), settings.policy.surface)),
            Err(problem) => {
                eprint!("{problem}");
                return ExitCode::from(2);
            }
        },
    };
    if let Some(group) = &args.group
        && catalog::group(group).is_none()
    {
        let names: Vec<&str> = catalog::groups().iter().map(|group| group.name).collect();
        eprintln!(
            "gojira-mcp: {group:?} is no group; there are: {}",
            names.join(", ")
        );
        return ExitCode::from(2);
    }
    let offered: Vec<&'static Tool> = catalog::tools()
        .iter()
        .filter(|tool| {
            deployment
                .as_ref()
                .is_none_or(|(policy, _)| policy.offers(tool))
        })
        .filter(|tool| {
            args.group
                .as_deref()
                .is_none_or(|group| tool.group == group)
        })
        .collect();
    let choice = match &deployment {
        Some((_, choice)) => *choice,
        None => Some(Surface::Catalog),
    };
    let listed = surface::listed(choice, offered.clone());
    let is_listed = |tool: &Tool| listed.iter().any(|other| other.name == tool.name);
    let gone: Vec<&Unavailable> = if deployment.is_none() && args.group.is_none() {
        catalog::unavailable().iter().collect()
    } else {
        Vec::new()
    };
    let text = match (args.count, args.format) {
        (true, Format::Table) => counts_table(&counts(&offered)),
        (true, Format::Json) => json_text(&counts_json(&counts(&offered))),
        (false, Format::Table) => table(&offered, &gone, is_listed),
        (false, Format::Json) => {
            let rows = offered.iter().map(|tool| row(tool, is_listed(tool)));
            let rows = rows.chain(gone.iter().map(|gone| gone_row(gone)));
            json_text(&Value::Array(rows.collect()))
        }
    };
    println!("{text}");
    ExitCode::SUCCESS
}

fn json_text(value: &Value) -> String {
    format!("{value:#}")
}

fn counts(offered: &[&Tool]) -> Vec<(&'static str, usize)> {
    catalog::groups()
        .iter()
        .map(|group| {
            let count = offered
                .iter()
                .filter(|tool| tool.group == group.name)
                .count();
            (group.name, count)
        })
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn counts_table(counts: &[(&str, usize)]) -> String {
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    counts
        .iter()
        .copied()
        .chain([("total", total)])
        .map(|(name, count)| format!("{name:<26}{count:>5}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn counts_json(counts: &[(&str, usize)]) -> Value {
    counts
        .iter()
        .map(|(name, count)| ((*name).to_owned(), json!(count)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn table(offered: &[&Tool], gone: &[&Unavailable], is_listed: impl Fn(&Tool) -> bool) -> String {
    let mut lines = Vec::new();
    let mut group = "";
    for tool in offered {
        if tool.group != group {
            group = tool.group;
            lines.push(format!("\n{group}"));
        }
        let listed = if is_listed(tool) { "*" } else { " " };
        let undo = if revertible(tool) { "undo" } else { "" };
        lines.push(format!(
            "{listed} {:<34} {:<8} {:<10} {:<5} {}",
            tool.name,
            tool.effect.as_str(),
            tool.credential.as_str(),
            undo,
            endpoint(tool)
        ));
    }
    if !gone.is_empty() {
        lines.push("\nNo operation at Atlassian".to_owned());
        for gone in gone {
            lines.push(format!(
                "  {:<60} {}",
                gone.aliases.join(", "),
                gone.instead
            ));
        }
    }
    lines.push("\n* listed to clients when not all tools are; every tool can be called".to_owned());
    lines.join("\n").trim_start().to_owned()
}

fn endpoint(tool: &Tool) -> String {
    match (tool.operation, tool.uses.is_empty()) {
        (Some(operation), _) => format!("{} {}", operation.method, operation.path),
        (None, false) => format!("{} operations", tool.uses.len()),
        (None, true) => "in this server".to_owned(),
    }
}

/// Whether a write can be undone.
fn revertible(tool: &Tool) -> bool {
    !matches!(tool.revert, Revert::No(_))
}

/// A tool as an object, for programs.
fn row(tool: &Tool, listed: bool) -> Value {
    json!({
        "name": tool.name,
        "aliases": tool.aliases,
        "group": tool.group,
        "effect": tool.effect.as_str(),
        "credential": tool.credential.as_str(),
        "operation": tool.operation.map(|operation| operation.key),
        "method": tool.operation.map(|operation| operation.method),
        "path": tool.operation.map(|operation| operation.path),
        "scopes": catalog::scopes_of(tool),
        "revertible": revertible(tool),
        "listed": listed,
        "about": tool.about,
        "unavailable": null,
    })
}

fn gone_row(gone: &Unavailable) -> Value {
    json!({
        "name": null,
        "aliases": gone.aliases,
        "group": null,
        "effect": null,
        "credential": null,
        "operation": null,
        "method": null,
        "path": null,
        "scopes": [],
        "revertible": false,
        "listed": false,
        "about": gone.instead,
        "unavailable": { "why": gone.why, "instead": gone.instead, "tool": gone.tool },
    })
}
