//! Stamps documents and supplements that are written by hand because nothing published covers them.

use serde_json::Value;

use super::document::METHODS;
use super::pins::{Pin, digest};
use super::print::canonical;

/// A hand-written file in its canonical form.
#[derive(Debug, Clone, PartialEq)]
pub struct ByHand {
    /// The canonical text, which replaces what was written.
    pub text: String,
    /// Number of operations.
    pub operations: usize,
    /// SHA-256 of the text.
    pub sha256: String,
    /// `info.version`; empty in a supplement.
    pub version: String,
}

impl ByHand {
    /// Reads a hand-written document or supplement. The error says what it lacks.
    pub fn read(text: &str) -> Result<Self, String> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
        let paths = root
            .get("paths")
            .and_then(Value::as_object)
            .ok_or("has no `paths`")?;
        let mut operations = 0;
        for (path, item) in paths {
            for (method, name) in METHODS {
                let Some(operation) = item.get(method) else {
                    continue;
                };
                for key in ["operationId", "x-evidence"] {
                    if operation.get(key).and_then(Value::as_str).is_none() {
                        return Err(format!("`{name} {path}` has no `{key}`"));
                    }
                }
                operations += 1;
            }
        }
        let version = root
            .pointer("/info/version")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let text = canonical(&root);
        let sha256 = digest(text.as_bytes());
        Ok(Self {
            operations,
            sha256,
            version: version.to_owned(),
            text,
        })
    }

    /// The pin of a whole document written by hand, which stands for the one published at `path`.
    pub fn pin(&self, path: &str) -> Pin {
        Pin {
            published: path.to_owned(),
            version: self.version.clone(),
            date: None,
            operations: self.operations,
            published_sha256: None,
            pinned_sha256: self.sha256.clone(),
            supplement_operations: None,
            supplement_sha256: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_an_id_and_says_what_it_rests_on() {
        let text = r#"{"info": {"version": "1"}, "paths": {"/a": {"get": {"operationId": "getA", "x-evidence": "documented"}}}}"#;
        let document = ByHand::read(text).unwrap();
        assert_eq!((document.operations, document.version.as_str()), (1, "1"));
        assert_eq!(ByHand::read(&document.text).unwrap(), document);
        let error = ByHand::read(&text.replace("x-evidence", "x-other")).unwrap_err();
        assert_eq!(error, "`GET /a` has no `x-evidence`");
    }
}
