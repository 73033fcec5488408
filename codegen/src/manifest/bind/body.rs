//! The request body of a tool's operation: which fields the caller gives and what fills the rest.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::enums::Effect;
use super::super::model::{Body, Spanned};
use super::super::plan::{Assignments, BodyPlan, Source};
use super::super::similar;
use super::paging::Consumed;
use super::params::overridden;
use super::places;
use super::scope::Scope;
use super::source::{Known, source};
use crate::schema::{Argument, Converter, Property, member, properties};
use crate::spec::{Document, Operation};

/// Makes arguments of the body's fields, or one of the whole body.
pub(super) fn arguments(
    scope: &mut Scope<'_>,
    document: &Document,
    operation: Operation<'_>,
    consumed: &Consumed,
    converter: &mut Converter<'_>,
) {
    let nothing = Body::default();
    let body = scope.tool.body.as_ref().unwrap_or(&nothing);
    let Some((_, schema, required)) = places::request(document, operation) else {
        if scope.tool.body.is_some() {
            scope.sink.tell(
                body.line,
                format!("{} has a `body`", scope.what),
                format!("`{}` takes none", operation.key()),
                "take `body` out",
            );
        }
        return;
    };
    if let Some(whole) = &body.whole {
        let argument = Argument {
            name: whole.value.clone(),
            schema: converter.schema(schema),
            about: about(body, &whole.value),
            required,
            default: None,
        };
        scope.argue(whole.line, argument);
        return;
    }
    let known = fields_of(scope, document, schema, body);
    unknown(scope, body, &known, &operation);
    let shown = shown(body, &known, consumed);
    unsupplied(scope, body, &known, &shown);
    for (name, line) in shown {
        let Some(property) = known.get(name.as_str()) else {
            continue;
        };
        let stated = |set: &[(Spanned<String>, Value)]| {
            let found = set.iter().find(|(field, _)| field.value == name);
            found.map(|(_, value)| value.clone())
        };
        let default = stated(&body.default);
        let asked = match &body.required {
            Some(required) => required.iter().any(|field| field.value == name),
            // What a replacing write leaves out is taken from the state before.
            None => property.required && required && scope.tool.effect != Effect::Replace,
        };
        let argument = Argument {
            name: renamed(body, &name).to_owned(),
            schema: overridden(
                converter.schema(property.schema),
                stated(&body.schema)
                    .map(|schema| scope.stated_schema(&schema, line))
                    .as_ref(),
            ),
            about: about(body, &name),
            required: asked && default.is_none(),
            default,
        };
        scope.argue(line, argument);
    }
}

/// What fills the body, once all arguments are known.
pub(super) fn plan(
    scope: &Scope<'_>,
    document: &Document,
    operation: Operation<'_>,
    consumed: &Consumed,
) -> BodyPlan {
    let nothing = Body::default();
    let body = scope.tool.body.as_ref().unwrap_or(&nothing);
    let Some((_, schema, _)) = places::request(document, operation) else {
        return BodyPlan::None;
    };
    let constants: Assignments = body
        .set
        .iter()
        .filter_map(|(pointer, value)| {
            let at = as_pointer(&pointer.value);
            places::in_request(
                scope,
                document,
                operation,
                &at,
                pointer.line,
                "`set` of `body`",
            );
            let from = source(scope, value, Known::Write, pointer.line, "`set` of `body`")?;
            Some((at, from))
        })
        .collect();
    if let Some(whole) = &body.whole {
        return BodyPlan::Whole(whole.value.clone(), constants);
    }
    let under = body.under.as_ref().map_or("", |under| &under.value);
    let known = fields_of(scope, document, schema, body);
    let fields = shown(body, &known, consumed)
        .into_iter()
        .filter(|(name, _)| known.contains_key(name.as_str()))
        .map(|(name, _)| {
            let from = Source::Argument(renamed(body, &name).to_owned());
            (format!("{under}/{}", escaped(&name)), from)
        });
    BodyPlan::Fields(fields.chain(constants).collect())
}

