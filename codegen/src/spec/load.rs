//! Loads the pinned documents: digests checked, supplements merged, fixups applied.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::document::{Document, METHODS, Operation};
use super::exclude::{self, Exclusion};
use super::fix::{self, Fixup};
use super::ledger::{self, Entry};
use super::omit::{self, Omission, Omitted};
use super::pins::{self, Pin, Pins, digest};
use super::supplement;
use crate::problem::{Problem, Problems};

/// All pinned documents, ready for use.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Specs {
    /// The documents, by API.
    pub documents: BTreeMap<String, Document>,
    /// Why an operation, by `api:id`, must not become a tool.
    pub exclusions: BTreeMap<String, String>,
    /// What the ledger says of an operation that is no tool, by `api:id`.
    pub omissions: BTreeMap<String, Omitted>,
}

impl Specs {
    /// Loads every document that `dir/pins.toml` names. All faults are told at once.
    pub fn load(dir: &Path) -> Result<Self, Problems> {
        let pins = Pins::read(dir)?;
        let fixups: Vec<Entry<Fixup>> = ledger::read(dir, fix::FILE, "fixup")?;
        let exclusions: Vec<Entry<Exclusion>> = ledger::read(dir, exclude::FILE, "exclusion")?;
        let omissions: Vec<Entry<Omission>> = ledger::read(dir, omit::FILE, "entry")?;
        let mut problems = Problems(unpinned(dir, &pins));
        let mut documents = BTreeMap::new();
        for (api, pin) in &pins.0 {
            match read_checked(dir, &format!("{api}.json"), &pin.pinned_sha256) {
                Ok(mut root) => {
                    problems
                        .0
                        .extend(correct(dir, api, pin, &fixups, &mut root).0);
                    documents.insert(
                        api.clone(),
                        Document {
                            api: api.clone(),
                            root,
                        },
                    );
                }
                Err(problem) => problems.0.push(problem),
            }
        }
        let strays = fixups
            .iter()
            .filter(|entry| !pins.0.contains_key(&entry.value.document));
        problems.0.extend(strays.map(|entry| {
            entry.problem(
                format!("no document `{}` is pinned", entry.value.document),
                "a fixup of an unknown document corrects nothing",
                "correct the name, or delete this entry",
            )
        }));
        problems.into_result()?;
        let exclusions = exclude::resolve(&exclusions, &documents)?;
        let omissions = omit::resolve(&omissions, &documents, &exclusions)?;
        Ok(Self {
            documents,
            exclusions,
            omissions,
        })
    }

    /// A newly pinned `root` of `api` under the present supplement and fixups, and what of these no
    /// longer fits it.
    pub fn candidate(
        dir: &Path,
        api: &str,
        mut root: Value,
    ) -> Result<(Document, Problems), Problems> {
        let pins = Pins::read(dir)?;
        let pin = pins.0.get(api).ok_or_else(|| unknown_api(api, &pins))?;
        let fixups = ledger::read(dir, fix::FILE, "fixup")?;
        let misfits = correct(dir, api, pin, &fixups, &mut root);
        Ok((
            Document {
                api: api.to_owned(),
                root,
            },
            misfits,
        ))
    }

    /// The operation of this key, `api:id`.
    pub fn operation(&self, key: &str) -> Option<Operation<'_>> {
        let (api, id) = key.split_once(':')?;
        self.documents.get(api)?.operation(id)
    }

    /// Why the operation of this key must not become a tool, if so.
    pub fn excluded(&self, key: &str) -> Option<&str> {
        self.exclusions.get(key).map(String::as_str)
    }
}

/// Name of the file of hand-written additions to a published document.
pub fn supplement_name(api: &str) -> String {
    format!("{api}.supplement.json")
}

