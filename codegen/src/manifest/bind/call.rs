//! Calls made on behalf of a tool, and projections.

use serde_json::{Map, Value};

use super::super::enums::Place;
use super::super::model;
use super::super::plan::{Bind, Call, CallBody, Keyed, Projection, Read, Source};
use super::super::similar;
use super::body::as_pointer;
use super::params::declared;
use super::places;
use super::scope::Scope;
use super::source::{Known, source};
use crate::schema::properties;
use crate::spec::{Document, Operation};

/// Before the pointer of a `map`: what is read as a text is written as a number.
pub(super) const AS_NUMBER: &str = "number:";
/// Before the pointer of a `map`: what is read as a number is written as a text.
pub(super) const AS_TEXT: &str = "text:";

/// The pointer of a `map`, and what stands before it.
pub(super) fn origin(from: &str) -> (&str, &str) {
    [AS_NUMBER, AS_TEXT]
        .into_iter()
        .find_map(|kind| Some((kind, from.strip_prefix(kind)?)))
        .unwrap_or(("", from))
}

/// The operation that a call of the manifest names; unknown ones are told elsewhere.
pub(super) fn operation<'a>(
    scope: &Scope<'a>,
    call: &model::Call,
) -> Option<(&'a Document, Operation<'a>)> {
    let operation = scope.specs.operation(&call.operation.value)?;
    Some((scope.specs.documents.get(operation.api)?, operation))
}

/// A read, with its pointers checked.
pub(super) fn read(
    scope: &Scope<'_>,
    read: &model::Read,
    known: Known,
    place: &str,
) -> Option<Read> {
    let (document, operation) = operation(scope, &read.call)?;
    if operation.method != "GET" && !is_search(scope, &read.call) {
        scope.sink.tell(
            read.call.operation.line,
            format!("{place} of {} calls {} {}", scope.what, operation.method, operation.path),
            "a read made for a preview must change nothing, and nothing says that this one does not",
            "use a GET, or an operation that some tool declares with `effect = \"read\"` or `uses`",
        );
    }
    // All lists of an answer as one: they are looked for with their items.
    if !read.at.value.ends_with("/*") {
        places::in_answer(
            scope,
            document,
            operation,
            &read.at.value,
            read.at.line,
            place,
        );
    }
    let of_list = read.all || !read.item.is_empty();
    let whole = format!("{}{}", read.at.value, if of_list { "/*" } else { "" });
    if let Some(list) = &read.list {
        if read.item.is_empty() {
            scope.sink.tell(
                list.line,
                format!("{place} of {} has `list` and no `item`", scope.what),
                "it says where in the item the list stands that is the state",
                "put it into `at`, or say with `item` which one is meant",
            );
        }
        let pointer_in = format!("{whole}{}", list.value);
        places::in_answer(scope, document, operation, &pointer_in, list.line, place);
    }
    for (at, _) in &read.item {
        let pointer_in = format!("{whole}{}", at.value);
        places::in_answer(scope, document, operation, &pointer_in, at.line, place);
    }
    // The state is the one item, or the list.
    let state = if read.item.is_empty() {
        &read.at.value
    } else {
        &whole
    };
    for pointer in &read.ignore {
        let pointer_in = format!("{state}{}", pointer.value);
        places::in_answer(scope, document, operation, &pointer_in, pointer.line, place);
    }
    Some(Read {
        call: call(scope, &read.call, known, place)?,
        at: read.at.value.clone(),
        all_pages: read.all,
        item: read
            .item
            .iter()
            .filter_map(|(at, value)| {
                let from = source(scope, value, known, at.line, place)?;
                Some((at.value.clone(), from))
            })
            .collect(),
        ignore: read
            .ignore
            .iter()
            .map(|pointer| pointer.value.clone())
            .collect(),
        absent_ok: read.absent_ok,
        list: read
            .list
            .as_ref()
            .map(|list| list.value.clone())
            .unwrap_or_default(),
    })
}

/// Whether some tool declares that the operation only reads.
fn is_search(scope: &Scope<'_>, call: &model::Call) -> bool {
    scope.reads.contains(&call.operation.value)
}

