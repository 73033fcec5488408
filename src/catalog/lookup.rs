//! Finding things in the catalogue: by name, by alias, by key.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::model::{Group, Impact, Operation, Projects, TaskStyle, Tool, Unavailable};
use super::table::{GROUPS, OPERATIONS, PROJECTS, SYNONYMS, TASKS, TOOLS, UNAVAILABLE};

/// Tools by name and by alias.
static BY_NAME: LazyLock<HashMap<&'static str, &'static Tool>> = LazyLock::new(|| {
    let names = |tool: &'static Tool| {
        let names = std::iter::once(tool.name).chain(tool.aliases.iter().copied());
        names.map(move |name| (name, tool))
    };
    TOOLS.iter().flat_map(names).collect()
});

/// All groups, in the order of the manifest.
pub fn groups() -> &'static [Group] {
    GROUPS
}

/// The group of this name.
pub fn group(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

/// All tools, in the order of the manifest.
pub fn tools() -> &'static [Tool] {
    TOOLS
}

/// The tool of this name or alias.
pub fn tool(name: &str) -> Option<&'static Tool> {
    BY_NAME.get(name).copied()
}

/// Every operation that a tool, a preview or an undo calls, sorted by key.
pub fn operations() -> &'static [Operation] {
    OPERATIONS
}

/// The operation of this key, `api:id`.
pub fn operation(key: &str) -> Option<&'static Operation> {
    let at = OPERATIONS.binary_search_by(|operation| operation.key.cmp(key));
    at.ok().and_then(|at| OPERATIONS.get(at))
}

/// All task styles, in the order of the manifest.
pub fn task_styles() -> &'static [TaskStyle] {
    TASKS
}

/// The task style of this name.
pub fn task_style(name: &str) -> Option<&'static TaskStyle> {
    TASKS.iter().find(|style| style.name == name)
}

/// How the projects that a change reaches are named, and their issues counted.
pub fn projects() -> Option<&'static Projects> {
    PROJECTS.as_ref()
}

/// Words of a question and the words of the catalogue that they stand for, sorted.
pub fn synonyms() -> &'static [(&'static str, &'static [&'static str])] {
    SYNONYMS
}

/// All names that Atlassian has no operation for.
pub fn unavailable() -> &'static [Unavailable] {
    UNAVAILABLE
}

/// Why this name has no tool, where that is known.
pub fn gone(name: &str) -> Option<&'static Unavailable> {
    UNAVAILABLE
        .iter()
        .find(|entry| entry.aliases.contains(&name))
}

/// The scopes that a tool needs upstream, with those of the reads and undos made for it, sorted.
pub fn scopes_of(tool: &Tool) -> Vec<&'static str> {
    let impact = tool.impact;
    let reached = impact.into_iter().flat_map(Impact::operations);
    let about_projects = impact
        .filter(|impact| !impact.walk.is_empty())
        .and_then(|_| projects())
        .into_iter()
        .flat_map(Projects::operations);
    let scopes: BTreeSet<_> = tool
        .operations()
        .chain(reached)
        .chain(about_projects)
        .flat_map(|operation| operation.scopes.iter().copied())
        .collect();
    scopes.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_found_by_name_and_alias_and_nothing_is_found_twice() {
        let project = tool("project_get").unwrap();
        assert_eq!(tool("projects.getJiraProject").unwrap().name, project.name);
        assert!(tool("projects.nothing").is_none());
        let names: usize = TOOLS.iter().map(|tool| 1 + tool.aliases.len()).sum();
        assert_eq!(BY_NAME.len(), names);
        for entry in UNAVAILABLE {
            for alias in entry.aliases {
                assert!(tool(alias).is_none(), "{alias}");
                assert!(gone(alias).is_some());
            }
            assert!(entry.tool.is_none_or(|name| tool(name).is_some()));
        }
    }

    #[test]
    fn every_operation_is_found_by_its_key() {
        for entry in OPERATIONS {
            assert_eq!(operation(entry.key).unwrap().path, entry.path);
        }
        assert!(operation("jira-platform:nothing").is_none());
    }

    #[test]
    fn the_scopes_of_a_write_include_those_of_its_undo() {
        let archive = tool("project_archive").unwrap();
        assert!(scopes_of(archive).contains(&"manage:jira-configuration"));
        assert!(scopes_of(tool("gojira_health").unwrap()).is_empty());
    }

    #[test]
    fn every_tool_stands_in_a_group_that_exists() {
        for tool in TOOLS {
            assert!(group(tool.group).is_some(), "{}", tool.name);
        }
    }
}
