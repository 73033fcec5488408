//! The chain of records: each has a number, names the hash of the one before and carries its own.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// What the first record of a chain names as the one before it.
pub(super) const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The end of a chain: what the next record is joined to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tip {
    /// Number of the last record; 0 before the first.
    pub(super) seq: u64,
    /// Hash of the last record.
    pub(super) hash: String,
}

impl Tip {
    /// Before the first record.
    pub(super) fn start() -> Self {
        Self {
            seq: 0,
            hash: START.to_owned(),
        }
    }

    /// Makes a record the next of the chain: the line to write, and the new tip.
    pub(super) fn join(&self, mut record: Map<String, Value>) -> (String, Self) {
        let seq = self.seq + 1;
        record.insert("seq".to_owned(), seq.into());
        record.insert("prev".to_owned(), self.hash.as_str().into());
        let hash = hash_of(&record);
        record.insert("hash".to_owned(), hash.as_str().into());
        (Value::Object(record).to_string(), Self { seq, hash })
    }

    /// The tip that a written line is, when the line is a record whose hash is right.
    pub(super) fn of_line(line: &str) -> Option<Self> {
        let mut record: Map<String, Value> = serde_json::from_str(line).ok()?;
        let Value::String(hash) = record.remove("hash")? else {
            return None;
        };
        let seq = record.get("seq")?.as_u64()?;
        (hash_of(&record) == hash).then_some(Self { seq, hash })
    }
}

/// SHA-256, in hexadecimal, of a record without its hash, as compact JSON with sorted keys.
fn hash_of(record: &Map<String, Value>) -> String {
    use std::fmt::Write as _;
    // serde_json's map is a sorted one.
    let text = serde_json::to_string(record).unwrap_or_default();
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
