//! References of a step to what earlier steps made: `${make.id}` is the id of what step `make`
//! made, `${make/key}` a part of Atlassian's answer to it. `$${` stands for a plain `${`.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Longest name of a step.
const LONGEST: usize = 40;
/// How far `$ref` is followed in a schema.
const REFS: usize = 16;

/// Why a reference cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// It is not of the form.
    #[error("{at}: a reference is ${{step.id}} or ${{step/pointer}}; write $${{ for a plain ${{")]
    Malformed {
        /// Where it stands.
        at: String,
    },
    /// It names no earlier step.
    #[error("{at}: no earlier step has the name {step}")]
    NotEarlier {
        /// Where it stands.
        at: String,
        /// The name.
        step: String,
    },
    /// The step made nothing of the kind.
    #[error("{at}: {step} made nothing that could stand here")]
    Absent {
        /// Where it stands.
        at: String,
        /// The step.
        step: String,
    },
    /// What it stands for is of another type than the argument.
    #[error("{at}: what {step} made is not {wanted}")]
    WrongType {
        /// Where it stands.
        at: String,
        /// The step.
        step: String,
        /// The types that fit.
        wanted: String,
    },
}

/// What a step made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Made {
    /// The id of its target.
    pub id: Option<String>,
    /// Atlassian's answer.
    pub result: Value,
}

/// A reference in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referred {
    /// JSON pointer of the argument that holds it.
    pub at: String,
    /// The step it names.
    pub step: String,
}

/// A part of a text.
pub(super) enum Part {
    /// As it stands.
    Text(String),
    /// The step, and the pointer into its answer; `None` for the id.
    Made(String, Option<String>),
}

