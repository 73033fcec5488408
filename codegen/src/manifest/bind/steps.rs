//! The steps of a write, or of an undo, that takes several requests.

use super::super::enums::Effect;
use super::super::model::{self, Spanned};
use super::super::plan::{Step, StepCall, StepUndo, When};
use super::call;
use super::scope::Scope;
use super::source::{Known, source};
use serde_json::Value;

/// Resolves steps. `around` is what the call that they stand around knows when it is made, and
/// `after` what a later step knows, too.
pub(super) fn bind(
    scope: &Scope<'_>,
    stated: &[model::Step],
    [around, after]: [Known; 2],
    place: &str,
) -> Vec<Step> {
    check_own(scope, stated, place);
    check_names(scope, stated, place);
    let mut known = around;
    let mut steps = Vec::new();
    for (at, step) in stated.iter().enumerate() {
        let place = format!("step `{}` of {place}", step.name.value);
        let call = match &step.call {
            model::StepCall::Own => Some(StepCall::Own),
            model::StepCall::Other(call) => call::call(scope, call, known, &place)
                .map(Box::new)
                .map(StepCall::Other),
        };
        let when = step.when.as_ref().and_then(|when| {
            let at = &when.at;
            let from = source(
                scope,
                &Value::from(at.value.as_str()),
                known,
                at.line,
                &place,
            )?;
            Some(When {
                at: from,
                is: when.is.clone(),
                negated: when.negated,
            })
        });
        if matches!(step.call, model::StepCall::Own) {
            known = after;
        }
        let is_last = at + 1 == stated.len();
        let undo = undo(scope, step, is_last, known, &place);
        steps.extend(call.map(|call| Step {
            name: step.name.value.clone(),
            call,
            when,
            undo,
        }));
    }
    steps
}

fn undo(
    scope: &Scope<'_>,
    step: &model::Step,
    is_last: bool,
    known: Known,
    place: &str,
) -> StepUndo {
    let nothing = || StepUndo::No("nothing comes after it".to_owned());
    match (&step.undo, is_last) {
        (None, true) => nothing(),
        (None, false) => {
            scope.sink.tell(
                step.line,
                format!("{place} of {} has no `undo`", scope.what),
                "when a later step fails, this one would be left as it is",
                "give `undo = { operation = ..., with = ... }` or `undo = \"none: why\"`",
            );
            nothing()
        }
        (Some(_), true) => {
            scope.sink.tell(
                step.line,
                format!("{place} of {} is the last and has an `undo`", scope.what),
                "no later step can fail, so it would never be sent",
                "take it out; the undo of the whole is `revert`",
            );
            nothing()
        }
        (Some(model::StepUndo::None(why)), false) => StepUndo::No(why.value.clone()),
        (Some(model::StepUndo::Call(call)), false) => {
            call::call(scope, call, known, &format!("`undo` of {place}"))
                .map_or_else(nothing, StepUndo::Call)
        }
    }
}

/// Exactly one step is the call itself, it does not stand alone, and it is always made, unless the
/// others change something without it.
fn check_own(scope: &Scope<'_>, stated: &[model::Step], place: &str) {
    let own: Vec<&model::Step> = stated
        .iter()
        .filter(|step| matches!(step.call, model::StepCall::Own))
        .collect();
    let line = stated.first().map_or(scope.tool.line, |step| step.line);
    if own.len() != 1 {
        scope.sink.tell(
            line,
            format!(
                "{} of the steps in {place} of {} are its own",
                own.len(),
                scope.what
            ),
            "the steps stand around the one call that the rest of the entry describes",
            "give `own = true` to one of them",
        );
    }
    if stated.len() < 2 {
        scope.sink.tell(
            line,
            format!("{place} of {} has fewer than two steps", scope.what),
            "one request needs no steps",
            "take `steps` out",
        );
    }
    let may_be_left_out = scope.tool.effect == Effect::Update && scope.tool.steps.is_some();
    if let [step] = own.as_slice()
        && step.when.is_some()
        && !may_be_left_out
    {
        scope.sink.tell(
            step.line,
            format!("its own step in {place} of {} has a `when`", scope.what),
            "a write that leaves its own call out is another write",
            "take `when` out",
        );
    }
}

fn check_names(scope: &Scope<'_>, stated: &[model::Step], place: &str) {
    for (at, step) in stated.iter().enumerate() {
        let Spanned { line, value: name } = &step.name;
        let is_word = !name.is_empty()
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_word {
            scope.sink.tell(
                *line,
                format!("a step in {place} of {} is named `{name}`", scope.what),
                "the journal and the answers name it so",
                "use lower-case letters, digits and `_`",
            );
        }
        if stated
            .iter()
            .take(at)
            .any(|other| other.name.value == *name)
        {
            scope.sink.tell(
                *line,
                format!("two steps in {place} of {} are named `{name}`", scope.what),
                "the journal could not tell them apart",
                "rename one",
            );
        }
    }
}
