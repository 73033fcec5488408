//! Keeps of a published document what a generator needs and none of its prose.
//!
//! Every place of an `OpenAPI` document has its own list of keys, so that a *property* or a
//! parameter called `description` survives while a description does not.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::document::METHODS;

/// What kind of object stands somewhere in a document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    Document,
    Info,
    Server,
    ServerVariable,
    Components,
    PathItem,
    Operation,
    Change,
    Parameter,
    RequestBody,
    Response,
    MediaType,
    Encoding,
    Schema,
    Discriminator,
}

/// What becomes of the value under a key.
enum Fate {
    Dropped,
    Kept,
    /// An object of this kind, or an array of them.
    Each(Place),
    /// A map whose keys are names and whose values are objects of this kind.
    Named(Place),
}

/// Keys that the lists do not know, and how often they were seen: dropped, but told.
pub(super) type Unknown = BTreeMap<String, usize>;

/// The facts of `value`, which stands at `place`.
pub(super) fn strip(place: Place, value: &Value, unknown: &mut Unknown) -> Value {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| strip(place, item, unknown))
            .collect(),
        Value::Object(map) => Value::Object(strip_object(place, map, unknown)),
        scalar => scalar.clone(),
    }
}

fn strip_object(
    place: Place,
    map: &Map<String, Value>,
    unknown: &mut Unknown,
) -> Map<String, Value> {
    let mut facts = Map::new();
    for (key, value) in map {
        let fact = match fate(place, key) {
            None => {
                *unknown.entry(format!("{place:?}.{key}")).or_default() += 1;
                continue;
            }
            Some(Fate::Dropped) => continue,
            // False is what every reader assumes; the published files repeat it hundreds of times.
            Some(Fate::Kept) if key == "deprecated" && *value == Value::Bool(false) => continue,
            Some(Fate::Kept) => value.clone(),
            Some(Fate::Each(place)) => strip(place, value, unknown),
            Some(Fate::Named(place)) => named(place, value, unknown),
        };
        facts.insert(key.clone(), fact);
    }
    facts
}

fn named(place: Place, value: &Value, unknown: &mut Unknown) -> Value {
    let Some(map) = value.as_object() else {
        return value.clone();
    };
    map.iter()
        .filter(|(name, _)| !matches!(place, Place::PathItem) || name.starts_with('/'))
        .map(|(name, item)| (name.clone(), strip(place, item, unknown)))
        .collect()
}

/// What becomes of `key` in an object at `place`; `None` for a key that no list knows.
fn fate(place: Place, key: &str) -> Option<Fate> {
    match key {
        "$ref" => Some(Fate::Kept),
        "description" | "summary" | "example" | "examples" | "externalDocs" | "tags" => {
            Some(Fate::Dropped)
        }
        _ => outline(place, key)
            .or_else(|| shape(place, key))
            .or_else(|| key.starts_with("x-").then_some(Fate::Dropped)),
    }
}

/// The keys of what surrounds operations.
fn outline(place: Place, key: &str) -> Option<Fate> {
    use Fate::{Dropped, Each, Kept, Named};
    Some(match place {
        Place::Document => match key {
            "openapi" => Kept,
            "info" => Each(Place::Info),
            "servers" => Each(Place::Server),
            "paths" => Named(Place::PathItem),
            "components" => Each(Place::Components),
            // Said per operation, under x-scopes and x-credentials.
            "security" => Dropped,
            _ => return None,
        },
        Place::Info => match key {
            "title" | "version" => Kept,
            "contact" | "license" | "termsOfService" => Dropped,
            _ => return None,
        },
        Place::Server => match key {
            "url" => Kept,
            "variables" => Named(Place::ServerVariable),
            _ => return None,
        },
        Place::ServerVariable => match key {
            "default" | "enum" => Kept,
            _ => return None,
        },
        Place::Components => match key {
            "schemas" => Named(Place::Schema),
            "parameters" | "headers" => Named(Place::Parameter),
            "requestBodies" => Named(Place::RequestBody),
            "responses" => Named(Place::Response),
            "securitySchemes" | "links" | "callbacks" => Dropped,
            _ => return None,
        },
        Place::PathItem => match key {
            "parameters" => Each(Place::Parameter),
            "servers" => Each(Place::Server),
            method if METHODS.iter().any(|(known, _)| *known == method) => Each(Place::Operation),
            _ => return None,
        },
        _ => return None,
    })
}

/// The keys of an operation and of what it takes and gives.
fn shape(place: Place, key: &str) -> Option<Fate> {
    use Fate::{Dropped, Each, Kept, Named};
    Some(match place {
        Place::Operation => match key {
            "operationId" | "deprecated" | "x-preview" => Kept,
            "parameters" => Each(Place::Parameter),
            "requestBody" => Each(Place::RequestBody),
            "responses" => Named(Place::Response),
            "servers" => Each(Place::Server),
            "x-changes" => Each(Place::Change),
            "security" | "callbacks" => Dropped,
            _ => return None,
        },
        Place::Change => match key {
            "announced" | "effective" | "type" => Kept,
            "details" => Dropped,
            _ => return None,
        },
        Place::Parameter => match key {
            "name" | "in" | "required" | "deprecated" | "style" | "explode" | "allowReserved"
            | "allowEmptyValue" => Kept,
            "schema" => Each(Place::Schema),
            "content" => Named(Place::MediaType),
            _ => return None,
        },
        Place::RequestBody => match key {
            "required" => Kept,
            "content" => Named(Place::MediaType),
            _ => return None,
        },
        Place::Response => match key {
            "content" => Named(Place::MediaType),
            "headers" => Named(Place::Parameter),
            "links" => Dropped,
            _ => return None,
        },
        Place::MediaType => match key {
            "schema" => Each(Place::Schema),
            "encoding" => Named(Place::Encoding),
            _ => return None,
        },
        Place::Encoding => match key {
            "contentType" | "style" | "explode" | "allowReserved" => Kept,
            "headers" => Named(Place::Parameter),
            _ => return None,
        },
        Place::Schema => match key {
            "title" | "xml" => Dropped,
            "properties" | "patternProperties" => Named(Place::Schema),
            "additionalProperties" | "items" | "allOf" | "anyOf" | "oneOf" | "not" => {
                Each(Place::Schema)
            }
            "discriminator" => Each(Place::Discriminator),
            known if SCHEMA_FACTS.contains(&known) => Kept,
            _ => return None,
        },
        Place::Discriminator => match key {
            "propertyName" | "mapping" => Kept,
            _ => return None,
        },
        _ => return None,
    })
}

/// Keywords of a schema whose values are kept as they are.
const SCHEMA_FACTS: [&str; 23] = [
    "const",
    "default",
    "deprecated",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "pattern",
    "readOnly",
    "required",
    "type",
    "uniqueItems",
    "writeOnly",
];

#[cfg(test)]
mod tests;
