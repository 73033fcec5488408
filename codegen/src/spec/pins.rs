//! `pins.toml`: which published document each pinned file was made from, and the digests of both.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// Name of the ledger inside the directory of specs.
pub(super) const FILE: &str = "pins.toml";

const HEADER: &str = "\
# Written by `cargo run -p codegen -- pin`: what each specs/<api>.json was made from.
# Digests are SHA-256; a pinned file that does not match its digest stops the build.

";

/// One pinned document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// Path of the published document under `https://dac-static.atlassian.com/`.
    pub published: String,
    /// `info.version` of the published document.
    pub version: String,
    /// Day of the published content, `YYYY-MM-DD`; absent where the document is written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Number of operations in the pinned file, those of the supplement not counted.
    pub operations: usize,
    /// SHA-256 of the published file; absent where the document is written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_sha256: Option<String>,
    /// SHA-256 of the pinned file.
    pub pinned_sha256: String,
    /// Number of operations in the hand-written supplement, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplement_operations: Option<usize>,
    /// SHA-256 of the hand-written supplement, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplement_sha256: Option<String>,
}

/// All pins, by API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pins(pub BTreeMap<String, Pin>);

impl Pin {
    /// Whether the document was written by hand because no published file could be had.
    pub fn is_by_hand(&self) -> bool {
        self.published_sha256.is_none()
    }
}

impl Pins {
    /// Reads `pins.toml` of a directory of specs.
    pub fn read(dir: &Path) -> Result<Self, Problem> {
        let text = std::fs::read_to_string(dir.join(FILE)).map_err(|error| Problem {
            file: format!("specs/{FILE}"),
            line: 0,
            what: format!("cannot be read: {error}"),
            why: "the digests of the pinned documents stand there".to_owned(),
            mend: "restore the file from version control".to_owned(),
        })?;
        toml_edit::de::from_str(&text).map_err(|error| Problem {
            file: format!("specs/{FILE}"),
            line: error.span().map_or(0, |span| line_of(&text, span.start)),
            what: error.message().to_owned(),
            why: "every pin states its source and its digests".to_owned(),
            mend: "run `cargo run -p codegen -- pin <api> <published file>` again".to_owned(),
        })
    }

    /// The text of `pins.toml`.
    pub fn to_text(&self) -> Result<String, toml_edit::ser::Error> {
        Ok(format!(
            "{HEADER}{}",
            toml_edit::ser::to_string_pretty(self)?
        ))
    }
}

/// Lowercase hexadecimal SHA-256.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The line, from 1, of a byte offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    before.filter(|byte| **byte == b'\n').count() + 1
}
