//! The operations that the manifest names: that they exist and may be used, and what is known of each.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::bind;
use super::super::credentials;
use super::super::enums::{Effect, Retry};
use super::super::fields::Sink;
use super::super::model::{Manifest, Spanned, Tool};
use super::super::plan::{Operation, Param, RequestBody};
use super::super::similar;
use crate::schema::{Side, self_contained};
use crate::spec::{self, Document, Specs};

/// Tells of operations that are unknown, excluded, or deprecated without a reason.
pub(super) fn check(manifest: &Manifest, specs: &Specs, sink: &Sink) {
    check_impact(manifest, specs, sink);
    for tool in &manifest.tools {
        let mut is_deprecated = false;
        for key in named(tool) {
            let Some(operation) = specs.operation(&key.value) else {
                let user = format!("tool `{}`", tool.name.value);
                unknown(key, &user, specs, sink);
                continue;
            };
            if let Some(why) = specs.excluded(&key.value) {
                sink.tell(
                    key.line,
                    format!("tool `{}` uses the excluded operation `{}`", tool.name.value, key.value),
                    why,
                    "choose another operation; specs/exclusions.toml lists those that no tool may use",
                );
            }
            if operation.value.get("deprecated") == Some(&Value::Bool(true)) {
                is_deprecated = true;
                if tool.deprecated.is_none() {
                    sink.tell(
                        key.line,
                        format!(
                            "tool `{}` uses the deprecated operation `{}`",
                            tool.name.value, key.value
                        ),
                        "Atlassian will take it away",
                        "use what replaces it, or say why not: `deprecated = \"why\"`",
                    );
                }
            }
        }
        if let (Some(why), false) = (&tool.deprecated, is_deprecated) {
            sink.tell(
                why.line,
                format!(
                    "tool `{}` has `deprecated` and uses no deprecated operation",
                    tool.name.value
                ),
                "the reason no longer applies",
                "take it out",
            );
        }
    }
}

/// As [`check`], for the reads that find what a change reaches.
fn check_impact(manifest: &Manifest, specs: &Specs, sink: &Sink) {
    for (call, _) in manifest.reads_of_impact() {
        let key = &call.operation;
        let Some(operation) = specs.operation(&key.value) else {
            unknown(key, "an impact", specs, sink);
            continue;
        };
        if let Some(why) = specs.excluded(&key.value) {
            sink.tell(
                key.line,
                format!("an impact uses the excluded operation `{}`", key.value),
                why,
                "choose another operation; specs/exclusions.toml lists those that none may use",
            );
        }
        if operation.value.get("deprecated") == Some(&Value::Bool(true)) {
            sink.tell(
                key.line,
                format!("an impact uses the deprecated operation `{}`", key.value),
                "Atlassian will take it away, and previews would fall silent",
                "use what replaces it",
            );
        }
    }
}

fn named(tool: &Tool) -> Vec<&Spanned<String>> {
    let calls = tool.calls().into_iter().map(|call| &call.operation);
    tool.operation
        .iter()
        .chain(&tool.uses)
        .chain(calls)
        .collect()
}

fn unknown(key: &Spanned<String>, user: &str, specs: &Specs, sink: &Sink) {
    let (api, id) = key.value.split_once(':').unwrap_or(("", &key.value));
    let mend = match specs.documents.get(api) {
        Some(document) => {
            let operations = document.operations();
            let nearest = similar::nearest(id, operations.iter().map(|operation| operation.id));
            nearest.map_or_else(
                || format!("look for it with `cargo run -p codegen -- uncovered {api}`"),
                |id| format!("did you mean `{api}:{id}`?"),
            )
        }
        None => similar::hint(api, specs.documents.keys().map(String::as_str)),
    };
    sink.tell(
        key.line,
        format!("{user} uses an unknown operation `{}`", key.value),
        "a tool exists only if its operation stands in a pinned document",
        mend,
    );
}

/// Every operation of the manifest as the catalogue holds it, sorted.
pub(super) fn resolve(manifest: &Manifest, specs: &Specs, sink: &Sink) -> Vec<Operation> {
    let said = Said::of(manifest, sink);
    manifest
        .operations()
        .iter()
        .filter_map(|key| {
            let operation = specs.operation(key)?;
            let document = specs.documents.get(operation.api)?;
            Some(one(document, operation, key, &said))
        })
        .collect()
}

