//! What may be read by address: the catalogue, a group of it, an entry of the journal, a plan.
//!
//! Each address stands for a call of a tool, so that policy, ownership and the audit record are
//! those of the call; nothing is read beside them.

use rmcp::model::{JsonObject, Resource, ResourceTemplate};
use serde_json::{Value, json};

use crate::catalog::{self, model::Tool};

/// What is given is JSON text.
pub(super) const MEDIA: &str = "application/json";
const CATALOGUE: &str = "gojira://catalogue";
const OPERATION: &str = "gojira://operation/";
const PLAN: &str = "gojira://plan/";

/// The call that an address stands for.
#[derive(Debug, PartialEq)]
pub(super) struct Stands {
    /// Tool to call.
    pub(super) tool: &'static str,
    /// With what.
    pub(super) arguments: JsonObject,
}

/// The catalogue, and each group of which the caller may call a tool.
pub(super) fn listed(callable: &[&Tool]) -> Vec<Resource> {
    let whole = Resource::new(CATALOGUE, "catalogue")
        .with_title("All operations")
        .with_description("The names of all operations that the caller may run.");
    let groups = catalog::groups().iter().filter_map(|group| {
        let tools = callable.iter().filter(|tool| tool.group == group.name);
        let count = tools.count();
        (count > 0).then(|| {
            Resource::new(format!("{CATALOGUE}/{}", group.name), group.name)
                .with_title(group.title)
                .with_description(format!("The {count} operations of this group."))
        })
    });
    std::iter::once(whole)
        .chain(groups)
        .map(|resource| resource.with_mime_type(MEDIA))
        .collect()
}

/// The addresses that take an id.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    let each = [
        (
            OPERATION,
            "operation_id",
            "operation",
            "Change in the journal",
            "One change: before, after, state, and whether it can be undone.",
        ),
        (
            PLAN,
            "plan_id",
            "plan",
            "Plan",
            "One dry run that waits to be committed.",
        ),
    ];
    let template = |(prefix, id, name, title, about): (&str, &str, &str, &str, &str)| {
        ResourceTemplate::new(format!("{prefix}{{{id}}}"), name)
            .with_title(title)
            .with_description(about)
            .with_mime_type(MEDIA)
    };
    each.into_iter().map(template).collect()
}

/// What an address stands for; `None` for one that is not ours.
pub(super) fn stands(uri: &str) -> Option<Stands> {
    let by_id = |tool, name: &str, id: &str| {
        let plain = !id.is_empty()
            && id
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
        plain.then(|| call(tool, json!({ (name): id })))
    };
    if uri == CATALOGUE {
        return Some(call("find_operations", json!({})));
    }
    if let Some(group) = uri
        .strip_prefix(CATALOGUE)
        .and_then(|rest| rest.strip_prefix('/'))
    {
        let group = catalog::group(group)?.name;
        return Some(call("find_operations", json!({ "group": group })));
    }
    if let Some(id) = uri.strip_prefix(OPERATION) {
        return by_id("operation_get", "operation_id", id);
    }
    by_id("plan_get", "plan_id", uri.strip_prefix(PLAN)?)
}

fn call(tool: &'static str, arguments: Value) -> Stands {
    let arguments = match arguments {
        Value::Object(arguments) => arguments,
        _ => JsonObject::new(),
    };
    Stands { tool, arguments }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_for_a_call() {
        let call = |uri: &str| stands(uri).map(|it| (it.tool, Value::Object(it.arguments)));
        assert_eq!(call(CATALOGUE), Some(("find_operations", json!({}))));
        let group = json!({"group": "read_projects"});
        assert_eq!(
            call("gojira://catalogue/read_projects"),
            Some(("find_operations", group))
        );
        let id = json!({"operation_id": "op-1"});
        assert_eq!(call("gojira://operation/op-1"), Some(("operation_get", id)));
        assert_eq!(
            call("gojira://plan/p_1"),
            Some(("plan_get", json!({"plan_id": "p_1"})))
        );
    }

    #[test]
    fn what_is_not_ours_stands_for_nothing() {
        for uri in [
            "",
            "gojira://",
            "gojira://catalogue/teapot",
            "gojira://plan/",
            "gojira://plan/a/b",
            "file:///etc/passwd",
            "gojira://operation/a%2f",
        ] {
            assert_eq!(stands(uri), None, "{uri}");
        }
    }

    #[test]
    fn only_groups_with_a_callable_tool_are_listed() {
        let all: Vec<&Tool> = catalog::tools().iter().collect();
        assert_eq!(listed(&all).len(), 1 + catalog::groups().len());
        assert_eq!(listed(&[]).len(), 1);
        for resource in listed(&all) {
            assert!(stands(&resource.uri).is_some(), "{}", resource.uri);
        }
        assert_eq!(templates().len(), 2);
    }
}
