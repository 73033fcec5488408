//! Operation ids: present, and different from one another also as Rust method names.

use std::collections::BTreeSet;

use heck::ToSnakeCase as _;
use serde_json::{Value, json};

use super::walk::operations;

/// The extension that keeps the document's own id of an operation.
pub(super) const PUBLISHED: &str = "x-operation-id";

/// Keeps each operation's id aside and gives it one that stays unique as a method name.
pub(super) fn run(root: &mut Value) {
    let mut taken = BTreeSet::new();
    operations(root, |path, method, operation| {
        let published = operation
            .get("operationId")
            .and_then(Value::as_str)
            .map_or_else(|| format!("{method}{path}"), str::to_owned);
        let mut name = published.clone();
        let mut count = 1;
        while !taken.insert(name.to_snake_case()) {
            count += 1;
            name = format!("{published}_{count}");
        }
        operation.insert("operationId".to_owned(), json!(name));
        operation.insert(PUBLISHED.to_owned(), json!(published));
    });
}
