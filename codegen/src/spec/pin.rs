//! Makes a pinned document and its pin of a published file.

use serde_json::{Map, Value};

use super::document::{METHODS, pointer_of};
use super::ids;
use super::marks;
use super::pins::{Pin, digest};
use super::print::canonical;
use super::strip::{Place, Unknown, strip};
use crate::problem::Problem;

/// A published file and where it came from.
#[derive(Debug, Clone, Copy)]
pub struct Published<'a> {
    /// Name of the API, e.g. `jira-platform`.
    pub api: &'a str,
    /// The file's bytes, as downloaded.
    pub bytes: &'a [u8],
    /// Where it was published.
    pub source: Source<'a>,
}

/// Where and when a file was published.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Path under `https://dac-static.atlassian.com/`.
    pub path: &'a str,
    /// Day of the content, `YYYY-MM-DD`.
    pub date: &'a str,
}

/// What pinning makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Pinned {
    /// The pinned document.
    pub root: Value,
    /// Its canonical text: the content of `specs/<api>.json`.
    pub text: String,
    /// Its entry of `pins.toml`.
    pub pin: Pin,
    /// Path items that only repeat another one, left out.
    pub aliases: Vec<String>,
    /// Keys that pinning does not know and left out, with how often they stood there.
    pub unknown: Vec<(String, usize)>,
}

/// Keeps the facts of a published document. Pure: the same bytes give the same result.
pub fn pin(published: Published<'_>) -> Result<Pinned, Problem> {
    let refuse = |what: String| Problem {
        file: published.source.path.to_owned(),
        line: 0,
        what,
        why: format!("`{}` cannot be pinned from this file", published.api),
        mend: "download the document again; if it is right, teach codegen/src/spec its shape"
            .to_owned(),
    };
    let source: Value = serde_json::from_slice(published.bytes)
        .map_err(|error| refuse(format!("not JSON: {error}")))?;
    let version = source.pointer("/info/version").and_then(Value::as_str);
    let version = version.ok_or_else(|| refuse("no `info.version`".to_owned()))?;
    let mut unknown = Unknown::new();
    let mut root = strip(Place::Document, &source, &mut unknown);
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    let paths = paths.ok_or_else(|| refuse("no `paths`".to_owned()))?;
    let aliases = drop_aliases(paths).map_err(refuse)?;
    let operations = mark(paths, &source).map_err(refuse)?;
    drop_empty_components(&mut root);
    let text = canonical(&root);
    let pin = Pin {
        published: published.source.path.to_owned(),
        version: version.to_owned(),
        date: Some(published.source.date.to_owned()),
        operations,
        published_sha256: Some(digest(published.bytes)),
        pinned_sha256: digest(text.as_bytes()),
        supplement_operations: None,
        supplement_sha256: None,
    };
    Ok(Pinned {
        root,
        text,
        pin,
        aliases,
        unknown: unknown.into_iter().collect(),
    })
}

/// Takes away the path items that are a `$ref` to another path of the same document.
fn drop_aliases(paths: &mut Map<String, Value>) -> Result<Vec<String>, String> {
    let mut aliases = Vec::new();
    for (path, item) in paths.iter() {
        let Some(target) = item.get("$ref") else {
            continue;
        };
        let named = target.as_str().and_then(pointer_of);
        let named = named
            .as_deref()
            .and_then(|pointer| pointer.strip_prefix("/paths/"));
        let named = named.map(|name| name.replace("~1", "/").replace("~0", "~"));
        if !named.is_some_and(|name| {
            paths
                .get(&name)
                .is_some_and(|item| item.get("$ref").is_none())
        }) {
            return Err(format!(
                "path `{path}` refers to {target}, which is no path of this document"
            ));
        }
        aliases.push(path.clone());
    }
    paths.retain(|path, _| !aliases.contains(path));
    Ok(aliases)
}

/// Writes the ids and the marks into every operation and counts them.
fn mark(paths: &mut Map<String, Value>, source: &Value) -> Result<usize, String> {
    let ids = ids::assign(paths)?;
    for (path, item) in paths.iter_mut() {
        for (method, _) in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let published = source
                .get("paths")
                .and_then(|paths| paths.get(path)?.get(method));
            if let Some(published) = published {
                marks::read(source, published).write(operation);
            }
            if let Some(id) = ids.get(&(path.clone(), method)) {
                operation.insert("operationId".to_owned(), Value::from(id.as_str()));
            }
        }
    }
    Ok(ids.len())
}

fn drop_empty_components(root: &mut Value) {
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|_, map| map.as_object().is_none_or(|map| !map.is_empty()));
    }
}

#[cfg(test)]
mod tests;
