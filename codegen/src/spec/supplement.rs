//! Adds hand-written operations to a published document that lacks them.

use serde_json::Value;

/// Merges `paths` and `components` of `supplement` into `root`.
///
/// The error names what stands in both: the published document has caught up, and the supplement's
/// copy must go.
pub(super) fn merge(root: &mut Value, supplement: &Value) -> Result<(), String> {
    for (path, item) in members(supplement.get("paths")) {
        for (method, operation) in members(Some(item)) {
            insert(root, &["paths", path], method, operation)?;
        }
    }
    for (kind, components) in members(supplement.get("components")) {
        for (name, component) in members(Some(components)) {
            insert(root, &["components", kind], name, component)?;
        }
    }
    Ok(())
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn insert(root: &mut Value, within: &[&str], key: &str, value: &Value) -> Result<(), String> {
    let mut at = root;
    for name in within {
        let Value::Object(map) = at else {
            return Err(format!("`{name}` has no object to stand in"));
        };
        at = map
            .entry(*name)
            .or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    let Value::Object(map) = at else {
        return Err(format!("`{}` is not an object", within.join("/")));
    };
    if map.contains_key(key) {
        return Err(format!(
            "`{} {key}` stands in the published document too",
            within.join("/")
        ));
    }
    map.insert(key.to_owned(), value.clone());
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operations_and_components_are_added() {
        let mut root = json!({"paths": {"/a": {"get": 1}}});
        let more = json!({"paths": {"/a": {"put": 2}, "/b": {"get": 3}}, "components": {"schemas": {"S": 4}}});
        merge(&mut root, &more).unwrap();
        let paths = json!({"/a": {"get": 1, "put": 2}, "/b": {"get": 3}});
        assert_eq!(
            root,
            json!({"paths": paths, "components": {"schemas": {"S": 4}}})
        );
    }

    #[test]
    fn an_operation_that_was_published_meanwhile_is_told() {
        let mut root = json!({"paths": {"/a": {"get": 1}}});
        let error = merge(&mut root, &json!({"paths": {"/a": {"get": 2}}})).unwrap_err();
        assert!(error.contains("/a get"), "{error}");
    }
}
