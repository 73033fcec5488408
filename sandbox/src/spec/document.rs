//! The documents that the build embeds, indexed by path.

use std::sync::OnceLock;

use serde_json::Value;

use super::operation::{Operation, Segment};

/// Every operation that the sandbox answers.
#[derive(Debug)]
pub(crate) struct Documents {
    operations: Vec<Operation>,
}

/// What a method and a path lead to.
#[derive(Debug)]
pub(crate) enum Match<'a> {
    /// The operation and its path parameters by name.
    Found(&'a Operation, Vec<(String, String)>),
    /// The path exists under these other methods.
    OtherMethods(Vec<&'a str>),
    None,
}

impl Documents {
    /// The embedded documents, read once in a process.
    pub(crate) fn embedded() -> Result<&'static Self, String> {
        static DOCUMENTS: OnceLock<Result<Documents, String>> = OnceLock::new();
        DOCUMENTS
            .get_or_init(|| Self::read(include_str!(concat!(env!("OUT_DIR"), "/documents.json"))))
            .as_ref()
            .map_err(Clone::clone)
    }

    fn read(text: &str) -> Result<Self, String> {
        let all: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let mut operations = Vec::new();
        for (api, root) in all.as_object().into_iter().flatten() {
            for (path, item) in root["paths"].as_object().into_iter().flatten() {
                for method in ["get", "put", "post", "delete", "patch"] {
                    if let Some(value) = item.get(method) {
                        operations.push(Operation::read(api, root, path, item, method, value));
                    }
                }
            }
        }
        Ok(Self { operations })
    }

    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Finds the operation of an API. A literal segment wins over a parameter.
    pub(crate) fn find(&self, api: &str, method: &str, path: &str) -> Match<'_> {
        let parts: Vec<String> = path.trim_matches('/').split('/').map(decode).collect();
        let fits: Vec<&Operation> = self
            .operations
            .iter()
            .filter(|o| o.api == api && fits(&o.segments, &parts))
            .collect();
        let best = fits
            .iter()
            .filter(|o| o.method == method)
            .max_by_key(|o| literal_rank(&o.segments));
        match best {
            Some(operation) => {
                let named =
                    operation.segments.iter().zip(&parts).filter_map(
                        |(segment, part)| match segment {
                            Segment::Parameter(name) => Some((name.clone(), part.clone())),
                            Segment::Literal(_) => None,
                        },
                    );
                Match::Found(operation, named.collect())
            }
            None if fits.is_empty() => Match::None,
            None => Match::OtherMethods(fits.iter().map(|o| o.method.as_str()).collect()),
        }
    }
}

fn fits(segments: &[Segment], parts: &[String]) -> bool {
    segments.len() == parts.len()
        && segments
            .iter()
            .zip(parts)
            .all(|(segment, part)| match segment {
                Segment::Literal(text) => text == part,
                Segment::Parameter(_) => !part.is_empty(),
            })
}

/// Literals as the digits of a number, leftmost first: `/a/b` before `/a/{x}` before `/{x}/b`.
fn literal_rank(segments: &[Segment]) -> u64 {
    segments.iter().fold(0, |rank, s| {
        rank * 2 + u64::from(matches!(s, Segment::Literal(_)))
    })
}

/// Undoes percent-encoding; a broken escape stays as it is.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(escaped.unwrap_or(byte));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}
