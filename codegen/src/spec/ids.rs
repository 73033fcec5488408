//! Gives every operation an id that is unique in its document and fits an identifier.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::METHODS;

/// The id of each operation, by path and method key (`get`, `post`...).
pub(super) type Ids = BTreeMap<(String, &'static str), String>;

/// The published id where it is unique and an identifier, else one made of method and path: of the
/// path past what all paths share, or of the whole path where the short form is another operation's
/// published id.
///
/// The error names two operations to which the rule gives one id.
pub(super) fn assign(paths: &Map<String, Value>) -> Result<Ids, String> {
    let prefix = static_prefix(paths);
    let mut published: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, _, operation) in operations(paths) {
        if let Some(id) = published_id(operation) {
            *published.entry(id).or_default() += 1;
        }
    }
    let kept = |id: &str| published.get(id) == Some(&1) && is_identifier(id);
    let mut ids = Ids::new();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for (path, method, operation) in operations(paths) {
        let id = match published_id(operation).filter(|id| kept(id)) {
            Some(id) => id.to_owned(),
            None => Some(derive(method, path, prefix))
                .filter(|short| !kept(short))
                .unwrap_or_else(|| derive(method, path, 0)),
        };
        let owner = format!("{} {path}", method.to_uppercase());
        if let Some(other) = owners.insert(id.clone(), owner.clone()) {
            return Err(format!(
                "`{other}` and `{owner}` would both be called `{id}`"
            ));
        }
        ids.insert((path.to_owned(), method), id);
    }
    Ok(ids)
}

fn operations(paths: &Map<String, Value>) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    paths.iter().flat_map(|(path, item)| {
        METHODS
            .iter()
            .filter_map(move |(key, _)| Some((path.as_str(), *key, item.get(key)?)))
    })
}

fn published_id(operation: &Value) -> Option<&str> {
    operation.get("operationId")?.as_str()
}

fn is_identifier(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_alphabetic())
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Number of leading segments without a parameter that all paths share.
fn static_prefix(paths: &Map<String, Value>) -> usize {
    let mut paths = paths.keys();
    let Some(first) = paths.next() else { return 0 };
    let mut shared: Vec<&str> = segments(first)
        .take_while(|segment| !segment.contains('{'))
        .collect();
    for path in paths {
        let same = shared
            .iter()
            .zip(segments(path))
            .take_while(|(ours, theirs)| *ours == theirs)
            .count();
        shared.truncate(same);
    }
    shared.len()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// `post` and `/object/{id}/history` to `postObjectByIdHistory`.
fn derive(method: &str, path: &str, prefix: usize) -> String {
    let mut id = method.to_owned();
    for segment in segments(path).skip(prefix) {
        if segment.starts_with('{') {
            id.push_str("By");
        }
        for word in segment.split(|c: char| !c.is_ascii_alphanumeric()) {
            let mut letters = word.chars();
            id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            id.push_str(letters.as_str());
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(paths: &Value) -> Vec<String> {
        assign(paths.as_object().unwrap())
            .unwrap()
            .into_values()
            .collect()
    }

    #[test]
    fn a_unique_identifier_is_kept() {
        let paths = json!({"/x": {"get": {"operationId": "APIs_getX"}}});
        assert_eq!(ids(&paths), ["APIs_getX"]);
    }

    #[test]
    fn titles_missing_ids_and_doubles_are_derived_past_the_shared_prefix() {
        let paths = json!({
            "/rest/desk/object/create": {"post": {"operationId": "Object - Create"}},
            "/rest/desk/object/{id}": {"get": {}},
            "/rest/desk/role-assignments/{account_id}": {
                "delete": {"operationId": "drop"},
                "put": {"operationId": "drop"}
            },
        });
        assert_eq!(
            ids(&paths),
            [
                "postObjectCreate",
                "getObjectById",
                "deleteRoleAssignmentsByAccountId",
                "putRoleAssignmentsByAccountId"
            ]
        );
    }

    #[test]
    fn a_parameter_ends_the_shared_prefix() {
        let paths = json!({"/users/{id}/manage": {"get": {}}, "/users/{id}/keys": {"get": {}}});
        assert_eq!(ids(&paths), ["getByIdKeys", "getByIdManage"]);
    }

    #[test]
    fn a_published_id_is_never_taken_away() {
        let paths = json!({
            "/rest/desk/organization": {"get": {"operationId": "list"}},
            "/rest/desk/organization/{id}": {"get": {"operationId": "getOrganization"}},
            "/rest/desk/{desk}/organization": {"get": {"operationId": "list"}},
        });
        assert_eq!(
            ids(&paths),
            [
                "getRestDeskOrganization",
                "getOrganization",
                "getByDeskOrganization"
            ]
        );
    }

    #[test]
    fn one_id_for_two_operations_is_refused() {
        let paths = json!({"/a/b-c": {"get": {}}, "/a/b_c": {"get": {}}});
        let message = assign(paths.as_object().unwrap()).unwrap_err();
        assert!(message.contains("getBC"), "{message}");
    }
}
