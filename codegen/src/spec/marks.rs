//! What an operation's security and text say of scopes, credentials and maturity, as plain facts.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The facts that pinning writes into an operation under `x-` keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Current OAuth scopes: the classic ones where a product has both kinds.
    pub(super) scopes: Vec<String>,
    /// Granular scopes that a product offers beside the classic ones.
    pub(super) granular: Vec<String>,
    /// Kinds of credential that the document declares: `oauth2`, `basic`, `bearer`, `none`.
    pub(super) credentials: Vec<String>,
    /// Whether the document calls the operation experimental.
    pub(super) experimental: bool,
}

/// Reads the marks of one published operation of `root`.
pub(super) fn read(root: &Value, operation: &Value) -> Marks {
    let security = operation.get("security").or_else(|| root.get("security"));
    let text = operation
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let current = listed_scopes(operation, "Current");
    let granular = listed_scopes(operation, "Beta");
    Marks {
        scopes: current
            .or_else(|| {
                granular
                    .is_none()
                    .then(|| security_scopes(security))
                    .flatten()
            })
            .or_else(|| granular.is_none().then(|| scopes_in_text(text)))
            .unwrap_or_default(),
        granular: granular.unwrap_or_default(),
        credentials: credentials(root, security),
        experimental: is_experimental(operation, text),
    }
}

impl Marks {
    /// Writes the marks; what is empty or false is left out.
    pub(super) fn write(self, operation: &mut Map<String, Value>) {
        for (key, list) in [
            ("x-scopes", self.scopes),
            ("x-scopes-granular", self.granular),
            ("x-credentials", self.credentials),
        ] {
            if !list.is_empty() {
                operation.insert(key.to_owned(), Value::from(list));
            }
        }
        if self.experimental {
            operation.insert("x-experimental".to_owned(), Value::Bool(true));
        }
    }
}

fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The first entry of `x-atlassian-oauth2-scopes` in this state.
fn listed_scopes(operation: &Value, state: &str) -> Option<Vec<String>> {
    let entries = operation.get("x-atlassian-oauth2-scopes")?.as_array()?;
    let entry = entries
        .iter()
        .find(|entry| entry.get("state").and_then(Value::as_str) == Some(state))?;
    Some(strings(entry.get("scopes")?))
}

/// The first requirement of `security` that names scopes.
fn security_scopes(security: Option<&Value>) -> Option<Vec<String>> {
    let requirements = security?.as_array()?.iter().filter_map(Value::as_object);
    requirements
        .flat_map(Map::values)
        .map(strings)
        .find(|scopes| !scopes.is_empty())
}

/// The administration documents say "... scopes](/cloud/admin/scopes/) required:** `a`, `b`".
fn scopes_in_text(text: &str) -> Vec<String> {
    let after = text
        .lines()
        .find_map(|line| line.split_once("scopes](/cloud/admin/scopes/) required"));
    let Some((_, list)) = after else {
        return Vec::new();
    };
    let quoted = list.split('`').skip(1).step_by(2);
    quoted
        .filter(|scope| scope.contains(':'))
        .map(str::to_owned)
        .collect()
}

fn credentials(root: &Value, security: Option<&Value>) -> Vec<String> {
    let requirements = security
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object);
    let mut kinds = BTreeSet::new();
    for requirement in requirements {
        if requirement.is_empty() {
            kinds.insert("none".to_owned());
        }
        for name in requirement.keys() {
            let scheme = root.pointer(&format!("/components/securitySchemes/{name}"));
            let field = |key| {
                scheme
                    .and_then(|scheme| scheme.get(key))
                    .and_then(Value::as_str)
            };
            let kind = match field("type") {
                Some("http") => field("scheme").unwrap_or("http"),
                Some(kind) => kind,
                None => name,
            };
            kinds.insert(kind.to_ascii_lowercase());
        }
    }
    kinds.into_iter().collect()
}

fn is_experimental(operation: &Value, text: &str) -> bool {
    let declared = operation.get("x-experimental") == Some(&Value::Bool(true));
    let tagged = operation.get("tags").is_some_and(|tags| {
        strings(tags)
            .iter()
            .any(|tag| tag.eq_ignore_ascii_case("experimental"))
    });
    let header = operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|parameter| parameter.get("name")?.as_str())
        .any(|name| name.eq_ignore_ascii_case("x-experimentalapi"));
    declared || tagged || header || text.contains("X-ExperimentalApi")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn root() -> Value {
        json!({"components": {"securitySchemes": {
            "o": {"type": "oauth2"}, "b": {"type": "http", "scheme": "basic"}
        }}})
    }

    #[test]
    fn classic_and_granular_scopes_are_told_apart() {
        let operation = json!({
            "security": [{"b": []}, {"o": ["write:x"]}, {}],
            "x-atlassian-oauth2-scopes": [
                {"state": "Beta", "scopes": ["write:x:jira"]},
                {"state": "Current", "scopes": ["write:x"]}
            ]
        });
        let marks = read(&root(), &operation);
        assert_eq!(marks.scopes, ["write:x"]);
        assert_eq!(marks.granular, ["write:x:jira"]);
        assert_eq!(marks.credentials, ["basic", "none", "oauth2"]);
        assert!(!marks.experimental);
    }

    #[test]
    fn scopes_come_from_security_when_no_list_is_given() {
        let marks = read(
            &root(),
            &json!({"security": [{"b": []}, {"o": ["read:a", "read:b"]}]}),
        );
        assert_eq!(marks.scopes, ["read:a", "read:b"]);
    }

    #[test]
    fn an_operation_with_granular_scopes_alone_has_no_classic_one() {
        let listed = json!([{"state": "Beta", "scopes": ["redact:issue:jira"]}]);
        let marks = read(&root(), &json!({"x-atlassian-oauth2-scopes": listed}));
        assert_eq!((marks.scopes.len(), marks.granular.len()), (0, 1));
    }

    #[test]
    fn administration_scopes_are_read_from_the_text() {
        let text = "Some words.\n**[OAuth 2.0 scopes](/cloud/admin/scopes/) required:** `read:a:admin`, `read:b:admin`\nmore `c:d`";
        let marks = read(&root(), &json!({"description": text}));
        assert_eq!(marks.scopes, ["read:a:admin", "read:b:admin"]);
    }

    #[test]
    fn experimental_is_seen_in_mark_tag_header_and_text() {
        for operation in [
            json!({"x-experimental": true}),
            json!({"tags": ["Experimental"]}),
            json!({"parameters": [{"name": "X-ExperimentalApi", "in": "header"}]}),
            json!({"description": "send -H \"X-ExperimentalApi: opt-in\""}),
        ] {
            assert!(read(&root(), &operation).experimental, "{operation}");
        }
        assert!(!read(&root(), &json!({"x-experimental": false})).experimental);
    }
}
