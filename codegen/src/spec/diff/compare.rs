//! Pairs the operations of two documents.

use std::collections::BTreeMap;

use super::change::{Diff, Name};
use super::operation;
use crate::spec::document::{Document, Operation};

/// Method and path with the names of its parameters erased: a renamed path parameter is a changed
/// operation, not another one.
type Identity = (String, String);

/// What differs between two versions of one document.
pub fn compare(old: &Document, new: &Document) -> Diff {
    let before = by_identity(old);
    let after = by_identity(new);
    let mut diff = Diff::default();
    for (identity, operation) in &before {
        match after.get(identity) {
            None => diff.removed.push(name(operation)),
            Some(newer) => {
                let changes = operation::changes((old, operation), (new, newer));
                if !changes.is_empty() {
                    diff.changed.insert(name(operation), changes);
                }
            }
        }
    }
    let added = after
        .iter()
        .filter(|(identity, _)| !before.contains_key(*identity));
    diff.added = added.map(|(_, operation)| name(operation)).collect();
    diff
}

fn by_identity(document: &Document) -> BTreeMap<Identity, Operation<'_>> {
    let operations = document.operations().into_iter();
    operations
        .map(|operation| (identity(&operation), operation))
        .collect()
}

fn identity(operation: &Operation<'_>) -> Identity {
    let erased = operation.path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    (
        erased.collect::<Vec<_>>().join("/"),
        operation.method.to_owned(),
    )
}

fn name(operation: &Operation<'_>) -> Name {
    Name {
        path: operation.path.to_owned(),
        method: operation.method.to_owned(),
        id: operation.id.to_owned(),
    }
}
