//! Resolves what the manifest says of impact: every read bound, every pointer followed.

use serde_json::json;

use super::super::impact::{self as stated, Count as StatedCount, Hop as StatedHop};
use super::super::model::{self, Spanned, Tool};
use super::super::plan::{self, Count, Each, Hop, Impact, Paging, Projects, Source};
use super::call;
use super::paging;
use super::places;
use super::scope::{self, Scope, World};
use super::source::Known;
use crate::schema::{Argument, Reach, reach};
use crate::spec::{Document, Operation};

/// Resolves `[projects]`.
pub(in super::super) fn projects(
    stated: &stated::Projects,
    world: World<'_>,
) -> Option<plan::Projects> {
    let nobody = Tool::default();
    let mut scope = Scope::new(&nobody, world);
    "`projects`".clone_into(&mut scope.what);
    let told = scope.sink.0.borrow().len();
    let named = hop(&scope, &stated.named, Known::Reach, "`named`");
    let (document, operation) = call::operation(&scope, &stated.named.call)?;
    for pointer in [&stated.key, &stated.name] {
        in_item(
            &scope,
            document,
            operation,
            &stated.named,
            pointer,
            "`named`",
        );
    }
    let issues = count(&scope, &stated.issues, Known::Reach, "`issues`");
    let (named, issues) = (named?, issues?);
    // What is bound wrongly is told once.
    let is_sound = scope.sink.0.borrow().len() == told;
    for (place, call, line) in [
        ("`named`", &named.call, stated.named.call.line),
        ("`issues`", &issues.call, stated.issues.call.line),
    ] {
        if is_sound && each(call) != Each::Keys {
            scope.sink.tell(
                line,
                format!("{place} of `projects` does not use `$keys`"),
                "it is about the projects that were found, whose ids these are",
                "give the parameter that takes several ids `\"$keys\"`",
            );
        }
    }
    Some(Projects {
        named,
        key: stated.key.value.clone(),
        name: stated.name.value.clone(),
        issues,
    })
}

/// Resolves `[impact.<kind>]`.
pub(in super::super) fn impact(stated: &stated::Impact, world: World<'_>) -> Impact {
    let nobody = Tool::default();
    let mut scope = Scope::new(&nobody, world);
    scope.what = format!("impact `{}`", stated.kind.value);
    for name in &stated.arguments {
        let argument = Argument::optional(&name.value, "", json!({}));
        scope.argue(name.line, argument);
    }
    let mut walk = Vec::new();
    for (at, step) in stated.walk.iter().enumerate() {
        // The first step goes by what is known of the target, the others by what was found.
        let known = if at == 0 { Known::Write } else { Known::Reach };
        let told = scope.sink.0.borrow().len();
        if let Some(hop) = hop(&scope, step, known, "`walk`") {
            // What is bound wrongly is told once.
            if scope.sink.0.borrow().len() == told {
                going_on(&scope, step, &hop, at);
            }
            walk.push(hop);
        }
    }
    let counts = stated
        .counts
        .iter()
        .filter_map(|(name, read)| {
            let place = format!("`{}` in `counts`", name.value);
            Some((
                name.value.clone(),
                count(&scope, read, Known::Write, &place)?,
            ))
        })
        .collect();
    let impact = Impact {
        kind: stated.kind.value.clone(),
        what: stated.what.value.clone(),
        walk,
        counts,
        untold: stated.untold.as_ref().map(|why| why.value.clone()),
    };
    unused_arguments(&scope, stated, &impact);
    impact
}

/// A step after the first goes by what was found, and every step finds something.
fn going_on(scope: &Scope<'_>, step: &StatedHop, hop: &Hop, at: usize) {
    if at > 0 && hop.each == Each::Once {
        scope.sink.tell(
            step.call.line,
            format!(
                "a step of `walk` of {} uses neither `$key` nor `$keys`",
                scope.what
            ),
            "it would forget what the step before it found",
            "give a parameter `\"$key\"` (one call each) or `\"$keys\"` (many in one call)",
        );
        return;
    }
    if hop.id.is_none() && hop.each != Each::Key {
        scope.sink.tell(
            step.call.line,
            format!("a step of `walk` of {} has no `id`", scope.what),
            "only where each key is asked for by itself is it clear which of them an answer is about",
            "add `id = \"/id\"`, the pointer of the key in an item",
        );
    }
}

