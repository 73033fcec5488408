//! A pinned document as the rest of the generator sees it: operations by id, references followed.

use serde_json::{Map, Value};

/// The methods of an `OpenAPI` path item, in the order in which operations are listed.
pub const METHODS: [(&str, &str); 8] = [
    ("delete", "DELETE"),
    ("get", "GET"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
    ("trace", "TRACE"),
];

/// How many `$ref` in a row are followed before the chain counts as a circle.
const MAX_REF_CHAIN: usize = 32;

/// One document: pinned, checked against its digest and corrected by the ledger of fixups.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Name of the API, e.g. `jira-platform`: the file is `specs/<api>.json`.
    pub api: String,
    /// The document: an `OpenAPI` 3.0 object.
    pub root: Value,
}

/// One operation of a document.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// Name of the document's API.
    pub api: &'a str,
    /// The operation's id, unique in its document.
    pub id: &'a str,
    /// `GET`, `POST` and so on.
    pub method: &'a str,
    /// The path template, as published.
    pub path: &'a str,
    /// The path item, for the parameters that all its operations share.
    pub path_item: &'a Value,
    /// The operation object.
    pub value: &'a Value,
}

/// All operations of a document, sorted by path and method.
pub type Operations<'a> = Vec<Operation<'a>>;

impl Document {
    /// All operations, sorted by path and method.
    pub fn operations(&self) -> Operations<'_> {
        let Some(paths) = self.root.get("paths").and_then(Value::as_object) else {
            return Vec::new();
        };
        let mut operations: Vec<_> = paths
            .iter()
            .flat_map(|(path, item)| self.operations_at(path, item))
            .collect();
        operations.sort_by_key(|operation| (operation.path, operation.method));
        operations
    }

    /// The operation of this id.
    pub fn operation(&self, id: &str) -> Option<Operation<'_>> {
        let paths = self.root.get("paths")?.as_object()?;
        paths
            .iter()
            .flat_map(|(path, item)| self.operations_at(path, item))
            .find(|operation| operation.id == id)
    }

    /// Follows `$ref` inside this document. What cannot be followed is given back as it is.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut at = value;
        for _ in 0..MAX_REF_CHAIN {
            let Some(target) = at.get("$ref").and_then(Value::as_str) else {
                return at;
            };
            let Some(next) = pointer_of(target).and_then(|pointer| self.root.pointer(&pointer))
            else {
                return at;
            };
            at = next;
        }
        at
    }

    fn operations_at<'a>(
        &'a self,
        path: &'a str,
        item: &'a Value,
    ) -> impl Iterator<Item = Operation<'a>> {
        METHODS.iter().filter_map(move |(key, method)| {
            let value = item.get(key)?;
            Some(Operation {
                api: &self.api,
                id: value.get("operationId")?.as_str()?,
                method,
                path,
                path_item: item,
                value,
            })
        })
    }
}

impl Operation<'_> {
    /// `api:id`, the name that the manifest uses.
    pub fn key(&self) -> String {
        format!("{}:{}", self.api, self.id)
    }

    /// Parameters of the path item and of the operation, references followed; where both declare
    /// one of the same place and name, the operation's.
    pub fn parameters<'a>(&'a self, document: &'a Document) -> Vec<&'a Map<String, Value>> {
        let declared = |holder: &'a Value| {
            holder
                .get("parameters")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|parameter| document.resolve(parameter).as_object())
        };
        let place =
            |parameter: &'a Map<String, Value>| (parameter.get("in"), parameter.get("name"));
        let mut parameters: Vec<_> = declared(self.path_item).collect();
        for own in declared(self.value) {
            parameters.retain(|shared| place(shared) != place(own));
            parameters.push(own);
        }
        parameters
    }
}

/// The JSON pointer of a local reference: the fragment, percent-decoded where a path template
/// stands in it.
pub(super) fn pointer_of(target: &str) -> Option<String> {
    let fragment = target.strip_prefix('#')?;
    Some(fragment.replace("%7B", "{").replace("%7D", "}"))
}
