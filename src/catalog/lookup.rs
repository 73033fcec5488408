//! Finding things in the catalogue: by name, by alias, by key.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::model::{Credential, Group, Impact, Operation, Projects, TaskStyle, Tool, Unavailable};
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
    let scopes: BTreeSet<_> = called(tool)
        .flat_map(|operation| operation.scopes.iter().copied())
        .collect();
    scopes.into_iter().collect()
}

/// Whether an OAuth token does for all that a tool calls, and an API token as well.
pub fn takes_either(tool: &Tool) -> bool {
    matches!(tool.credential, Credential::Oauth | Credential::ApiToken)
        && called(tool).all(|operation| operation.takes.oauth && operation.takes.token)
}

/// All operations of a tool and of its preview's reach.
fn called(tool: &Tool) -> impl Iterator<Item = &'static Operation> {
    let impact = tool.impact;
    let reached = impact.into_iter().flat_map(Impact::operations);
    let about_projects = impact
        .filter(|impact| !impact.walk.is_empty())
        .and_then(|_| projects())
        .into_iter()
        .flat_map(Projects::operations);
    tool.operations().chain(reached).chain(about_projects)
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

    #[test]
    fn every_operation_of_a_tool_takes_its_credential() {
        let mut either = 0;
        for tool in tools() {
            for operation in called(tool) {
                let (takes, admin) = (operation.takes, operation.api.starts_with("admin-"));
                let fits = match tool.credential {
                    Credential::Oauth => takes.oauth,
                    Credential::ApiToken => takes.token,
                    Credential::OrgAdmin => admin,
                    Credential::Local => true,
                };
                assert!(fits, "{}: {}", tool.name, operation.key);
            }
            either += usize::from(takes_either(tool));
        }
        assert!(either > 300, "{either}");
        assert!(!takes_either(tool("automation_rule_list").unwrap()));
        assert!(!takes_either(tool("org_user_list").unwrap()));
        assert!(!takes_either(tool("gojira_whoami").unwrap()));
    }
}
