//! Undoing what stopped half-way: only the steps that stand are taken back.

use super::recipe::{Since, since};
use super::{Undo, impossible};
use crate::base::fault::Fault;
use crate::catalog::model::Tool;
use crate::dispatch::predict::{Prediction, comparable};
use crate::dispatch::steps::{compensation, shows_all};
use crate::journal::Entry;
use crate::projection::prediction::Verdict;
use serde_json::Value;

pub(super) fn half_way(
    tool: &Tool,
    entry: &Entry,
    undone: Option<&Entry>,
    present: &Value,
    org: Option<&str>,
) -> Result<Undo, Fault> {
    // The last step may have been carried out after all, although its answer was lost.
    let intended = |intent: &Prediction| intent.verdict(tool, present) == Verdict::Applied;
    if shows_all(tool, entry) && entry.intent.as_ref().is_some_and(intended) {
        return Err(impossible(
            "the target reads as intended, so every step of it was carried out after all",
        ));
    }
    let requests = compensation(tool, entry, undone, org)?;
    let Since {
        stale,
        to,
        mut warnings,
    } = since(tool, entry, present)?;
    let names: Vec<&str> = requests
        .iter()
        .filter_map(|(at, _)| entry.stages.get(*at))
        .map(|stage| stage.name.as_str())
        .collect();
    warnings.push(format!(
        "it stopped half-way; this takes back {}",
        names.join(", ")
    ));
    Ok(Undo {
        requests: requests.into_iter().map(|(_, request)| request).collect(),
        steps: Vec::new(),
        prediction: Prediction {
            from: comparable(tool, present),
            to,
            in_write_shape: false,
        },
        stale,
        warnings,
    })
}
