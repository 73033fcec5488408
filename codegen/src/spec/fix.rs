//! The ledger of known errors in published documents: each entry is applied, or is a fault.

use serde::Deserialize;
use serde_json::Value;

use super::ledger::Entry;
use crate::problem::{Problem, Problems};

/// Name of the ledger inside the directory of specs.
pub(super) const FILE: &str = "fixups.toml";

/// One correction of a pinned document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixup {
    /// The document's API.
    pub document: String,
    /// JSON pointer to the value that is wrong.
    pub pointer: String,
    /// What the document says there; absent where it says nothing.
    pub old: Option<Value>,
    /// What it should say; absent where it should say nothing.
    pub new: Option<Value>,
    /// What is wrong with the published value.
    pub why: String,
    /// Where the right value is proven.
    pub evidence: String,
}

impl Entry<Fixup> {
    /// Corrects `root`, which is the document that the entry names.
    pub(super) fn apply(&self, root: &mut Value) -> Result<(), Problem> {
        let Fixup {
            pointer, old, new, ..
        } = &self.value;
        if root.pointer(pointer) != old.as_ref() {
            let found = root.pointer(pointer).map_or("nothing".to_owned(), |found| {
                found.to_string().chars().take(120).collect()
            });
            return Err(self.problem(
                format!("`{pointer}` of {} is {found}, not what `old` expects", self.value.document),
                "the published document has changed there, so the correction may be wrong now",
                "read the document: if the error is gone, delete this entry; else write the new `old`",
            ));
        }
        if old == new {
            return Err(self.problem(
                format!("`old` and `new` of `{pointer}` are the same"),
                "an entry that changes nothing hides what is wrong",
                "delete this entry",
            ));
        }
        replace(root, pointer, new.as_ref()).ok_or_else(|| {
            self.problem(
                format!(
                    "`{pointer}` of {} has no parent to write into",
                    self.value.document
                ),
                "the document has no object or array there",
                "correct the pointer, or delete this entry",
            )
        })
    }

    pub(super) fn problem(&self, what: String, why: &str, mend: &str) -> Problem {
        Problem {
            file: format!("specs/{FILE}"),
            line: self.line,
            what,
            why: why.to_owned(),
            mend: mend.to_owned(),
        }
    }
}

/// Puts `new` at `pointer`, or takes away what stands there. `None` when the parent is missing.
fn replace(root: &mut Value, pointer: &str, new: Option<&Value>) -> Option<()> {
    let (parent, last) = pointer.rsplit_once('/')?;
    let key = last.replace("~1", "/").replace("~0", "~");
    match (root.pointer_mut(parent)?, new) {
        (Value::Object(map), Some(new)) => {
            map.insert(key, new.clone());
        }
        (Value::Object(map), None) => {
            map.remove(&key);
        }
        (Value::Array(items), new) => {
            let at: usize = key.parse().ok().filter(|at| *at <= items.len())?;
            if at < items.len() {
                items.remove(at);
            }
            if let Some(new) = new {
                items.insert(at, new.clone());
            }
        }
        _ => return None,
    }
    Some(())
}

/// Applies every entry of `document`; entries that do not fit are faults.
pub(super) fn apply_all(entries: &[Entry<Fixup>], document: &str, root: &mut Value) -> Problems {
    let ours = entries
        .iter()
        .filter(|entry| entry.value.document == document);
    Problems(ours.filter_map(|entry| entry.apply(root).err()).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::spec::ledger;

    fn entries(body: &str) -> Vec<Entry<Fixup>> {
        let text = format!("[[fixup]]\ndocument = \"d\"\nwhy = \"w\"\nevidence = \"e\"\n{body}");
        ledger::parse(&text, FILE, "fixup").unwrap()
    }

    #[test]
    fn a_value_is_replaced_added_and_removed() {
        let mut root = json!({"paths": {"/a": {"x": 1, "y": [1, 2]}}});
        for body in [
            "pointer = \"/paths/~1a/x\"\nold = 1\nnew = {type = \"string\"}",
            "pointer = \"/paths/~1a/z\"\nnew = true",
            "pointer = \"/paths/~1a/y/0\"\nold = 1",
            "pointer = \"/paths/~1a/y/1\"\nnew = 3",
        ] {
            assert_eq!(
                apply_all(&entries(body), "d", &mut root),
                Problems::default()
            );
        }
        let item = json!({"x": {"type": "string"}, "y": [2, 3], "z": true});
        assert_eq!(root, json!({"paths": {"/a": item}}));
    }

    #[test]
    fn an_entry_that_no_longer_fits_says_so() {
        let entries = entries("pointer = \"/x\"\nold = 1\nnew = 2");
        let mut root = json!({"x": 2});
        let problems = apply_all(&entries, "d", &mut root);
        assert_eq!(root, json!({"x": 2}));
        assert_eq!(problems.0.len(), 1);
        assert_eq!(problems.0[0].line, 1);
        assert!(
            problems.0[0].mend.contains("delete this entry"),
            "{problems}"
        );
    }

    #[test]
    fn entries_of_other_documents_are_left_alone() {
        let entries = entries("pointer = \"/x\"\nold = 1\nnew = 2");
        assert_eq!(
            apply_all(&entries, "other", &mut json!({})),
            Problems::default()
        );
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let text = "\n[[fixup]]\ndocument = \"d\"\npointer = \"/x\"\nwhy = \"w\"\nevidence = \"e\"\nnwe = 1\n";
        let problems = ledger::parse::<Fixup>(text, FILE, "fixup").unwrap_err();
        assert_eq!(problems.0[0].line, 2);
        assert!(problems.0[0].what.contains("nwe"), "{problems}");
    }
}
