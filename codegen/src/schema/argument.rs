//! The arguments of a tool and the schema they are checked against.

use serde_json::{Map, Value, json};

/// One argument of a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// Name the caller uses.
    pub name: String,
    /// JSON Schema; may refer to `$defs`.
    pub schema: Value,
    /// What to tell the caller.
    pub about: Option<String>,
    /// Whether it must be given.
    pub required: bool,
    /// What it is when left out.
    pub default: Option<Value>,
}

impl Argument {
    /// An argument that may be left out.
    pub fn optional(name: &str, about: &str, schema: Value) -> Self {
        Self {
            name: name.to_owned(),
            schema,
            about: (!about.is_empty()).then(|| about.to_owned()),
            required: false,
            default: None,
        }
    }
}

/// The schema of all arguments: closed on top, so that an argument nobody knows is refused.
pub fn full(arguments: &[Argument], definitions: &Map<String, Value>) -> Value {
    let properties: Map<String, Value> = arguments
        .iter()
        .map(|argument| (argument.name.clone(), annotated(argument)))
        .collect();
    let required: Vec<&str> = arguments
        .iter()
        .filter(|argument| argument.required)
        .map(|argument| argument.name.as_str())
        .collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if let Some(schema) = schema.as_object_mut() {
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), json!(definitions));
        }
    }
    schema
}

fn annotated(argument: &Argument) -> Value {
    let mut schema = argument.schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        if let Some(about) = &argument.about {
            schema.insert("description".to_owned(), json!(about));
        }
        if let Some(default) = &argument.default {
            schema.insert("default".to_owned(), default.clone());
        }
    }
    schema
}
