//! Lists: what is kept, in which order, and how it is cut.

use serde_json::{Value, json};

use super::find::{self, within};
use super::place::{items, look, names, text, text_at};
use super::show::{named, show};
use super::table::{Filter, List, Paging, Shelf};
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;

/// Answers with the documents that the request asks for.
pub(super) fn list(shelf: &Shelf, list: &List, call: &Call<'_>) -> Outcome {
    let mut kept = candidates(shelf, list, call)?;
    kept.retain(|d| list.filters.iter().all(|f| keeps(f, call, d)));
    if let Some((param, default)) = list.sort {
        let by = call.get(param).unwrap_or(default);
        sort(&mut kept, by);
    }
    let shape = list.shape.unwrap_or(&shelf.show);
    let shown: Vec<Value> = kept.iter().map(|d| show(shape, call, d)).collect();
    Ok(Answer::ok(cut(list.page, call, &shown)?))
}

fn candidates(shelf: &Shelf, list: &List, call: &Call<'_>) -> Result<Vec<Value>, Refusal> {
    let Some((at, kind)) = list.members else {
        let above = find::parent(shelf.parent, call)?;
        let all = call.of(shelf.kind).values();
        return Ok(all
            .filter(|d| within(shelf, above.as_ref(), d))
            .cloned()
            .collect());
    };
    let held = items(&find::find(shelf, call)?.document, at);
    Ok(match kind {
        Some(kind) => held
            .iter()
            .filter_map(|id| call.tenant.get(kind, &text(id)).cloned())
            .collect(),
        None => held,
    })
}

fn keeps(filter: &Filter, call: &Call<'_>, document: &Value) -> bool {
    match *filter {
        Filter::Is(param, at) => call.get(param).is_none_or(|v| names(document, at, v)),
        Filter::In(param, at) => {
            let wanted = call.list(param);
            wanted.is_empty() || wanted.iter().any(|v| names(document, at, v))
        }
        Filter::InBody(from, at) => {
            let wanted = items(&call.body, from);
            look(&call.body, from).is_none_or(Value::is_null)
                || wanted.iter().any(|v| names(document, at, &text(v)))
        }
        Filter::Words(param, at) => call.get(param).is_none_or(|words| {
            text_at(document, at)
                .to_lowercase()
                .contains(&words.to_lowercase())
        }),
        Filter::Flag(param, at) => {
            !call.flag(param) || look(document, at) == Some(&Value::Bool(true))
        }
        Filter::Hand(hand) => hand(call, document),
    }
}

/// By a member, numbers as numbers; `-` before its name turns the order round.
fn sort(documents: &mut [Value], by: &str) {
    let member = by.trim_start_matches(['-', '+']);
    documents.sort_by_cached_key(|d| {
        let text = text_at(d, member);
        (text.parse::<u64>().ok(), text.to_lowercase())
    });
    if by.starts_with('-') {
        documents.reverse();
    }
}

fn cut(paging: Paging, call: &Call<'_>, shown: &[Value]) -> Result<Value, Refusal> {
    Ok(match paging {
        Paging::Bare => json!(shown),
        Paging::Wrap(name) => named(name, json!(shown)),
        Paging::Jira(default, most) => page::jira(call, shown, default, most),
        Paging::Agile => page::agile(call, shown),
        Paging::Jsm => page::jsm(call, shown),
        Paging::Content => page::content(call, shown),
        Paging::Cursor => page::cursor(call, shown, "/wiki/api/v2")?,
        Paging::Data(size) => {
            let size = call.number("limit").unwrap_or(size).max(1);
            let slice = page::slice(shown, call.get("cursor"), size)?;
            let here = call.link(&call.path);
            let mut links = json!({ "self": here });
            if let Some(next) = slice.next {
                links["next"] = json!(format!("{here}?cursor={next}"));
            }
            json!({ "data": slice.shown, "links": links })
        }
        Paging::Scim => {
            let start = call.number("startIndex").unwrap_or(1).max(1);
            let size = call.number("count").unwrap_or(100).min(1000);
            let resources: Vec<&Value> = shown.iter().skip(start - 1).take(size).collect();
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                "totalResults": shown.len(), "startIndex": start,
                "itemsPerPage": resources.len(), "Resources": resources,
            })
        }
        Paging::Hand(hand) => hand(call, shown)?,
    })
}
