//! Reads a ledger: a TOML file of `[[entry]]` tables, each kept with its line.

use std::path::Path;

use serde::de::{DeserializeOwned, IntoDeserializer};
use toml_edit::{Document, Item, Value};

use super::pins::line_of;
use crate::problem::{Problem, Problems};

/// One entry and the line of its `[[header]]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry<T> {
    pub(super) line: usize,
    pub(super) value: T,
}

/// The `[[table]]` entries of `dir/file`. A file that is not there has none.
pub(super) fn read<T: DeserializeOwned>(
    dir: &Path,
    file: &str,
    table: &str,
) -> Result<Vec<Entry<T>>, Problems> {
    match std::fs::read_to_string(dir.join(file)) {
        Ok(text) => parse(&text, file, table),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(problem(file, 0, &format!("cannot be read: {error}")).into()),
    }
}

/// The `[[table]]` entries of a ledger's text.
pub(super) fn parse<T: DeserializeOwned>(
    text: &str,
    file: &str,
    table: &str,
) -> Result<Vec<Entry<T>>, Problems> {
    let document = Document::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        problem(file, line, error.message())
    })?;
    let mut entries = Vec::new();
    let mut problems = Problems::default();
    for (key, item) in document.iter() {
        let Some(tables) = item.as_array_of_tables().filter(|_| key == table) else {
            let line = item.span().map_or(0, |span| line_of(text, span.start));
            problems
                .0
                .push(problem(file, line, &format!("unknown key `{key}`")));
            continue;
        };
        for entry in tables {
            let line = entry.span().map_or(0, |span| line_of(text, span.start));
            let inline = Item::Value(Value::InlineTable(entry.clone().into_inline_table()));
            match inline
                .into_value()
                .map(|value| T::deserialize(value.into_deserializer()))
            {
                Ok(Ok(value)) => entries.push(Entry { line, value }),
                Ok(Err(error)) => problems.0.push(problem(file, line, &error.to_string())),
                Err(_) => problems.0.push(problem(file, line, "not a table")),
            }
        }
    }
    problems.into_result().map(|()| entries)
}

fn problem(file: &str, line: usize, what: &str) -> Problem {
    Problem {
        file: format!("specs/{file}"),
        line,
        what: what.trim().replace('\n', " "),
        why: "an entry that is not understood would silently do nothing".to_owned(),
        mend: "write the entry as the head of the file shows".to_owned(),
    }
}
