//! One change as the page of a plan shows it: what is before and after, what else it reaches, and
//! what is sent.

use serde_json::{Map, Value};

use super::reach;
use crate::audit::redact;
use crate::change_sets::spoken;
use crate::consent::Shown;
use crate::projection::difference::{self, Change};
use crate::projection::words::bounded;

/// Longest value on the page, in characters.
const LONGEST: usize = 4000;
/// Most values that differ on the page.
const MOST: usize = 300;
/// Longest block of JSON on the page, in characters.
const LONGEST_JSON: usize = 60_000;

/// A change as it is shown.
#[derive(Debug)]
pub(super) struct ChangeView {
    pub(super) warnings: Vec<String>,
    pub(super) impact: Vec<(String, String)>,
    pub(super) revertible: bool,
    pub(super) undo: String,
    pub(super) told: bool,
    pub(super) rows: Vec<RowView>,
    pub(super) more_rows: usize,
    pub(super) arguments: Vec<(String, String)>,
    pub(super) calls: Vec<String>,
    pub(super) patch: String,
    pub(super) requests: String,
}

/// One value that differs.
#[derive(Debug)]
pub(super) struct RowView {
    pub(super) place: String,
    pub(super) change: &'static str,
    pub(super) badge: &'static str,
    pub(super) was: Option<String>,
    pub(super) becomes: Option<String>,
}

impl ChangeView {
    /// What was shown of a change with these arguments; what stands at `secrets` (JSON pointers) is
    /// not. `refers` says that its values may refer to what earlier steps make.
    pub(super) fn new(
        shown: &Shown,
        arguments: &Map<String, Value>,
        secrets: &[&str],
        refers: bool,
    ) -> Self {
        let words = |text: String| if refers { spoken(&text) } else { text };
        let after = shown.after.clone().unwrap_or_default();
        let told = shown.patch.is_some();
        let is_list = shown.before.is_array() || after.is_array();
        let rows = if told {
            difference::rows(&shown.before, &after, secrets)
        } else {
            Vec::new()
        };
        let arguments = Value::Object(arguments.clone());
        let arguments = difference::rows(&Value::Null, &redact::value(arguments, secrets), secrets);
        Self {
            warnings: shown.warnings.iter().map(|words| capital(words)).collect(),
            impact: shown.impact.as_ref().map(reach::lines).unwrap_or_default(),
            revertible: shown.revertible,
            undo: shown.undo.clone(),
            told,
            more_rows: rows.len().saturating_sub(MOST),
            rows: rows
                .into_iter()
                .take(MOST)
                .map(|row| {
                    let becomes = row.becomes.map(words);
                    RowView::new(difference::Row { becomes, ..row }, is_list)
                })
                .collect(),
            arguments: arguments
                .into_iter()
                .map(|row| {
                    let value = words(row.becomes.unwrap_or_default());
                    let value = bounded(&redact::text(&value), LONGEST);
                    (row.place.join(", "), value)
                })
                .collect(),
            calls: calls(&shown.requests),
            patch: json(shown.patch.as_ref().unwrap_or(&Value::Null), secrets),
            requests: json(&shown.requests, secrets),
        }
    }
}

impl RowView {
    /// `is_list` says that what is changed is itself a list.
    fn new(row: difference::Row, is_list: bool) -> Self {
        let text = |side: Option<String>| side.map(|text| bounded(&redact::text(&text), LONGEST));
        let (change, badge) = match row.change {
            Change::Added => ("added", "Added"),
            Change::Removed => ("removed", "Removed"),
            Change::Changed => ("changed", "Changed"),
            Change::Moved => ("changed", "New order"),
        };
        let place = match row.place.join(" \u{203a} ") {
            place if place.is_empty() && is_list => "An entry of the list".to_owned(),
            place if place.is_empty() => "The whole of it".to_owned(),
            place => place,
        };
        Self {
            place,
            change,
            badge,
            was: text(row.was),
            becomes: text(row.becomes),
        }
    }
}

/// The words as a sentence begins.
pub(super) fn capital(words: &str) -> String {
    let mut rest = words.chars();
    match rest.next() {
        Some(first) => first.to_uppercase().chain(rest).collect(),
        None => String::new(),
    }
}

fn calls(requests: &Value) -> Vec<String> {
    let requests = requests.as_array().map_or(&[][..], Vec::as_slice);
    requests
        .iter()
        .filter_map(|request| request.get("call")?.as_str().map(str::to_owned))
        .collect()
}

/// JSON for those who read it; hidden whole where the catalogue knows of secrets in the tool.
fn json(value: &Value, secrets: &[&str]) -> String {
    if !secrets.is_empty() {
        return "Not shown: this tool takes secrets.".to_owned();
    }
    let shown = redact::value(value.clone(), &[]);
    let text = serde_json::to_string_pretty(&shown).unwrap_or_default();
    bounded(&text, LONGEST_JSON)
}
