//! Checks the chain of a written record.

use std::io::{self, BufRead};

use serde_json::Value;

use super::chain::{START, Tip};

/// Where a chain is broken.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// It cannot be read.
    #[error("line {line} cannot be read")]
    Read {
        /// The line, from 1.
        line: u64,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The line is no record, or was changed.
    #[error("line {line} is not the record that was written")]
    Changed {
        /// The line, from 1.
        line: u64,
    },
    /// The record does not follow on the one before.
    #[error("line {line} does not follow on the record before: records are missing or added")]
    Gap {
        /// The line, from 1.
        line: u64,
    },
}

/// Checks every record, the links between them and their numbers; gives how many there are. Whether
/// the newest records were cut off cannot be told from the file alone.
///
/// # Errors
/// The first place where the chain is broken.
pub fn verify(reader: impl BufRead) -> Result<u64, Broken> {
    let mut before = Tip::start();
    let mut count = 0;
    for (line, text) in (1..).zip(reader.lines()) {
        let text = text.map_err(|source| Broken::Read { line, source })?;
        let tip = Tip::of_line(&text).ok_or(Broken::Changed { line })?;
        let prev = serde_json::from_str::<Value>(&text)
            .ok()
            .and_then(|record| Some(record.get("prev")?.as_str()?.to_owned()));
        // A file that was rotated begins in the middle of its chain.
        let rotated = line == 1 && tip.seq > 1;
        let first = tip.seq == 1 && prev.as_deref() == Some(START) && line == 1;
        let follows = tip.seq == before.seq + 1 && prev.as_deref() == Some(&before.hash);
        if !(rotated || first || follows) {
            return Err(Broken::Gap { line });
        }
        before = tip;
        count += 1;
    }
    Ok(count)
}
