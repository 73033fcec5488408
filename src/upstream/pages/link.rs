//! The next cursor, which products give bare, in a link or in a query string.

use serde_json::Value;
use url::form_urlencoded;

/// The cursor in what an answer says of the next page. `name` is the query parameter that carries
/// it. `Ok(None)` when there is no next page.
///
/// # Errors
/// The link as it is, when it carries no such parameter.
pub(super) fn cursor(next: Option<&Value>, name: &str) -> Result<Option<String>, String> {
    let text = match next {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.as_str(),
        Some(Value::Number(number)) => return Ok(Some(number.to_string())),
        Some(Value::Object(link)) => match link.get("href").and_then(Value::as_str) {
            Some(href) => href,
            None => return Ok(None),
        },
        Some(other) => return Err(other.to_string()),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let is_link = text.contains('?') || text.contains("://") || text.starts_with('/');
    let query = match text.split_once('?') {
        Some((_, query)) => query.split('#').next().unwrap_or(query),
        None => text,
    };
    let found = form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned());
    match found {
        Some(cursor) => Ok(Some(cursor).filter(|cursor| !cursor.is_empty())),
        None if is_link => Err(text.to_owned()),
        None => Ok(Some(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cursors_in_each_form() {
        for (next, expected) in [
            (json!("abc"), Ok(Some("abc"))),
            (json!("YWJj=="), Ok(Some("YWJj=="))),
            (
                json!("/wiki/api/v2/spaces?cursor=a%2Bb%3D&limit=5"),
                Ok(Some("a+b=")),
            ),
            (
                json!("https://api/x?limit=5&cursor=abc#top"),
                Ok(Some("abc")),
            ),
            (json!("?cursor=abc"), Ok(Some("abc"))),
            (json!("limit=5&cursor=abc"), Ok(Some("abc"))),
            (json!({"href": "/x?cursor=abc"}), Ok(Some("abc"))),
            (json!(7), Ok(Some("7"))),
            (json!(null), Ok(None)),
            (json!(""), Ok(None)),
            (json!("/x?cursor="), Ok(None)),
            (json!("/x?start=5"), Err("/x?start=5")),
            (json!("https://api/x"), Err("https://api/x")),
        ] {
            let found = cursor(Some(&next), "cursor");
            let found = found
                .as_ref()
                .map(|cursor| cursor.as_deref())
                .map_err(String::as_str);
            assert_eq!(found, expected, "{next}");
        }
        assert_eq!(cursor(None, "cursor"), Ok(None));
    }
}
