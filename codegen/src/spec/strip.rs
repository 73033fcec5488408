//! Keeps of a published document what a generator needs and none of its prose.
//!
//! Every place of an `OpenAPI` document has its own list of keys, so that a *property* or a
//! parameter called `description` survives while a description does not.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

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

fn fate(place: Place, key: &str) -> Option<Fate> {
    use Fate::{Dropped, Each, Kept, Named};
    let known = match (place, key) {
        (_, "$ref") => Kept,
        (_, "description" | "summary" | "example" | "examples" | "externalDocs" | "tags") => {
            Dropped
        }

        (Place::Document, "openapi") => Kept,
        (Place::Document, "info") => Each(Place::Info),
        (Place::Document, "servers") | (Place::PathItem | Place::Operation, "servers") => {
            Each(Place::Server)
        }
        (Place::Document, "paths") => Named(Place::PathItem),
        (Place::Document, "components") => Each(Place::Components),
        // Said per operation, under x-scopes and x-credentials.
        (Place::Document | Place::Operation, "security") => Dropped,
        (Place::Info, "title" | "version") => Kept,
        (Place::Info, "contact" | "license" | "termsOfService") => Dropped,
        (Place::Server, "url") => Kept,
        (Place::Server, "variables") => Named(Place::ServerVariable),
        (Place::ServerVariable, "default" | "enum") => Kept,

        (Place::Components, "schemas") => Named(Place::Schema),
        (Place::Components, "parameters" | "headers") => Named(Place::Parameter),
        (Place::Components, "requestBodies") => Named(Place::RequestBody),
        (Place::Components, "responses") => Named(Place::Response),
        (Place::Components, "securitySchemes" | "links" | "callbacks") => Dropped,

        (
            Place::PathItem,
            "delete" | "get" | "head" | "options" | "patch" | "post" | "put" | "trace",
        ) => Each(Place::Operation),
        (Place::PathItem | Place::Operation, "parameters") => Each(Place::Parameter),
        (Place::Operation, "operationId" | "deprecated" | "x-preview") => Kept,
        (Place::Operation, "requestBody") => Each(Place::RequestBody),
        (Place::Operation, "responses") => Named(Place::Response),
        (Place::Operation, "callbacks") => Dropped,
        (Place::Operation, "x-changes") => Each(Place::Change),
        (Place::Change, "announced" | "effective" | "type") => Kept,
        (Place::Change, "details") => Dropped,

        (
            Place::Parameter,
            "name" | "in" | "required" | "deprecated" | "style" | "explode" | "allowReserved"
            | "allowEmptyValue",
        ) => Kept,
        (Place::Parameter | Place::MediaType, "schema") => Each(Place::Schema),
        (Place::Parameter | Place::RequestBody | Place::Response, "content") => {
            Named(Place::MediaType)
        }
        (Place::RequestBody, "required") => Kept,
        (Place::Response, "headers") | (Place::Encoding, "headers") => Named(Place::Parameter),
        (Place::Response, "links") => Dropped,
        (Place::MediaType, "encoding") => Named(Place::Encoding),
        (Place::Encoding, "contentType" | "style" | "explode" | "allowReserved") => Kept,

        (Place::Schema, "title" | "xml") => Dropped,
        (Place::Schema, "properties" | "patternProperties") => Named(Place::Schema),
        (Place::Schema, "additionalProperties" | "items" | "allOf" | "anyOf" | "oneOf" | "not") => {
            Each(Place::Schema)
        }
        (Place::Schema, "discriminator") => Each(Place::Discriminator),
        (
            Place::Schema,
            "type" | "format" | "enum" | "default" | "required" | "nullable" | "readOnly"
            | "writeOnly" | "deprecated" | "minimum" | "maximum" | "exclusiveMinimum"
            | "exclusiveMaximum" | "multipleOf" | "minLength" | "maxLength" | "pattern"
            | "minItems" | "maxItems" | "uniqueItems" | "minProperties" | "maxProperties" | "const",
        ) => Kept,
        (Place::Discriminator, "propertyName" | "mapping") => Kept,

        (_, vendor) if vendor.starts_with("x-") => Dropped,
        _ => return None,
    };
    Some(known)
}

#[cfg(test)]
mod tests;
