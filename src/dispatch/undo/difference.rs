//! Undoing a change of a list: only the keys that it really added or removed, and of these only what
//! still stands.

use serde_json::{Map, Value};

use super::{Undo, changed_back, facts, impossible, nothing_changed};
use crate::base::fault::Fault;
use crate::catalog::model::{Call, CallBody, Source, Tool};
use crate::dispatch::predict::{Prediction, comparable, key_names};
use crate::dispatch::requests;
use crate::journal::{Entry, Sent};
use crate::projection::sources::Facts;
use crate::projection::{lists, pointer};
use crate::upstream::Request;

/// `undone` is the entry that this one has undone, when it is a revert itself: what it took out, or
/// put back, is then sent again as it was sent at first.
pub(super) fn difference(
    tool: &Tool,
    entry: &Entry,
    undone: Option<&Entry>,
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
    let mut taken_back = [false, false];
    for (at, (keys, list, [call, other], word)) in [
        (&standing.added, present, [added, removed], "added"),
        (
            &standing.removed,
            &entry.before,
            [removed, added],
            "removed",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let sent = match (call, other) {
            _ if keys.is_empty() => continue,
            (Some(call), _) => Some(for_keys(tool, entry, org, call, (keys, list, key))?),
            (None, Some(other)) => again_for_keys(tool, undone, other, keys)?,
            (None, None) => None,
        };
        taken_back[at] = sent.is_some();
        match sent {
            Some(sent) => requests.extend(sent),
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
        .filter(|item| !taken_back[0] || !is_of(item, &standing.added))
        .chain(
            items(&entry.before)
                .into_iter()
                .filter(|item| taken_back[1] && is_of(item, &standing.removed)),
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

/// One request for all keys, or one for each, as the call takes them. `list` has their items, in
/// which they stand at `at`.
fn for_keys(
    tool: &Tool,
    entry: &Entry,
    org: Option<&str>,
    call: &Call,
    (keys, list, at): (&[Value], &Value, &str),
) -> Result<Vec<Request>, Fault> {
    let singly = call.params.iter().any(|bind| is_of_one(&bind.from))
        || matches!(&call.body, CallBody::Fields(fields) if fields.iter().any(|(_, from)| is_of_one(from)));
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let has = |item: &&Value, key: &Value| pointer::find(item, at) == Some(key);
    let known = facts(entry, org);
    if singly {
        keys.iter()
            .map(|key| {
                let facts = Facts {
                    key: Some(key),
                    item: items.iter().find(|item| has(item, key)),
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

/// Whether a value is of one key, so that the call is made once a key.
fn is_of_one(source: &Source) -> bool {
    match source {
        Source::Key | Source::Item(_) => true,
        Source::Joined(joined) => is_of_one(&joined.of),
        Source::Turned(turned) => is_of_one(&turned.of),
        Source::Array(sources) => sources.iter().any(is_of_one),
        Source::Object(members) => {
            let mut members = members.iter();
            members.any(|(name, value)| is_of_one(name) || is_of_one(value))
        }
        _ => false,
    }
}

/// For a tool that only adds, or only removes: the request that was undone, with these keys in the
/// place of its own. `undo` is the call that takes it back. `None` when there was no such request,
/// or when it names what it changes in another way.
fn again_for_keys(
    tool: &Tool,
    undone: Option<&Entry>,
    undo: &Call,
    keys: &[Value],
) -> Result<Option<Vec<Request>>, Fault> {
    let own = |sent: &&Sent| tool.operation.is_some_and(|own| own.key == sent.operation);
    let sent = undone.and_then(|undone| undone.requests.iter().find(own));
    let (Some(sent), Some(names)) = (sent, key_names(undo)) else {
        return Ok(None);
    };
    let mut request = requests::again(sent)?;
    let mut put = |value: Value| {
        let Request { body, params, .. } = &mut request;
        let mut body = body.as_mut().and_then(Value::as_object_mut);
        let holds = |fields: &Map<String, Value>| {
            let held = names.iter().find(|name| fields.contains_key(*name));
            held.cloned()
        };
        let carried = match body.as_deref().and_then(holds) {
            Some(name) => body.as_mut()?.get_mut(&name)?,
            None => params.get_mut(&holds(params)?)?,
        };
        let many = carried.is_array();
        *carried = value;
        Some((many, request.clone()))
    };
    match put(Value::from(keys)) {
        Some((true, request)) => Ok(Some(vec![request])),
        Some((false, _)) => {
            let each = keys.iter().filter_map(|key| put(key.clone()));
            Ok(Some(each.map(|(_, request)| request).collect()))
        }
        None => Ok(None),
    }
}
