//! Which tools of the manifest use which operations.
//!
//! Reads the manifest loosely, so that a specification can be compared while the manifest does not
//! pass its own checks: every `operation` and every entry of `uses` inside a tool counts.

use std::collections::BTreeSet;

use toml_edit::{Document, Item, TableLike};

use super::pins::line_of;
use crate::problem::Problem;

/// Name of the manifest inside the workspace.
const FILE: &str = "tool-manifest.toml";

/// One tool's use of one operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The tool's name.
    pub tool: String,
    /// Where in the tool the operation stands: `operation`, `before`, `revert` and so on.
    pub role: String,
    /// The operation, `api:id`.
    pub key: String,
    /// The line of the tool in the manifest.
    pub line: usize,
    /// The top-level body fields that the tool shows; all, when absent.
    pub fields: Option<BTreeSet<String>>,
    /// The parameters that are bound to the operation; any, when absent.
    pub with: Option<BTreeSet<String>>,
    /// Whether the tool states why it uses a deprecated operation.
    pub deprecated: bool,
}

/// Every use in the text of a manifest.
pub fn uses(manifest: &str) -> Result<Vec<Use>, Problem> {
    let document = Document::parse(manifest).map_err(|error| Problem {
        file: FILE.to_owned(),
        line: error.span().map_or(0, |span| line_of(manifest, span.start)),
        what: error.message().trim().replace('\n', " "),
        why: "the tools cannot be read".to_owned(),
        mend: "write valid TOML".to_owned(),
    })?;
    let mut found = Vec::new();
    for tool in document
        .get("tool")
        .and_then(Item::as_array_of_tables)
        .into_iter()
        .flatten()
    {
        let name = tool.get("name").and_then(Item::as_str).unwrap_or_default();
        let body = tool.get("body").and_then(Item::as_table_like);
        let of_tool = Use {
            tool: name.to_owned(),
            role: "operation".to_owned(),
            key: String::new(),
            line: tool.span().map_or(0, |span| line_of(manifest, span.start)),
            fields: body.and_then(|body| strings(body.get("fields")?)),
            with: None,
            deprecated: tool.get("deprecated").is_some(),
        };
        collect(tool, &of_tool, &mut found);
    }
    Ok(found)
}

fn collect(table: &dyn TableLike, role: &Use, found: &mut Vec<Use>) {
    if let Some(key) = table.get("operation").and_then(Item::as_str) {
        found.push(Use {
            key: key.to_owned(),
            ..role.clone()
        });
    }
    for key in table.get("uses").and_then(strings).into_iter().flatten() {
        found.push(Use {
            key,
            role: "uses".to_owned(),
            fields: None,
            ..role.clone()
        });
    }
    for (name, item) in table.iter() {
        // What a caller passes may be called anything, also `operation`.
        if matches!(name, "params" | "input" | "with" | "body" | "shape") {
            continue;
        }
        if let Some(inner) = item.as_table_like() {
            let bound = inner.get("with").and_then(Item::as_table_like);
            let bound = bound.map(|with| with.iter().map(|(name, _)| name.to_owned()).collect());
            let role = Use {
                role: name.to_owned(),
                fields: None,
                with: Some(bound.unwrap_or_default()),
                ..role.clone()
            };
            collect(inner, &role, found);
        }
    }
}

fn strings(item: &Item) -> Option<BTreeSet<String>> {
    let items = item.as_array()?;
    Some(
        items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_wherever_a_tool_names_them() {
        let manifest = r#"
[group.g]
operation = "not:aTool"

[[tool]]
name = "thing_update"
operation = "a:put"
params.operation = { as = "op" }
body = { fields = ["name"], set = { operation = "a:notUsed" } }
before = { operation = "a:get", with = { id = "$id" } }
revert = { diff = { key = "/x", added = { operation = "a:remove" }, removed = { operation = "a:add" } } }

[[tool]]
name = "flow"
handler = "flow::run"
uses = ["b:one", "b:two"]
deprecated = "no other way"
"#;
        let uses = uses(manifest).unwrap();
        let told: Vec<_> = uses
            .iter()
            .map(|u| (u.tool.as_str(), u.role.as_str(), u.key.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("thing_update", "operation", "a:put"),
                ("thing_update", "before", "a:get"),
                ("thing_update", "added", "a:remove"),
                ("thing_update", "removed", "a:add"),
                ("flow", "uses", "b:one"),
                ("flow", "uses", "b:two"),
            ]
        );
        assert_eq!(uses[0].line, 5);
        assert_eq!(uses[0].fields, Some(BTreeSet::from(["name".to_owned()])));
        assert_eq!(uses[1].with, Some(BTreeSet::from(["id".to_owned()])));
        assert!(!uses[0].deprecated && uses[4].deprecated);
    }

    #[test]
    fn a_manifest_that_is_not_toml_is_told_with_its_line() {
        let problem = uses("[[tool]]\nname = \n").unwrap_err();
        assert_eq!(problem.line, 2);
    }
}
