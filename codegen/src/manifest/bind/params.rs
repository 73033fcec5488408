//! The parameters of a tool's operation.

use serde_json::{Value, json};

use super::super::enums::Place;
use super::super::model::Param;
use super::super::plan::{Bind, Source};
use super::super::similar;
use super::paging::Consumed;
use super::scope::Scope;
use super::source::{Known, source};
use crate::schema::{Argument, Converter};
use crate::spec::{Document, Operation};

/// A parameter as the document declares it.
pub(in super::super) struct Declared<'a> {
    pub(in super::super) name: &'a str,
    pub(in super::super) place: Place,
    pub(in super::super) required: bool,
    pub(super) deprecated: bool,
    pub(in super::super) schema: &'a Value,
}

/// Headers that the client sets by itself.
const OWN_HEADERS: [&str; 3] = ["accept", "authorization", "content-type"];

/// The parameters of an operation that a call can fill, those of the path first.
pub(in super::super) fn declared<'a>(
    document: &'a Document,
    operation: &'a Operation<'a>,
) -> Vec<Declared<'a>> {
    let mut declared: Vec<Declared<'a>> = operation
        .parameters(document)
        .into_iter()
        .filter_map(|parameter| {
            let name = parameter.get("name")?.as_str()?;
            let place = match parameter.get("in")?.as_str()? {
                "path" => Place::Path,
                "query" => Place::Query,
                "header" if !OWN_HEADERS.contains(&name.to_lowercase().as_str()) => Place::Header,
                _ => return None,
            };
            let is = |mark: &str| parameter.get(mark) == Some(&Value::Bool(true));
            Some(Declared {
                name,
                place,
                required: place == Place::Path || is("required"),
                deprecated: is("deprecated"),
                schema: parameter.get("schema").unwrap_or(&Value::Null),
            })
        })
        .collect();
    declared.sort_by_key(|parameter| match parameter.place {
        Place::Path => 0,
        Place::Query => 1,
        Place::Header => 2,
    });
    declared
}

/// Makes arguments of the parameters and says what fills each.
pub(super) fn bind(
    scope: &mut Scope<'_>,
    document: &Document,
    operation: Operation<'_>,
    consumed: &Consumed,
    converter: &mut Converter<'_>,
) -> Vec<Bind> {
    let declared = declared(document, &operation);
    unknown(scope, &declared, &operation);
    let mut binds = Vec::new();
    let tool = scope.tool;
    for parameter in &declared {
        let stated = tool
            .params
            .iter()
            .find(|(name, _)| name.value == parameter.name);
        let line = stated.map_or(tool.line, |(name, _)| name.line);
        let stated = stated.map(|(_, param)| param);
        if consumed.contains(parameter.name) && stated.is_none() {
            continue;
        }
        if let Some(from) = one(scope, parameter, stated, line, converter) {
            binds.push(Bind {
                param: parameter.name.to_owned(),
                place: parameter.place,
                from,
            });
        }
    }
    binds
}

fn unknown(scope: &Scope<'_>, declared: &[Declared<'_>], operation: &Operation<'_>) {
    for (name, _) in &scope.tool.params {
        if !declared
            .iter()
            .any(|parameter| parameter.name == name.value)
        {
            scope.sink.tell(
                name.line,
                format!(
                    "{} names a parameter `{}` that does not exist",
                    scope.what, name.value
                ),
                format!("`{}` has no such parameter", operation.key()),
                similar::hint(&name.value, declared.iter().map(|parameter| parameter.name)),
            );
        }
    }
}

/// What fills a parameter; nothing when it is not sent.
fn one(
    scope: &mut Scope<'_>,
    parameter: &Declared<'_>,
    stated: Option<&Param>,
    line: usize,
    converter: &mut Converter<'_>,
) -> Option<Source> {
    let name = parameter.name;
    if let Some(value) = stated.and_then(|stated| stated.value.clone()) {
        return Some(Source::Constant(value));
    }
    if let Some(from) = stated.and_then(|stated| stated.from.as_ref()) {
        let place = format!("parameter `{name}`");
        return source(scope, &json!(from.value), Known::Early, from.line, &place);
    }
    if name == "orgId" && parameter.place == Place::Path && stated.is_none() {
        return Some(Source::OrgId);
    }
    let unasked = stated.is_none() && (parameter.deprecated || parameter.place == Place::Header);
    if unasked || stated.is_some_and(|stated| stated.hide) {
        if parameter.required && !is_sent(scope, name) {
            scope.sink.tell(
                line,
                format!("nobody supplies the parameter `{name}` of {}", scope.what),
                "the operation requires it",
                format!("show it, or give `params.{name} = {{ value = ... }}`"),
            );
        }
        return None;
    }
    let stated = stated.unwrap_or(const { &NOTHING });
    let argument = argument(parameter, stated, converter);
    let shown = argument.name.clone();
    if shown != name {
        scope.renamed.insert(name.to_owned(), shown.clone());
    }
    scope.argue(line, argument);
    Some(if stated.negate {
        Source::Negated(shown)
    } else if stated.single {
        Source::Array(vec![Source::Argument(shown)])
    } else {
        Source::Argument(shown)
    })
}

const NOTHING: Param = Param {
    rename: None,
    about: None,
    hide: false,
    value: None,
    from: None,
    negate: false,
    single: false,
    default: None,
    schema: None,
    required: None,
};

/// Whether a header is sent always.
fn is_sent(scope: &Scope<'_>, name: &str) -> bool {
    scope
        .tool
        .headers
        .iter()
        .any(|(header, _)| header.value.eq_ignore_ascii_case(name))
}

fn argument(parameter: &Declared<'_>, stated: &Param, converter: &mut Converter<'_>) -> Argument {
    let mut schema = converter.schema(parameter.schema);
    if stated.single
        && let Some(items) = schema.get("items")
    {
        schema = items.clone();
    }
    let name = stated
        .rename
        .as_ref()
        .map_or(parameter.name, |name| name.value.as_str());
    Argument {
        name: name.to_owned(),
        schema: overridden(lenient(schema), stated.schema.as_ref()),
        about: stated.about.clone(),
        required: stated.required.unwrap_or(parameter.required) && stated.default.is_none(),
        default: stated.default.clone(),
    }
}

/// A whole number may come as text: answers give as a string the id that the next operation's
/// document calls a number, and in an address both are text.
fn lenient(mut schema: Value) -> Value {
    if schema.get("type") == Some(&json!("integer"))
        && let Some(map) = schema.as_object_mut()
    {
        map.insert("type".to_owned(), json!(["integer", "string"]));
        map.insert("pattern".to_owned(), json!("^-?[0-9]+$"));
        map.remove("format");
    }
    if let Some(items) = schema.get_mut("items") {
        *items = lenient(items.take());
    }
    schema
}

/// The schema with the manifest's words over it; a stated type replaces it.
pub(super) fn overridden(schema: Value, over: Option<&Value>) -> Value {
    let Some(over) = over.and_then(Value::as_object) else {
        return schema;
    };
    if over.contains_key("type") {
        return Value::Object(over.clone());
    }
    let mut schema = schema;
    if let Some(map) = schema.as_object_mut() {
        map.extend(over.clone());
    }
    schema
}