/// The fields that a tool may show, by name.
fn fields_of<'a>(
    scope: &Scope<'_>,
    document: &'a Document,
    schema: &'a Value,
    body: &Body,
) -> BTreeMap<&'a str, Property<'a>> {
    let Some(under) = &body.under else {
        return properties(document, schema);
    };
    let mut at = schema;
    for token in under.value.split('/').skip(1) {
        let Some(next) = member(document, at, token) else {
            scope.sink.tell(
                under.line,
                format!(
                    "`under` of {} names a field `{token}` that does not exist",
                    scope.what
                ),
                "the body has no such field there",
                similar::hint(token, properties(document, at).keys().copied()),
            );
            return BTreeMap::new();
        };
        at = next;
    }
    properties(document, at)
}

/// The fields that the caller is asked for, with the line that names each.
fn shown(
    body: &Body,
    known: &BTreeMap<&str, Property<'_>>,
    consumed: &Consumed,
) -> Vec<(String, usize)> {
    if let Some(fields) = &body.fields {
        return fields
            .iter()
            .map(|field| (field.value.clone(), field.line))
            .collect();
    }
    known
        .iter()
        .filter(|(name, property)| {
            !property.hidden && !consumed.contains(**name) && !is_set(body, name)
        })
        .map(|(name, _)| ((*name).to_owned(), body.line))
        .collect()
}

fn is_set(body: &Body, name: &str) -> bool {
    let under = body.under.as_ref().map_or("", |under| &under.value);
    let field = format!("{under}/{}", escaped(name));
    body.set
        .iter()
        .map(|(pointer, _)| as_pointer(&pointer.value))
        .any(|at| at == field || at.starts_with(&format!("{field}/")))
}

fn unknown(
    scope: &Scope<'_>,
    body: &Body,
    known: &BTreeMap<&str, Property<'_>>,
    operation: &Operation<'_>,
) {
    let lists = body.fields.iter().chain(&body.required).flatten();
    let tables = body
        .rename
        .iter()
        .chain(&body.about)
        .map(|(name, _)| name)
        .chain(
            body.schema
                .iter()
                .chain(&body.default)
                .map(|(name, _)| name),
        );
    for name in lists.chain(tables) {
        if !known.contains_key(name.value.as_str()) {
            scope.sink.tell(
                name.line,
                format!(
                    "`body` of {} names a field `{}` that does not exist",
                    scope.what, name.value
                ),
                format!("the body of `{}` has no such field", operation.key()),
                similar::hint(&name.value, known.keys().copied()),
            );
        }
    }
}

fn unsupplied(
    scope: &Scope<'_>,
    body: &Body,
    known: &BTreeMap<&str, Property<'_>>,
    shown: &[(String, usize)],
) {
    let from_before = |name: &str| {
        scope.tool.effect == Effect::Replace
            && scope.tool.shape.as_ref().is_some_and(|shape| {
                shape.whole
                    || body.under.is_some()
                    || shape.pick.iter().any(|pick| pick.value == name)
                    || shape
                        .map
                        .iter()
                        .any(|(to, _)| to.value.split('/').nth(1) == Some(name))
            })
    };
    for (name, property) in known {
        if property.required
            && !shown.iter().any(|(field, _)| field == name)
            && !is_set(body, name)
            && !from_before(name)
        {
            scope.sink.tell(
                body.line.max(scope.tool.line),
                format!("nobody supplies the body field `{name}` of {}", scope.what),
                "the operation requires it",
                format!("add it to `body.fields`, or give `body.set = {{ \"/{name}\" = ... }}`"),
            );
        }
    }
}

fn renamed<'a>(body: &'a Body, name: &'a str) -> &'a str {
    body.rename
        .iter()
        .find(|(field, _)| field.value == name)
        .map_or(name, |(_, shown)| shown)
}

fn about(body: &Body, name: &str) -> Option<String> {
    let found = body.about.iter().find(|(field, _)| field.value == name);
    found.map(|(_, about)| about.clone())
}

/// A key or a pointer as a pointer.
pub(super) fn as_pointer(text: &str) -> String {
    if text.is_empty() || text.starts_with('/') {
        text.to_owned()
    } else {
        format!("/{}", escaped(text))
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The schema of an input of the manifest.
pub(super) fn input_schema(schema: &Value) -> Value {
    if schema.get("type") == Some(&json!("array")) && schema.get("items").is_none() {
        let mut schema = schema.clone();
        if let Some(map) = schema.as_object_mut() {
            map.insert("items".to_owned(), json!({ "type": "string" }));
        }
        return schema;
    }
    schema.clone()
}