/// Merges the supplement, applies the fixups and fills in what `OpenAPI` demands; gives back what
/// does not fit.
fn correct(
    dir: &Path,
    api: &str,
    pin: &Pin,
    fixups: &[Entry<Fixup>],
    root: &mut Value,
) -> Problems {
    let mut misfits = Problems::default();
    if let Some(expected) = &pin.supplement_sha256 {
        misfits
            .0
            .extend(supplement_from(dir, api, expected, root).err());
    }
    misfits.0.extend(fix::apply_all(fixups, api, root).0);
    describe_responses(root);
    misfits
}

fn supplement_from(dir: &Path, api: &str, expected: &str, root: &mut Value) -> Result<(), Problem> {
    let name = supplement_name(api);
    let more = read_checked(dir, &name, expected)?;
    supplement::merge(root, &more).map_err(|what| Problem {
        file: format!("specs/{name}"),
        line: 0,
        what,
        why: "two versions of one thing cannot both be right".to_owned(),
        mend: format!("take it out of the supplement and run `cargo run -p codegen -- pin {api}`"),
    })
}

fn unknown_api(api: &str, pins: &Pins) -> Problem {
    let known: Vec<_> = pins.0.keys().map(String::as_str).collect();
    Problem {
        file: format!("specs/{}", pins::FILE),
        line: 0,
        what: format!("no document `{api}` is pinned"),
        why: "there is nothing to compare with".to_owned(),
        mend: format!("name one of {}", known.join(", ")),
    }
}

/// Reads `dir/name`, which must have this digest.
fn read_checked(dir: &Path, name: &str, expected: &str) -> Result<Value, Problem> {
    let problem = |what: String| Problem {
        file: format!("specs/{name}"),
        line: 0,
        what,
        why: format!("specs/{} pins this file to {expected}", pins::FILE),
        mend: "restore it from version control; pinned documents are made by `codegen pin` and \
               corrected in specs/fixups.toml, never edited"
            .to_owned(),
    };
    let bytes = std::fs::read(dir.join(name))
        .map_err(|error| problem(format!("cannot be read: {error}")))?;
    let found = digest(&bytes);
    if found != expected {
        return Err(problem(format!("has been altered: its SHA-256 is {found}")));
    }
    serde_json::from_slice(&bytes).map_err(|error| problem(format!("is not JSON: {error}")))
}

/// JSON files that no pin names.
fn unpinned(dir: &Path, pins: &Pins) -> Vec<Problem> {
    let entries = std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let stray = |name: &String| {
        let Some(stem) = name.strip_suffix(".json") else {
            return false;
        };
        match stem.strip_suffix(".supplement") {
            Some(api) => pins
                .0
                .get(api)
                .is_none_or(|pin| pin.supplement_sha256.is_none()),
            None => !pins.0.contains_key(stem),
        }
    };
    names
        .filter(stray)
        .map(|name| Problem {
            what: "is not pinned".to_owned(),
            why: format!(
                "specs/{} does not name it, so nothing guards it",
                pins::FILE
            ),
            mend: "pin it with `cargo run -p codegen -- pin`, or delete it".to_owned(),
            file: format!("specs/{name}"),
            line: 0,
        })
        .collect()
}

/// `OpenAPI` demands a description of every response; pinned documents hold no prose, so it is
/// empty.
fn describe_responses(root: &mut Value) {
    let describe = |responses: Option<&mut Value>| {
        let responses = responses.and_then(Value::as_object_mut);
        for response in responses
            .into_iter()
            .flat_map(Map::values_mut)
            .filter_map(Value::as_object_mut)
        {
            if !response.contains_key("$ref") {
                response.insert("description".to_owned(), Value::from(""));
            }
        }
    };
    describe(root.pointer_mut("/components/responses"));
    let items = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in items.into_iter().flat_map(Map::values_mut) {
        for (method, _) in METHODS {
            describe(
                item.get_mut(method)
                    .and_then(|operation| operation.get_mut("responses")),
            );
        }
    }
}

#[cfg(test)]
mod tests;
