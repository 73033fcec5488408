//! The list of a body that is merged by a member of its items.

use super::super::enums::Effect;
use super::super::model::Projection;
use super::scope::Scope;

/// A list that is merged by key must be written by key, by an operation that leaves the rest.
pub(super) fn check(scope: &Scope<'_>, shape: &Projection) {
    let Some(keyed) = &shape.keyed else { return };
    let tell = |line, what: String, why: &str, mend: String| {
        scope.sink.tell(line, what, why, mend);
    };
    if scope.tool.effect != Effect::Update {
        tell(
            keyed.line,
            format!("`keyed` in `shape` of {} is not for its effect", scope.what),
            "only an operation that leaves what it is not sent merges a list by key",
            "state `effect = \"update\"`, or take `keyed` out".to_owned(),
        );
    }
    let list = &keyed.list.value;
    for member in [&keyed.key, &keyed.value] {
        let place = format!("/{list}/*/{}", member.value);
        if !shape.map.iter().any(|(to, _)| to.value.starts_with(&place)) {
            tell(
                member.line,
                format!("`shape` of {} maps nothing to `{place}`", scope.what),
                "`keyed` tells the items of the written list apart by it",
                format!("add `\"{place}\" = \"...\"` to `map`"),
            );
        }
    }
}
