//! Path parameters: the ones a template names and the ones an operation declares become the same.

use serde_json::{Value, json};

use super::walk::{METHODS, Object};

/// Gives every operation the parameters of its path item, and exactly its template's path parameters.
pub(super) fn run(root: &mut Value) {
    let Some(Value::Object(paths)) = root.get_mut("paths") else {
        return;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let shared = match item.remove("parameters") {
            Some(Value::Array(shared)) => shared,
            _ => Vec::new(),
        };
        for method in METHODS {
            if let Some(Value::Object(operation)) = item.get_mut(method) {
                let mut parameters = inherit(operation, &shared);
                match_template(&mut parameters, &template_names(path));
                operation.insert("parameters".to_owned(), Value::Array(parameters));
            }
        }
    }
}

/// The names between braces, in their order.
fn template_names(path: &str) -> Vec<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

/// The operation's own parameters, then those of the path item that it does not override.
fn inherit(operation: &mut Object, shared: &[Value]) -> Vec<Value> {
    let mut own = match operation.remove("parameters") {
        Some(Value::Array(own)) => own,
        _ => Vec::new(),
    };
    let identity = |parameter: &Value| (parameter["name"].clone(), parameter["in"].clone());
    let mut seen: Vec<_> = own.iter().map(identity).collect();
    for parameter in shared {
        if !seen.contains(&identity(parameter)) {
            seen.push(identity(parameter));
            own.push(parameter.clone());
        }
    }
    let mut kept: Vec<Value> = Vec::with_capacity(own.len());
    for parameter in own {
        if !kept
            .iter()
            .any(|other| identity(other) == identity(&parameter))
        {
            kept.push(parameter);
        }
    }
    kept
}

/// The template wins: a declaration under another name takes the template's where there is one of
/// each, is dropped where the template has no place for it, and is made up where it is missing.
fn match_template(parameters: &mut Vec<Value>, template: &[&str]) {
    let in_path = |parameter: &Value| parameter["in"] == "path";
    let mut missing: Vec<&str> = template
        .iter()
        .copied()
        .filter(|name| !parameters.iter().any(|p| in_path(p) && p["name"] == *name))
        .collect();
    let astray: Vec<usize> = (0..parameters.len())
        .filter(|index| {
            let parameter = &parameters[*index];
            in_path(parameter) && !template.iter().any(|name| parameter["name"] == *name)
        })
        .collect();
    if let ([name], [index]) = (missing.as_slice(), astray.as_slice()) {
        parameters[*index]["name"] = json!(name);
        missing.clear();
    }
    parameters.retain(|p| !in_path(p) || template.iter().any(|name| p["name"] == *name));
    for name in missing {
        parameters.push(json!({ "name": name, "in": "path", "schema": { "type": "string" } }));
    }
    for parameter in parameters.iter_mut().filter(|p| in_path(p)) {
        parameter["required"] = json!(true);
    }
}
