//! Finds the operation that stopped progenitor: its panics and errors do not say.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::attempt;
use crate::problem::{Problem, Problems};
use crate::spec::Document;

/// Runs `work`, a panic being an error with the panic's words.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let words = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied());
        Err(words.unwrap_or("the generator panicked").to_owned())
    })
}

/// A problem for each operation that fails alone; where none does, one for the operation with which
/// the others cannot stand together.
pub(super) fn name(document: &Document, ids: &BTreeSet<String>, why: &str) -> Problems {
    let alone: Vec<Problem> = ids
        .iter()
        .filter_map(|id| {
            let only = BTreeSet::from([id.clone()]);
            attempt(document, &only)
                .err()
                .map(|why| problem(document, id, &why))
        })
        .collect();
    if !alone.is_empty() {
        return Problems(alone);
    }
    let all: Vec<&String> = ids.iter().collect();
    let fails = |count: usize| {
        let some = all[..count].iter().map(|id| (*id).clone()).collect();
        attempt(document, &some).is_err()
    };
    let (mut good, mut bad) = (0, all.len());
    while good + 1 < bad {
        let middle = usize::midpoint(good, bad);
        if fails(middle) {
            bad = middle;
        } else {
            good = middle;
        }
    }
    let id = bad
        .checked_sub(1)
        .and_then(|last| all.get(last))
        .map_or("", |id| id.as_str());
    Problems(vec![problem(document, id, why)])
}

fn problem(document: &Document, id: &str, why: &str) -> Problem {
    let api = &document.api;
    Problem {
        file: format!("specs/{api}.json"),
        line: 0,
        what: format!("no client can be generated for {api}:{id}"),
        why: why.split_whitespace().collect::<Vec<_>>().join(" "),
        mend: "correct the document's fault in specs/fixups.toml, or cure the kind of fault in codegen/src/lower"
            .to_owned(),
    }
}
