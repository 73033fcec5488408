//! The paging styles of the products, each exactly as its clients meet it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::call::Call;
use super::refusal::Refusal;

/// `startAt`, `maxResults`, `total`, `isLast` (Jira platform).
pub(crate) fn jira(call: &Call<'_>, items: &[Value], default: usize, most: usize) -> Value {
    let start = call.number("startAt").unwrap_or(0);
    let size = call.number("maxResults").unwrap_or(default).min(most);
    let shown = window(items, start, size);
    let last = start + shown.len() >= items.len();
    let mut page = json!({
        "self": format!("{}?startAt={start}&maxResults={size}", call.link(&call.path)),
        "startAt": start, "maxResults": size, "total": items.len(), "isLast": last, "values": shown,
    });
    if !last {
        let next = start + size;
        page["nextPage"] = json!(format!(
            "{}?startAt={next}&maxResults={size}",
            call.link(&call.path)
        ));
    }
    page
}

/// A bare list, cut by `startAt` and `maxResults`.
pub(crate) fn bare(call: &Call<'_>, items: &[Value], default: usize, most: usize) -> Value {
    let start = call.number("startAt").unwrap_or(0);
    let size = call.number("maxResults").unwrap_or(default).min(most);
    Value::Array(window(items, start, size))
}

/// As Jira's, without links (Agile).
pub(crate) fn agile(call: &Call<'_>, items: &[Value]) -> Value {
    let start = call.number("startAt").unwrap_or(0);
    let size = call.number("maxResults").unwrap_or(50).min(50);
    let shown = window(items, start, size);
    json!({
        "startAt": start, "maxResults": size, "total": items.len(),
        "isLast": start + shown.len() >= items.len(), "values": shown,
    })
}

/// `start`, `limit`, `isLastPage`, `_links` (service management).
pub(crate) fn jsm(call: &Call<'_>, items: &[Value]) -> Value {
    let start = call.number("start").unwrap_or(0);
    let limit = call.number("limit").unwrap_or(50).min(100);
    let shown = window(items, start, limit);
    let last = start + shown.len() >= items.len();
    let here = call.link(&call.path);
    let mut links = json!({ "self": format!("{here}?start={start}&limit={limit}"), "base": call.base, "context": "" });
    if !last {
        links["next"] = json!(format!("{here}?start={}&limit={limit}", start + limit));
    }
    if start > 0 {
        links["prev"] = json!(format!(
            "{here}?start={}&limit={limit}",
            start.saturating_sub(limit)
        ));
    }
    json!({
        "_expands": [], "size": shown.len(), "start": start, "limit": limit,
        "isLastPage": last, "_links": links, "values": shown,
    })
}

/// `start`, `limit`, `size` and `_links` (Confluence v1).
pub(crate) fn content(call: &Call<'_>, items: &[Value]) -> Value {
    let start = call.number("start").unwrap_or(0);
    let limit = call.number("limit").unwrap_or(25).min(200);
    let shown = window(items, start, limit);
    let mut links = json!({
        "base": format!("{}/wiki", call.base), "context": "/wiki", "self": call.link(&call.path),
    });
    if start + shown.len() < items.len() {
        links["next"] = json!(format!(
            "{}?start={}&limit={limit}",
            call.path.trim_start_matches("/wiki"),
            start + limit
        ));
    }
    json!({ "results": shown, "start": start, "limit": limit, "size": shown.len(), "_links": links })
}

/// `results` and an opaque cursor within `_links.next` (Confluence v2).
pub(crate) fn cursor(call: &Call<'_>, items: &[Value], prefix: &str) -> Result<Value, Refusal> {
    let limit = call.number("limit").unwrap_or(25).clamp(1, 250);
    let start = offset(call.get("cursor"))?;
    let shown = window(items, start, limit);
    let base = call.base.trim_end_matches("/api/v2").to_owned();
    let mut links = json!({ "base": base });
    if start + shown.len() < items.len() {
        let next = token(start + limit);
        links["next"] = json!(format!("{prefix}{}?limit={limit}&cursor={next}", call.path));
    }
    Ok(json!({ "results": shown, "_links": links }))
}

/// Items and the address of the next page, for the cursor styles of the administration APIs.
pub(crate) struct Slice {
    pub(crate) shown: Vec<Value>,
    pub(crate) next: Option<String>,
}

/// One page by an opaque cursor.
pub(crate) fn slice(items: &[Value], cursor: Option<&str>, limit: usize) -> Result<Slice, Refusal> {
    let start = offset(cursor)?;
    let shown = window(items, start, limit);
    let next = (start + shown.len() < items.len()).then(|| token(start + limit));
    Ok(Slice { shown, next })
}

fn window(items: &[Value], start: usize, size: usize) -> Vec<Value> {
    items.iter().skip(start).take(size).cloned().collect()
}

fn token(offset: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("at:{offset}"))
}

fn offset(cursor: Option<&str>) -> Result<usize, Refusal> {
    let Some(cursor) = cursor else { return Ok(0) };
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| {
            String::from_utf8(bytes)
                .ok()?
                .strip_prefix("at:")?
                .parse()
                .ok()
        })
        .ok_or_else(|| Refusal::bad("the cursor is not valid"))
}
