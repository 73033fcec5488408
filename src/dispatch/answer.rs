//! The JSON that callers see (CONTRACTS.md, "Answers and errors"): bounded in size, cut at whole
//! items, projected to the fields that were asked for.

mod fields;
mod shrink;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use crate::audit::redact;
use crate::base::fault::Fault;
use crate::upstream::pages::{Content, Page};

/// Bytes of an answer when the caller does not say.
const USUAL: usize = 24_000;
/// Most bytes of an answer.
const MOST: usize = 90_000;
/// Fewest bytes that can be asked for.
const FEWEST: usize = 1_000;
/// Most bytes of a fault's details.
const DETAILS: usize = 6_000;
/// What the marks of a page may take, besides its cursor: names, numbers, and a cursor that grows by
/// some digits as it counts.
const PAGE_MARKS: usize = 128;

/// What the caller asked of the form of the answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Form<'a> {
    /// Keep these fields only: names, dotted paths or JSON pointers, of the result or of each item.
    pub fields: Option<&'a [String]>,
    /// Most bytes.
    pub max_bytes: Option<usize>,
}

/// A success as compact JSON. `beside` stands beside `result`: `operation_id`, `target` and so on.
pub fn success(content: Content, beside: Map<String, Value>, form: Form<'_>) -> String {
    let room = form.max_bytes.unwrap_or(USUAL).clamp(FEWEST, MOST);
    match content {
        Content::Whole(value) => whole(value, beside, form, room),
        Content::List(page) => list(&page, beside, form, room),
    }
}

/// A refusal or failure as compact JSON, redacted. `reference_id` finds it in the audit record.
pub fn failure(fault: &Fault, reference_id: &str) -> String {
    let mut error = json!({
        "code": fault.code.as_str(),
        "message": redact::text(&fault.message),
    });
    if let Some(details) = &fault.details {
        let details = redact::value(details.clone(), &[]);
        error["details"] = shrink::to_fit(details, DETAILS).value;
    }
    if let Some(millis) = fault.retry_after_ms {
        error["retry_after_ms"] = millis.into();
    }
    if let Some(mend) = &fault.mend {
        error["mend"] = mend.as_str().into();
    }
    error["reference_id"] = reference_id.into();
    json!({ "error": error }).to_string()
}

fn whole(value: Value, mut beside: Map<String, Value>, form: Form<'_>, room: usize) -> String {
    let value = fields::shown(value, form.fields);
    let left = room.saturating_sub(size(&beside) + "\"result\":,".len());
    let fitted = shrink::to_fit(value, left);
    fitted.note(&mut beside);
    beside.insert("result".to_owned(), fitted.value);
    Value::Object(beside).to_string()
}

fn list(page: &Page, mut beside: Map<String, Value>, form: Form<'_>, room: usize) -> String {
    if !page.rest.is_empty() && form.fields.is_none() {
        let rest = fields::shown(Value::Object(page.rest.clone()), None);
        let fitted = shrink::to_fit(rest, room / 4);
        beside.insert("rest".to_owned(), fitted.value);
    }
    let longest_cursor = [0, page.items.len()]
        .into_iter()
        .filter_map(|kept| page.next_after(kept))
        .map(|cursor| cursor.len())
        .max();
    let marks = PAGE_MARKS + longest_cursor.unwrap_or(0);
    let room = room.saturating_sub(size(&beside) + marks);
    let mut kept = Vec::new();
    let mut used = 0;
    for item in &page.items {
        let item = fields::shown(item.clone(), form.fields);
        let bytes = item.to_string().len() + 1;
        if used + bytes > room {
            if kept.is_empty() {
                // One item must go, or the caller would never get past it.
                let fitted = shrink::to_fit(item, room);
                fitted.note(&mut beside);
                kept.push(fitted.value);
            }
            break;
        }
        used += bytes;
        kept.push(item);
    }
    let mut marks = json!({ "returned": kept.len() });
    if let Some(next) = page.next_after(kept.len()) {
        marks["next"] = next.into();
    }
    if let Some(total) = page.total {
        marks["total"] = total.into();
    }
    beside.insert("result".to_owned(), Value::Array(kept));
    beside.insert("page".to_owned(), marks);
    Value::Object(beside).to_string()
}

fn size(fields: &Map<String, Value>) -> usize {
    let bytes = |(name, value): (&String, &Value)| name.len() + 4 + value.to_string().len();
    2 + fields.iter().map(bytes).sum::<usize>()
}
