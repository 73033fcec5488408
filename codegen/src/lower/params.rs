//! Parameters: scalars and lists of scalars, in the path, the query or a header.

use serde_json::{Map, Value, json};

use super::names::marked;
use super::walk::{Object, component_of, components, operations};
use super::{defaults, enums, notype};

/// The extension that says how a query parameter travels: `joined` by commas, or `free` form.
pub(super) const STYLE: &str = "x-style";

/// Headers that are not an argument of an operation: the seam and the client set them.
const NOT_ARGUMENTS: [&str; 3] = ["accept", "authorization", "content-type"];

/// Leaves every operation with parameters that have a Rust form.
pub(super) fn run(root: &mut Value) {
    let schemas = components(root).clone();
    operations(root, |_, _, operation| {
        let Some(Value::Array(published)) = operation.remove("parameters") else {
            return;
        };
        let mut parameters: Vec<Value> = published
            .iter()
            .filter_map(|parameter| lower(parameter.as_object()?, &schemas))
            .collect();
        // A template names its parameters, so those in the path keep their names.
        parameters.sort_by_key(|parameter| parameter["in"] != "path");
        part_names(&mut parameters);
        operation.insert("parameters".to_owned(), Value::Array(parameters));
    });
}

fn lower(published: &Object, schemas: &Object) -> Option<Value> {
    let name = published.get("name")?.as_str()?;
    let place = published.get("in")?.as_str()?;
    let is_argument = match place {
        "path" | "query" => true,
        "header" => !NOT_ARGUMENTS.contains(&name.to_ascii_lowercase().as_str()),
        _ => false,
    };
    if !is_argument {
        return None;
    }
    let (schema, shape) = schema_of(published, schemas);
    let required = place == "path" || published.get("required") == Some(&Value::Bool(true));
    let mut parameter =
        json!({ "name": name, "in": place, "required": required, "schema": schema });
    if place == "query" {
        if let Some(style) = style(published, &shape) {
            parameter[STYLE] = json!(style);
        }
    } else if matches!(shape, Shape::List | Shape::Free) {
        // A list or an object in a path or a header has no common form: the caller writes the text.
        parameter["schema"] = json!({ "type": "string" });
    }
    Some(parameter)
}

enum Shape {
    Scalar,
    Number,
    List,
    Free,
}

fn style(published: &Object, shape: &Shape) -> Option<&'static str> {
    let form = published
        .get("style")
        .and_then(Value::as_str)
        .unwrap_or("form");
    let explode = published
        .get("explode")
        .and_then(Value::as_bool)
        .unwrap_or(form == "form");
    match shape {
        Shape::List if !explode => Some("joined"),
        // Ten must not travel as "10.0", which is how a float is written otherwise.
        Shape::Number | Shape::Free => Some("free"),
        _ => None,
    }
}

/// The lowered schema of a parameter; `content` parameters travel as text.
fn schema_of(published: &Object, schemas: &Object) -> (Value, Shape) {
    let Some(schema) = published.get("schema") else {
        return (json!({ "type": "string" }), Shape::Scalar);
    };
    let mut schema = scalar(schema, schemas);
    if is_scalar(&schema) {
        let is_number = schema.get("type") == Some(&json!("number"));
        let shape = if is_number {
            Shape::Number
        } else {
            Shape::Scalar
        };
        return (Value::Object(schema), shape);
    }
    if schema.get("type") == Some(&json!("array")) {
        let items = scalar(schema.get("items").unwrap_or(&Value::Null), schemas);
        if is_scalar(&items) {
            schema.insert("items".to_owned(), Value::Object(items));
            return (Value::Object(schema), Shape::List);
        }
    }
    (json!({}), Shape::Free)
}

fn is_scalar(schema: &Object) -> bool {
    let kind = schema.get("type").and_then(Value::as_str);
    matches!(kind, Some("string" | "integer" | "number" | "boolean"))
}

/// The schema itself, with references followed, reduced to what shapes a type.
fn scalar(schema: &Value, schemas: &Object) -> Object {
    let mut schema = schema;
    for _ in 0..16 {
        let target = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(component_of);
        match target.and_then(|name| schemas.get(name)) {
            Some(found) => schema = found,
            None => break,
        }
    }
    if let Some([only]) = schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        return scalar(only, schemas);
    }
    let mut schema = schema.as_object().cloned().unwrap_or_else(Map::new);
    notype::state_type(&mut schema);
    enums::tidy(&mut schema);
    defaults::reduce(&mut schema);
    schema.remove("nullable");
    schema
}

/// Sets parameters apart whose names become one Rust name, such as one in the path and one in the
/// query; `body` is the name of the body.
fn part_names(parameters: &mut [Value]) {
    let mut taken = std::collections::BTreeSet::from(["body".to_owned()]);
    for parameter in parameters {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        let mut candidate = name.clone();
        let mut count = 1;
        while !taken.insert(heck::ToSnakeCase::to_snake_case(candidate.as_str())) {
            count += 1;
            candidate = marked(&name, count);
        }
        parameter["name"] = json!(candidate);
    }
}
