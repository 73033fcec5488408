//! Gives every object and enumeration inside another schema a component of its own.
//!
//! Left to itself typify names them after their parents, and a component of that name may exist.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::names::type_name;
use super::walk::{Object, components, operations, reference};

/// Moves inner objects and enumerations into components with names of their own.
pub(super) fn run(root: &mut Value) {
    let mut schemas = std::mem::take(components(root));
    let mut taken: BTreeSet<String> = schemas.keys().map(|name| type_name(name)).collect();
    let mut moved = Object::new();
    for (name, schema) in &mut schemas {
        let mut nest = Nest {
            taken: &mut taken,
            moved: &mut moved,
        };
        nest.below(name, schema);
    }
    operations(root, |_, _, operation| {
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
            return;
        };
        for parameter in parameters {
            let name = format!("{id}_{}", parameter["name"].as_str().unwrap_or_default());
            let mut nest = Nest {
                taken: &mut taken,
                moved: &mut moved,
            };
            nest.place(&name, &mut parameter["schema"]);
        }
    });
    schemas.extend(moved);
    *components(root) = schemas;
}

struct Nest<'a> {
    taken: &'a mut BTreeSet<String>,
    moved: &'a mut Object,
}

impl Nest<'_> {
    /// Visits what stands inside a schema that has a name.
    fn below(&mut self, name: &str, schema: &mut Value) {
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for (property, inner) in properties {
                self.place(&format!("{name}_{property}"), inner);
            }
        }
        for (key, word) in [("items", "item"), ("additionalProperties", "value")] {
            if let Some(inner) = schema.get_mut(key) {
                self.place(&format!("{name}_{word}"), inner);
            }
        }
    }

    /// Moves the schema out if it makes a type, and visits what is inside it.
    fn place(&mut self, name: &str, schema: &mut Value) {
        let makes_type = schema.get("properties").is_some() || schema.get("enum").is_some();
        if !makes_type {
            self.below(name, schema);
            return;
        }
        let mut free = name.to_owned();
        let mut count = 1;
        while !self.taken.insert(type_name(&free)) {
            count += 1;
            free = format!("{name}_{count}");
        }
        let free = type_name(&free);
        let mut inner = std::mem::replace(schema, json!(null));
        self.below(&free, &mut inner);
        self.moved.insert(free.clone(), inner);
        *schema = reference(&free);
    }
}