fn hop(scope: &Scope<'_>, stated: &StatedHop, known: Known, place: &str) -> Option<Hop> {
    let (document, operation) = call::operation(scope, &stated.call)?;
    is_read(scope, &stated.call, stated.why.as_ref(), operation, place);
    places::in_answer(
        scope,
        document,
        operation,
        &stated.at.value,
        stated.at.line,
        place,
    );
    for pointer in stated.id.iter().chain(stated.keep.iter().map(|(at, _)| at)) {
        in_item(scope, document, operation, stated, pointer, place);
    }
    for (pointer, _) in &stated.everywhere {
        in_item(scope, document, operation, stated, pointer, place);
    }
    if let Some(next) = &stated.next {
        places::in_answer(scope, document, operation, &next.value, next.line, place);
    }
    let call = call::call(scope, &stated.call, known, place)?;
    let keep = stated
        .keep
        .iter()
        .filter_map(|(at, value)| {
            let from = super::source::source(scope, value, known, at.line, place)?;
            Some((at.value.clone(), from))
        })
        .collect();
    let paging = paging::of_read(document, operation, &stated.at.value, stated.next.as_ref());
    if let (Some(next), false) = (&stated.next, matches!(paging, Paging::Cursor { .. })) {
        scope.sink.tell(
            next.line,
            format!("`next` in {place} of {} has no use", scope.what),
            format!("`{}` takes no cursor", operation.key()),
            "take it out",
        );
    }
    Some(Hop {
        each: each(&call),
        call,
        paging,
        at: stated.at.value.clone(),
        id: stated.id.as_ref().map(|id| id.value.clone()),
        keep,
        everywhere: stated
            .everywhere
            .first()
            .map(|(at, value)| (at.value.clone(), value.clone())),
    })
}

fn count(scope: &Scope<'_>, stated: &StatedCount, known: Known, place: &str) -> Option<Count> {
    let (document, operation) = call::operation(scope, &stated.call)?;
    is_read(scope, &stated.call, stated.why.as_ref(), operation, place);
    places::in_answer(
        scope,
        document,
        operation,
        &stated.at.value,
        stated.at.line,
        place,
    );
    Some(Count {
        call: call::call(scope, &stated.call, known, place)?,
        at: stated.at.value.clone(),
    })
}

/// A read made for a preview changes nothing: by its method, by what a tool says of it, or for a
/// reason that is given.
fn is_read(
    scope: &Scope<'_>,
    stated: &model::Call,
    why: Option<&Spanned<String>>,
    operation: Operation<'_>,
    place: &str,
) {
    let plain = matches!(operation.method, "GET" | "HEAD");
    match (plain, why) {
        (true, Some(why)) => scope.sink.tell(
            why.line,
            format!("{place} of {} calls {} and has `why`", scope.what, operation.method),
            "`why` says only why another method is a read",
            "take it out",
        ),
        (false, None) if !scope.reads.contains(&stated.operation.value) => scope.sink.tell(
            stated.operation.line,
            format!("{place} of {} calls {} {}", scope.what, operation.method, operation.path),
            "a read made for a preview must change nothing, and nothing says that this one does not",
            "use a GET, or say in `why` what makes it a read",
        ),
        _ => {}
    }
}

/// Tells when a pointer leads nowhere in an item of what a step reads, be that a list or one thing.
fn in_item(
    scope: &Scope<'_>,
    document: &Document,
    operation: Operation<'_>,
    hop: &StatedHop,
    pointer: &Spanned<String>,
    place: &str,
) {
    let Some(answer) = places::answer(document, operation) else {
        return;
    };
    // A wrong `at` is told once, where it stands.
    if reach(document, answer, &hop.at.value) == Reach::No {
        return;
    }
    let single = format!("{}{}", hop.at.value, pointer.value);
    let leads = pointer.value.is_empty() || pointer.value.starts_with('/');
    if leads && reach(document, answer, &single) != Reach::No {
        return;
    }
    let listed = format!("{}/*{}", hop.at.value, pointer.value);
    let is_list = reach(document, answer, &format!("{}/*", hop.at.value)) != Reach::No;
    let whole = if is_list { listed } else { single };
    places::in_answer(scope, document, operation, &whole, pointer.line, place);
}

fn each(call: &plan::Call) -> Each {
    let sources = scope::sources(call);
    let any = |wanted: &Source| sources.iter().any(|source| scope::holds(source, wanted));
    if any(&Source::Key) {
        Each::Key
    } else if any(&Source::Keys) {
        Each::Keys
    } else {
        Each::Once
    }
}

fn unused_arguments(scope: &Scope<'_>, stated: &stated::Impact, impact: &Impact) {
    let mut used: Vec<&Source> = impact
        .walk
        .iter()
        .flat_map(|hop| {
            scope::sources(&hop.call)
                .into_iter()
                .chain(hop.keep.iter().map(|(_, from)| from))
        })
        .collect();
    used.extend(
        impact
            .counts
            .iter()
            .flat_map(|(_, count)| scope::sources(&count.call)),
    );
    for name in &stated.arguments {
        if !used.iter().any(|source| scope::names(source, &name.value)) {
            scope.sink.tell(
                name.line,
                format!("argument `{}` of {} fills nothing", name.value, scope.what),
                "every tool of the kind would have to have it in vain",
                format!("use it as `\"${}\"`, or take it out", name.value),
            );
        }
    }
}
