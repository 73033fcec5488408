//! What a write will change, as far as the catalogue can tell before it is sent.

use serde_json::Value;

use super::requests::unfit;
use crate::base::fault::Fault;
use crate::catalog::model::{Call, CallBody, Effect, Revert, Source, Tool};
pub(super) use crate::projection::prediction::{Prediction, Verdict, comparable, present_read};
use crate::projection::sources::Facts;
use crate::projection::{keyed, lists, pointer, shape};
use crate::upstream::Request;

/// Predicts what `request` will do to `before`, which is null when there is none.
pub(super) fn predict(
    tool: &Tool,
    before: &Value,
    request: &Request,
    facts: &Facts<'_>,
) -> Result<Prediction, Fault> {
    let told = |from: Value, to: Value, in_write_shape| Prediction {
        from,
        to: Some(to),
        in_write_shape,
    };
    let body = request.body.clone().unwrap_or_default();
    let read = comparable(tool, before);
    if tool.effect == Effect::Create {
        return Ok(told(Value::Null, body, true));
    }
    if tool.effect == Effect::Delete && !matches!(tool.revert, Revert::Difference { .. }) {
        return Ok(told(read, Value::Null, false));
    }
    if let Some(projection) = &tool.shape
        && request.body.is_some()
    {
        let from = match before {
            Value::Null => Value::Null,
            read => shape::reshape(projection, read).map_err(|error| unfit(tool, &error))?,
        };
        let to = match tool.effect {
            Effect::Replace => body,
            _ => keyed::laid(projection.keyed, from.clone(), body),
        };
        return Ok(told(from, to, true));
    }
    if !tool.becomes.is_empty() {
        let mut to = read.clone();
        for (place, source) in tool.becomes {
            if let Some(value) = facts
                .resolve(*source)
                .map_err(|error| unfit(tool, &error))?
            {
                pointer::put(&mut to, place, value).map_err(|error| unfit(tool, &error.into()))?;
            }
        }
        return Ok(told(read, to, false));
    }
    Ok(Prediction {
        to: membership(tool, &read, request),
        from: read,
        in_write_shape: false,
    })
}

/// For a tool that only adds to a list, or only removes from one: the list afterwards.
fn membership(tool: &Tool, before: &Value, request: &Request) -> Option<Value> {
    let Revert::Difference {
        key,
        added,
        removed,
    } = &tool.revert
    else {
        return None;
    };
    let adds = match (added, removed) {
        (Some(_), None) => true,
        (None, Some(_)) => false,
        // It takes out as the undo of an addition would. What it adds gets its key from the product.
        (Some(call), Some(_))
            if tool
                .operation
                .is_some_and(|own| own.key == call.operation.key) =>
        {
            let mut items = before.as_array().cloned().unwrap_or_default();
            items.retain(|item| !is_named(call, key, item, request));
            return Some(Value::Array(items));
        }
        _ => return None,
    };
    let named = named_keys(added.as_ref().or(removed.as_ref())?, request)?;
    let present = lists::keys(before, key);
    let mut items = before.as_array().cloned().unwrap_or_default();
    if adds {
        for new in named.iter().filter(|named| !present.contains(named)) {
            let mut item = Value::Null;
            pointer::put(&mut item, key, new.clone()).ok()?;
            items.push(item);
        }
    } else {
        items.retain(|item| pointer::find(item, key).is_none_or(|found| !named.contains(found)));
    }
    Some(Value::Array(items))
}

/// Whether a request names an item: every parameter that `call` would fill from the item and that the
/// request has is the item's.
fn is_named(call: &Call, key: &str, item: &Value, request: &Request) -> bool {
    let named = call.params.iter().filter_map(|bind| {
        let at = match bind.from {
            Source::Key => key,
            Source::Item(at) => at,
            _ => return None,
        };
        Some((at, request.params.get(bind.param)?.clone()))
    });
    let named: Vec<(&str, Value)> = named.collect();
    !named.is_empty() && lists::holds(item, &named)
}

/// The keys that a request names: what it carries under a name under which the undoing call takes
/// them.
fn named_keys(undo: &Call, request: &Request) -> Option<Vec<Value>> {
    let under = |name: String| {
        let body = request.body.as_ref();
        let in_body = body.and_then(|body| body.get(&name));
        in_body.or_else(|| request.params.get(&name))
    };
    let carried = key_names(undo)?.into_iter().find_map(under)?;
    Some(match carried {
        Value::Array(keys) => keys.clone(),
        key => vec![key.clone()],
    })
}

/// The name under which a call takes the keys of what was added or removed, and its plural: one call
/// may take several of what the other takes one by one.
pub(super) fn key_names(undo: &Call) -> Option<[String; 2]> {
    let name = key_name(undo)?;
    let several = format!("{name}s");
    Some([name, several])
}

fn key_name(undo: &Call) -> Option<String> {
    let is_key = |source: &Source| matches!(source, Source::Keys | Source::Key);
    let of_body = match &undo.body {
        CallBody::Fields(fields) => fields
            .iter()
            .find(|(_, source)| is_key(source))
            .and_then(|(place, _)| pointer::tokens(place).pop()),
        CallBody::None | CallBody::Projected(_) => None,
    };
    of_body.or_else(|| {
        undo.params
            .iter()
            .find(|bind| is_key(&bind.from))
            .map(|bind| bind.param.to_owned())
    })
}

#[cfg(test)]
mod tests;
