//! The argument `site`, which every tool that acts on a site takes when the server is pinned to none.

use serde_json::{Map, Value, json};

use super::model::{Credential, Tool};
use crate::base::fault::{Code, Fault};

/// Its name.
pub const ARGUMENT: &str = "site";
/// Longest host name.
const LONGEST: usize = 253;

/// Whether the tool acts on a site, or hands its arguments to one that does.
pub fn takes_site(tool: &Tool) -> bool {
    match tool.credential {
        Credential::Oauth | Credential::ApiToken => true,
        Credential::OrgAdmin => false,
        Credential::Local => matches!(
            tool.handler,
            Some(
                "surface::read"
                    | "surface::plan"
                    | "surface::apply"
                    | "journal::revert"
                    | "change_sets::plan"
            )
        ),
    }
}

/// Adds the argument to an input schema.
pub fn add_to(schema: &mut Map<String, Value>) {
    let properties = schema
        .entry("properties")
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(properties) = properties {
        properties.insert(
            ARGUMENT.to_owned(),
            json!({
                "type": "string",
                "minLength": 1,
                "maxLength": LONGEST,
                "description": "Host or cloud id of the site to act on; remembered for later calls.",
            }),
        );
    }
}

/// Takes the argument out of what a caller gave, before the rest is checked against the schema.
///
/// # Errors
/// `VALIDATION_ERROR` when it is no text of the length of a host name.
pub(super) fn take(tool: &Tool, given: &mut Map<String, Value>) -> Result<Option<String>, Fault> {
    if !takes_site(tool) {
        return Ok(None);
    }
    match given.remove(ARGUMENT) {
        None => Ok(None),
        Some(Value::String(site)) if (1..=LONGEST).contains(&site.len()) => Ok(Some(site)),
        Some(_) => Err(Fault::new(
            Code::ValidationError,
            "/site: is not the host or cloud id of a site",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn no_tool_has_an_argument_of_that_name_itself() {
        for tool in catalog::tools() {
            for schema in [tool.full_schema, tool.listed_schema] {
                let schema: Value = serde_json::from_str(schema).unwrap();
                assert!(
                    schema["properties"].get(ARGUMENT).is_none(),
                    "{}",
                    tool.name
                );
            }
        }
    }

    #[test]
    fn it_is_taken_where_a_site_is_acted_on() {
        for (name, takes) in [
            ("project_list", true),
            ("apply_plan", true),
            ("operation_revert", true),
            ("read_operation", true),
            ("plan_change", true),
            ("gojira_whoami", false),
            ("operation_list", false),
        ] {
            assert_eq!(takes_site(catalog::tool(name).unwrap()), takes, "{name}");
        }
        let tool = catalog::tool("project_list").unwrap();
        for wrong in [json!(1), json!(""), json!(null), json!("x".repeat(254))] {
            let mut given = Map::from_iter([(ARGUMENT.to_owned(), wrong.clone())]);
            let fault = take(tool, &mut given).unwrap_err();
            assert_eq!(fault.code, Code::ValidationError, "{wrong}");
        }
    }
}
