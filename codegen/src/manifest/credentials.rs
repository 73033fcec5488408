//! Which of a person's two credentials an operation takes: what its document says, and where that is
//! silent or proved wrong, what the live sites answered.

use super::plan::Takes;
use crate::spec;

/// Judges an operation.
pub(super) fn taken(operation: spec::Operation<'_>) -> Takes {
    let marks = operation.value.get("x-credentials");
    let says = |word: &str| {
        let marks = marks.and_then(serde_json::Value::as_array);
        marks.is_some_and(|marks| marks.iter().any(|mark| mark == word))
    };
    let has_scopes = ["x-scopes", "x-scopes-granular"]
        .iter()
        .any(|mark| operation.value.get(*mark).is_some());
    let experimental = operation.value.get("x-experimental") == Some(&true.into());
    let (oauth, token) = match operation.api {
        "jira-platform" | "jira-software" => (says("oauth2"), says("basic")),
        // A token of scopes that the document does not tell is refused.
        "confluence-v2" => (says("oauth2") && has_scopes, says("basic")),
        // The document knows no API token, which was seen to work throughout; of what changes
        // something, an OAuth token was refused.
        "jira-service-management" => {
            let reads = operation.method == "GET" && !experimental;
            (reads && says("oauth2"), true)
        }
        // The document knows no API token; the vendor's guide does, for some routes.
        "assets" => (true, true),
        // OAuth tokens were refused whatever their scopes, or there is no scope to ask for.
        "jsm-forms" | "automation" | "confluence-v1" => (false, true),
        _ => (false, false),
    };
    Takes { oauth, token }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_document_says_it_where_nothing_else_was_seen() {
        let of = |api: &'static str, method: &'static str, value: serde_json::Value| {
            let operation = spec::Operation {
                api,
                method,
                path: "/x",
                path_item: &serde_json::Value::Null,
                id: "x",
                value: &value,
            };
            let taken = taken(operation);
            (taken.oauth, taken.token)
        };
        let both = json!({"x-credentials": ["basic", "oauth2"]});
        let oauth = json!({"x-credentials": ["oauth2"]});
        let early = json!({"x-credentials": ["oauth2"], "x-experimental": true});
        assert_eq!(of("jira-platform", "PUT", both.clone()), (true, true));
        assert_eq!(
            of("jira-platform", "GET", json!({"x-credentials": ["basic"]})),
            (false, true)
        );
        assert_eq!(of("confluence-v2", "GET", both.clone()), (false, true));
        let scoped =
            json!({"x-credentials": ["basic", "oauth2"], "x-scopes": ["read:space:confluence"]});
        assert_eq!(of("confluence-v2", "GET", scoped), (true, true));
        let desk = "jira-service-management";
        assert_eq!(of(desk, "GET", oauth.clone()), (true, true));
        assert_eq!(of(desk, "POST", oauth), (false, true));
        assert_eq!(of(desk, "GET", early), (false, true));
        assert_eq!(of("confluence-v1", "GET", both.clone()), (false, true));
        assert_eq!(of("admin-control", "GET", both), (false, false));
    }
}
