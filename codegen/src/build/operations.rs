//! The operations that the manifest uses, by document.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use crate::problem::{Problem, Problems};
use crate::spec::Specs;

const MANIFEST: &str = "tool-manifest.toml";

/// Operation ids by document.
pub(super) type Used = BTreeMap<String, BTreeSet<String>>;

/// Every operation that the manifest under `root` names.
pub(super) fn used(root: &Path, specs: &Specs) -> Result<Used, Problems> {
    let text = match std::fs::read_to_string(root.join(MANIFEST)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unreadable(&error).into()),
    };
    let mut used = Used::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
    {
        for word in line.split(['"', '\'']) {
            if let Some((api, id)) = word.split_once(':')
                && specs.operation(word).is_some()
            {
                used.entry(api.to_owned())
                    .or_default()
                    .insert(id.to_owned());
            }
        }
    }
    Ok(used)
}

fn unreadable(error: &std::io::Error) -> Problem {
    Problem {
        file: MANIFEST.to_owned(),
        line: 0,
        what: "the manifest cannot be read".to_owned(),
        why: error.to_string(),
        mend: "make it a readable file of UTF-8 text".to_owned(),
    }
}