/// Whether a step can have this name: `^[a-z][a-z0-9_]{0,39}$`.
pub fn is_step_name(name: &str) -> bool {
    name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The references among arguments, each to one of the `earlier` steps.
///
/// # Errors
/// [`ReferenceError`] for what is no reference, or none to an earlier step.
pub fn references(
    arguments: &Map<String, Value>,
    earlier: &BTreeSet<&str>,
) -> Result<Vec<Referred>, ReferenceError> {
    let mut found = Vec::new();
    for (name, value) in arguments {
        gather(value, &place("", name), earlier, &mut found)?;
    }
    Ok(found)
}

fn gather(
    value: &Value,
    at: &str,
    earlier: &BTreeSet<&str>,
    found: &mut Vec<Referred>,
) -> Result<(), ReferenceError> {
    match value {
        Value::String(text) => {
            for part in parts(text, at)? {
                if let Part::Made(step, _) = part {
                    let at = at.to_owned();
                    if !earlier.contains(step.as_str()) {
                        return Err(ReferenceError::NotEarlier { at, step });
                    }
                    found.push(Referred { at, step });
                }
            }
        }
        Value::Array(items) => {
            for (nth, item) in items.iter().enumerate() {
                gather(item, &place(at, &nth.to_string()), earlier, found)?;
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                gather(value, &place(at, name), earlier, found)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

/// The arguments with what the steps made in place of the references. A reference that is the whole
/// value takes the type that `schema` (of all arguments) asks for; within a longer text it is text.
///
/// # Errors
/// [`ReferenceError`] when a step made nothing of the kind, or something of another type.
pub fn resolve(
    arguments: &Map<String, Value>,
    made: &BTreeMap<String, Made>,
    schema: &Value,
) -> Result<Map<String, Value>, ReferenceError> {
    let resolver = Resolver { made, schema };
    let of = |(name, value): (&String, &Value)| {
        let value = resolver.value(value, std::slice::from_ref(name))?;
        Ok((name.clone(), value))
    };
    arguments.iter().map(of).collect()
}

struct Resolver<'a> {
    made: &'a BTreeMap<String, Made>,
    schema: &'a Value,
}

impl Resolver<'_> {
    fn value(&self, value: &Value, at: &[String]) -> Result<Value, ReferenceError> {
        let deeper = |token: String| at.iter().cloned().chain([token]).collect::<Vec<_>>();
        Ok(match value {
            Value::String(text) => self.text(text, at)?,
            Value::Array(items) => {
                let of = |(nth, item): (usize, &Value)| self.value(item, &deeper(nth.to_string()));
                Value::Array(items.iter().enumerate().map(of).collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => {
                let of = |(name, value): (&String, &Value)| {
                    Ok((name.clone(), self.value(value, &deeper(name.clone()))?))
                };
                Value::Object(fields.iter().map(of).collect::<Result<_, _>>()?)
            }
            plain => plain.clone(),
        })
    }

    fn text(&self, text: &str, at: &[String]) -> Result<Value, ReferenceError> {
        let place = at.iter().fold(String::new(), |to, token| place(&to, token));
        let parts = parts(text, &place)?;
        if let [Part::Made(step, pointer)] = parts.as_slice() {
            let found = self.made(step, pointer.as_deref(), &place)?;
            return fitted(
                found,
                &types(self.schema, self.schema, at, REFS),
                step,
                &place,
            );
        }
        let mut whole = String::new();
        for part in &parts {
            match part {
                Part::Text(text) => whole.push_str(text),
                Part::Made(step, pointer) => match self.made(step, pointer.as_deref(), &place)? {
                    Value::String(text) => whole.push_str(&text),
                    Value::Number(number) => whole.push_str(&number.to_string()),
                    _ => {
                        return Err(ReferenceError::WrongType {
                            at: place,
                            step: step.clone(),
                            wanted: "text".to_owned(),
                        });
                    }
                },
            }
        }
        Ok(Value::String(whole))
    }

    fn made(&self, step: &str, pointer: Option<&str>, at: &str) -> Result<Value, ReferenceError> {
        let made = self.made.get(step);
        let found = match pointer {
            None => made.and_then(|made| made.id.clone()).map(Value::String),
            Some(pointer) => made.and_then(|made| made.result.pointer(pointer)).cloned(),
        };
        found
            .filter(|value| !value.is_null())
            .ok_or_else(|| ReferenceError::Absent {
                at: at.to_owned(),
                step: step.to_owned(),
            })
    }
}

/// A value as one of the types; as it is when nothing is known of them.
fn fitted(
    value: Value,
    wanted: &BTreeSet<String>,
    step: &str,
    at: &str,
) -> Result<Value, ReferenceError> {
    let wants = |name: &str| wanted.contains(name);
    let fits = match &value {
        Value::Null => wants("null"),
        Value::Bool(_) => wants("boolean"),
        Value::Number(number) => wants("number") || (wants("integer") && !number.is_f64()),
        Value::String(_) => wants("string"),
        Value::Array(_) => wants("array"),
        Value::Object(_) => wants("object"),
    };
    if fits || wanted.is_empty() {
        return Ok(value);
    }
    let turned = match &value {
        Value::String(text) if wants("integer") || wants("number") => {
            text.parse::<i64>().ok().map(Value::from)
        }
        Value::Number(number) if wants("string") => Some(Value::String(number.to_string())),
        _ => None,
    };
    turned.ok_or_else(|| ReferenceError::WrongType {
        at: at.to_owned(),
        step: step.to_owned(),
        wanted: wanted.iter().cloned().collect::<Vec<_>>().join(" or "),
    })
}

/// The types that a schema lets stand at a place; none when it does not say.
fn types(root: &Value, node: &Value, at: &[String], refs: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let target = node
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|named| root.pointer(named.strip_prefix('#')?));
    if let (Some(target), Some(left)) = (target, refs.checked_sub(1)) {
        found.extend(types(root, target, at, left));
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        let alternatives = node.get(key).and_then(Value::as_array);
        for alternative in alternatives.into_iter().flatten() {
            if let Some(left) = refs.checked_sub(1) {
                found.extend(types(root, alternative, at, left));
            }
        }
    }
    let Some((first, rest)) = at.split_first() else {
        match node.get("type") {
            Some(Value::String(name)) => found.extend([name.clone()]),
            Some(Value::Array(names)) => {
                found.extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
        return found;
    };
    let property = node.get("properties").and_then(|known| known.get(first));
    let below = property
        .or_else(|| first.parse::<usize>().ok().and(node.get("items")))
        .or_else(|| node.get("additionalProperties"));
    if let Some(below) = below {
        found.extend(types(root, below, rest, REFS));
    }
    found
}

fn place(at: &str, token: &str) -> String {
    format!("{at}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// The parts of a text.
pub(super) fn parts(text: &str, at: &str) -> Result<Vec<Part>, ReferenceError> {
    let malformed = || ReferenceError::Malformed { at: at.to_owned() };
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, after) = rest.split_at(start);
        if let Some(before) = before.strip_suffix('$') {
            plain.push_str(before);
            plain.push_str("${");
            rest = &after[2..];
            continue;
        }
        plain.push_str(before);
        let (inside, behind) = after[2..].split_once('}').ok_or_else(malformed)?;
        let (step, pointer) = match (inside.strip_suffix(".id"), inside.split_once('/')) {
            (Some(step), None) => (step, None),
            (_, Some((step, pointer))) => (step, Some(format!("/{pointer}"))),
            (None, None) => return Err(malformed()),
        };
        if !is_step_name(step) {
            return Err(malformed());
        }
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        parts.push(Part::Made(step.to_owned(), pointer));
        rest = behind;
    }
    plain.push_str(rest);
    if !plain.is_empty() || parts.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(parts)
}
