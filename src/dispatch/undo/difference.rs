//! Undoing a change of a list: only the keys that it really added or removed, and of these only what
//! still stands.

use serde_json::Value;

use super::{Undo, changed_back, facts, impossible, nothing_changed};
use crate::base::fault::Fault;
use crate::catalog::model::{Call, CallBody, Source, Tool};
use crate::dispatch::predict::{Prediction, comparable};
use crate::dispatch::requests;
use crate::journal::Entry;
use crate::projection::sources::Facts;
use crate::projection::{lists, pointer};
use crate::upstream::Request;

pub(super) fn difference(
    tool: &Tool,
    entry: &Entry,
    present: &Value,
    org: Option<&str>,
    key: &str,
    [added, removed]: [&Option<Call>; 2],
) -> Result<Undo, Fault> {
    let after = entry.after.as_ref().ok_or_else(|| {
        impossible("what it really changed is not known, because it could not be read afterwards")
    })?;
    let changed = lists::between(&entry.before, after, key);
    if changed.is_empty() {
        return Err(nothing_changed());
    }
    let standing = lists::standing(&changed, present, key);
    if standing.is_empty() {
        return Err(changed_back());
    }
    let mut warnings = Vec::new();
    let mut requests = Vec::new();
    for (keys, call, word) in [
        (&standing.added, added, "added"),
        (&standing.removed, removed, "removed"),
    ] {
        match call {
            _ if keys.is_empty() => {}
            Some(call) => requests.extend(for_keys(tool, entry, org, call, keys)?),
            None => warnings.push(format!(
                "{} that it {word} cannot be put back: Atlassian offers no operation for it",
                Value::from(keys.as_slice())
            )),
        }
    }
    if requests.is_empty() {
        return Err(impossible(&warnings.join("; ")));
    }
    let gone =
        changed.added.len() + changed.removed.len() - standing.added.len() - standing.removed.len();
    if gone > 0 {
        warnings.push(format!(
            "{gone} of its changes have been changed back already and are left alone"
        ));
    }
    let items = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let is_of = |item: &Value, keys: &[Value]| {
        pointer::find(item, key).is_some_and(|found| keys.contains(found))
    };
    let to = items(present)
        .into_iter()
        .filter(|item| added.is_none() || !is_of(item, &standing.added))
        .chain(
            items(&entry.before)
                .into_iter()
                .filter(|item| removed.is_some() && is_of(item, &standing.removed)),
        )
        .collect();
    Ok(Undo {
        requests,
        steps: Vec::new(),
        prediction: Prediction {
            from: comparable(tool, present),
            to: Some(comparable(tool, &to)),
            in_write_shape: false,
        },
        stale: None,
        warnings,
    })
}

/// One request for all keys, or one for each, as the call takes them.
fn for_keys(
    tool: &Tool,
    entry: &Entry,
    org: Option<&str>,
    call: &Call,
    keys: &[Value],
) -> Result<Vec<Request>, Fault> {
    let one = |source: &Source| matches!(source, Source::Key);
    let singly = call.params.iter().any(|bind| one(&bind.from))
        || matches!(&call.body, CallBody::Fields(fields) if fields.iter().any(|(_, from)| one(from)));
    let known = facts(entry, org);
    if singly {
        keys.iter()
            .map(|key| {
                let facts = Facts {
                    key: Some(key),
                    ..known
                };
                requests::on_behalf(tool, call, &facts)
            })
            .collect()
    } else {
        let facts = Facts {
            keys: Some(keys),
            ..known
        };
        Ok(vec![requests::on_behalf(tool, call, &facts)?])
    }
}
