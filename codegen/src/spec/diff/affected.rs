//! Which tools a difference touches, and whether it breaks them.

use super::change::{Change, Diff, Effect, Name, Place};
use crate::spec::uses::Use;

/// One tool and what becomes of an operation that it uses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Affected {
    pub(super) tool: String,
    pub(super) role: String,
    pub(super) key: String,
    pub(super) what: Vec<String>,
    pub(super) breaks: bool,
}

/// The tools that `diff` touches, those that break first.
pub(super) fn affected(api: &str, diff: &Diff, uses: &[Use]) -> Vec<Affected> {
    let mut affected: Vec<_> = uses
        .iter()
        .filter_map(|used| one(api, diff, used))
        .collect();
    affected.sort_by(|a, b| b.breaks.cmp(&a.breaks).then_with(|| a.cmp(b)));
    affected
}

fn one(api: &str, diff: &Diff, used: &Use) -> Option<Affected> {
    let id = used.key.strip_prefix(api)?.strip_prefix(':')?;
    let told = |what: Vec<String>, breaks: bool| Affected {
        tool: used.tool.clone(),
        role: used.role.clone(),
        key: used.key.clone(),
        what,
        breaks,
    };
    let is = |name: &&Name| name.id == id;
    if diff.removed.iter().any(|name| is(&name)) {
        return Some(told(vec!["the operation is gone".to_owned()], true));
    }
    let (_, changes) = diff.changed.iter().find(|(name, _)| name.id == id)?;
    let concerning: Vec<_> = changes
        .iter()
        .filter(|change| concerns(change, used))
        .collect();
    if concerning.is_empty() {
        return None;
    }
    let breaks = concerning.iter().any(|change| change.breaks());
    let what = concerning
        .iter()
        .map(|change| format!("{}{}", change.place.title(), change.what));
    Some(told(what.collect(), breaks))
}

/// Whether the tool sees the changed part. What is demanded concerns everyone.
fn concerns(change: &Change, used: &Use) -> bool {
    let demanded = change.effect == Effect::Demands;
    match &change.place {
        Place::Operation => true,
        Place::Deprecation => !used.deprecated,
        Place::Parameter(name) => {
            demanded || used.with.as_ref().is_none_or(|with| with.contains(name))
        }
        Place::Body(field) => {
            let top = field.split('/').nth(1).unwrap_or_default();
            let seen = used
                .fields
                .as_ref()
                .is_none_or(|fields| fields.contains(top));
            seen || demanded && field.matches('/').count() <= 1
        }
        Place::Answer(_) => used.role != "operation",
    }
}