/// A call with everything bound.
pub(super) fn call(
    scope: &Scope<'_>,
    call: &model::Call,
    known: Known,
    place: &str,
) -> Option<Call> {
    let (document, operation) = operation(scope, call)?;
    let parameters = declared(document, &operation);
    for (name, _) in &call.with {
        if !parameters
            .iter()
            .any(|parameter| parameter.name == name.value)
        {
            scope.sink.tell(
                name.line,
                format!(
                    "{place} of {} names a parameter `{}` that does not exist",
                    scope.what, name.value
                ),
                format!("`{}` has no such parameter", operation.key()),
                similar::hint(
                    &name.value,
                    parameters.iter().map(|parameter| parameter.name),
                ),
            );
        }
    }
    let mut binds = Vec::new();
    for parameter in &parameters {
        let given = call
            .with
            .iter()
            .find(|(name, _)| name.value == parameter.name);
        let from = match given {
            Some((name, value)) => source(scope, value, known, name.line, place),
            None if parameter.name == "orgId" && parameter.place == Place::Path => {
                Some(Source::OrgId)
            }
            None if parameter.required && parameter.place != Place::Header => {
                scope.sink.tell(
                    call.line,
                    format!(
                        "{place} of {} does not bind `{}`",
                        scope.what, parameter.name
                    ),
                    format!("`{}` requires it", operation.key()),
                    format!("add it: `with = {{ {} = \"$...\" }}`", parameter.name),
                );
                None
            }
            None => None,
        };
        binds.extend(from.map(|from| Bind {
            param: parameter.name.to_owned(),
            place: parameter.place,
            from,
        }));
    }
    Some(Call {
        operation: call.operation.value.clone(),
        params: binds,
        body: body(scope, call, document, operation, known, place),
    })
}

fn body(
    scope: &Scope<'_>,
    call: &model::Call,
    document: &Document,
    operation: Operation<'_>,
    known: Known,
    place: &str,
) -> CallBody {
    let request = places::request(document, operation);
    let given = match &call.body {
        model::CallBody::None => {
            let required = request.map(|(_, schema, required)| {
                required
                    && properties(document, schema)
                        .values()
                        .any(|field| field.required)
            });
            if required == Some(true) {
                scope.sink.tell(
                    call.line,
                    format!("{place} of {} sends no body", scope.what),
                    format!("`{}` requires one", operation.key()),
                    "add `body = { ... }`",
                );
            }
            return CallBody::None;
        }
        given if request.is_none() => {
            scope.sink.tell(
                call.line,
                format!("{place} of {} sends a body", scope.what),
                format!("`{}` takes none", operation.key()),
                "take it out",
            );
            return match given {
                model::CallBody::Fields(_) => CallBody::Fields(Vec::new()),
                _ => CallBody::None,
            };
        }
        given => given,
    };
    match given {
        model::CallBody::Projected(shape) => projection(scope, shape, known, place)
            .map_or(CallBody::None, |shape| CallBody::Projected(Box::new(shape))),
        model::CallBody::Fields(fields) => CallBody::Fields(
            fields
                .iter()
                .filter_map(|(field, value)| {
                    let at = as_pointer(&field.value);
                    places::in_request(scope, document, operation, &at, field.line, place);
                    Some((at, source(scope, value, known, field.line, place)?))
                })
                .collect(),
        ),
        model::CallBody::None => CallBody::None,
    }
}

/// A projection as it stands.
pub(super) fn projection(
    scope: &Scope<'_>,
    shape: &model::Projection,
    known: Known,
    place: &str,
) -> Option<Projection> {
    let from = match &shape.from {
        None => Source::Before(String::new()),
        Some(from) => {
            let reference = Value::from(format!("${}", from.value.trim_start_matches('$')));
            source(scope, &reference, known, from.line, place)?
        }
    };
    let constants = |values: &model::Values| -> Vec<(String, Value)> {
        values
            .iter()
            .map(|(at, value)| (as_pointer(&at.value), value.clone()))
            .collect()
    };
    if shape.pick.is_empty() && shape.map.is_empty() && !shape.whole {
        scope.sink.tell(
            shape.line,
            format!("{place} of {} takes nothing over", scope.what),
            "an empty projection sends an empty body",
            "give `pick`, `map` or `whole = true`",
        );
    }
    Some(Projection {
        from,
        whole: shape.whole,
        pick: shape.pick.iter().map(|key| key.value.clone()).collect(),
        map: shape
            .map
            .iter()
            .map(|(to, from)| {
                let (kind, from) = origin(from);
                let from = format!("{kind}{}", as_pointer(from));
                (as_pointer(&to.value), from)
            })
            .collect(),
        absent: constants(&shape.absent),
        set: constants(&shape.set),
        drop: shape.drop.iter().map(|at| at.value.clone()).collect(),
        skip: constants(&shape.skip),
        keyed: shape.keyed.as_ref().map(|keyed| {
            Box::new(Keyed {
                list: keyed.list.value.clone(),
                key: keyed.key.value.clone(),
                value: keyed.value.value.clone(),
            })
        }),
    })
}

/// The keys of an object that a projection writes, for a replacing body.
pub(super) fn written(shape: &Projection) -> Vec<String> {
    let tops = shape
        .map
        .iter()
        .map(|(to, _)| to)
        .chain(shape.absent.iter().chain(&shape.set).map(|(to, _)| to))
        .filter_map(|pointer| pointer.split('/').nth(1));
    let mut keys: Map<String, Value> = Map::new();
    for key in shape.pick.iter().map(String::as_str).chain(tops) {
        keys.insert(key.to_owned(), Value::Null);
    }
    keys.into_iter().map(|(key, _)| key).collect()
}