/// What the tools say of operations.
#[derive(Default)]
struct Said {
    headers: BTreeMap<String, Vec<(String, String)>>,
    scopes: BTreeMap<String, Vec<String>>,
    retry: BTreeMap<String, Retry>,
}

impl Said {
    fn of(manifest: &Manifest, sink: &Sink) -> Self {
        let mut said = Self::default();
        for (call, why) in manifest.reads_of_impact() {
            if why.is_some() {
                let key = call.operation.value.clone();
                said.retry.insert(key, Retry::Safe);
            }
        }
        for tool in &manifest.tools {
            let reads = (tool.effect == Effect::Read)
                .then(|| tool.operation.iter().chain(&tool.uses))
                .into_iter()
                .flatten();
            for key in reads {
                said.retry.entry(key.value.clone()).or_insert(Retry::Safe);
            }
        }
        for tool in &manifest.tools {
            let Some(key) = &tool.operation else { continue };
            let headers: Vec<_> = tool
                .headers
                .iter()
                .map(|(name, value)| (name.value.clone(), value.clone()))
                .collect();
            let scopes = tool
                .scopes
                .as_ref()
                .map(|scopes| scopes.iter().map(|scope| scope.value.clone()).collect());
            let first = said
                .headers
                .entry(key.value.clone())
                .or_insert(headers.clone());
            if *first != headers {
                differs(tool, "headers", sink);
            }
            if let Some(scopes) = scopes
                && *said
                    .scopes
                    .entry(key.value.clone())
                    .or_insert_with(|| Vec::clone(&scopes))
                    != scopes
            {
                differs(tool, "scopes", sink);
            }
            if let Some(retry) = tool.retry {
                said.retry.insert(key.value.clone(), retry);
            }
        }
        said
    }
}

fn differs(tool: &Tool, what: &str, sink: &Sink) {
    sink.tell(
        tool.line,
        format!(
            "`{what}` of tool `{}` differs from that of another tool",
            tool.name.value
        ),
        "both call one operation, which is sent alike by all",
        format!("state the same `{what}` in both"),
    );
}

fn one(document: &Document, operation: spec::Operation<'_>, key: &str, said: &Said) -> Operation {
    let is = |mark: &str| operation.value.get(mark) == Some(&Value::Bool(true));
    let by_method = match operation.method {
        "GET" | "HEAD" => Retry::Safe,
        "PUT" | "DELETE" => Retry::Idempotent,
        _ => Retry::Once,
    };
    Operation {
        key: key.to_owned(),
        api: operation.api.to_owned(),
        method: operation.method.to_owned(),
        path: operation.path.to_owned(),
        params: bind::declared(document, &operation)
            .into_iter()
            .map(|parameter| Param {
                name: parameter.name.to_owned(),
                place: parameter.place,
                required: parameter.required,
                schema: self_contained(document, parameter.schema, Side::Whole),
            })
            .collect(),
        body: bind::request(document, operation).map(|(media, schema, required)| RequestBody {
            required,
            media: media.to_owned(),
            schema: self_contained(document, schema, Side::Whole),
        }),
        scopes: said
            .scopes
            .get(key)
            .cloned()
            .unwrap_or_else(|| scopes(operation)),
        takes: credentials::taken(operation),
        headers: said.headers.get(key).cloned().unwrap_or_default(),
        retry: said.retry.get(key).copied().unwrap_or(by_method),
        experimental: is("x-experimental"),
        deprecated: is("deprecated"),
    }
}

/// The scopes of an operation: classic ones where the document has any, else granular ones. The
/// document of Jira Software has granular ones alone, and the classic ones of Jira open it as well.
fn scopes(operation: spec::Operation<'_>) -> Vec<String> {
    if operation.api == "jira-software" {
        let verb = match operation.method {
            "GET" => "read",
            _ => "write",
        };
        return vec![format!("{verb}:jira-work")];
    }
    ["x-scopes", "x-scopes-granular"]
        .iter()
        .filter_map(|mark| operation.value.get(*mark)?.as_array())
        .find(|scopes| !scopes.is_empty())
        .into_iter()
        .flatten()
        .filter_map(|scope| scope.as_str().map(str::to_owned))
        .collect()
}
