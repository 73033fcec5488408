//! Reads the calls made on behalf of a tool: before, after, revert, and projections.

use serde_json::Value;

use super::super::fields::{Fields, Sink};
use super::super::model::{Before, Call, CallBody, Keyed, Projection, Read, Revert, Spanned};
use super::super::node::{Kind, Node};
use super::steps;

pub(super) fn before(node: &Node, tool: &str, sink: &Sink) -> Option<Before> {
    let what = format!("`before` of {tool}");
    let Kind::Leaf(Value::String(text)) = &node.kind else {
        return read(node, &what, sink).map(Box::new).map(Before::Read);
    };
    let why = none(
        text,
        node.line,
        &what,
        "write `before = { operation = ..., with = ... }` or `before = \"none: why\"`",
        sink,
    );
    Some(Before::None(why))
}

/// `impact = "none: why"`.
pub(super) fn declined(node: &Node, what: &str, sink: &Sink) -> Spanned<String> {
    let Kind::Leaf(Value::String(text)) = &node.kind else {
        sink.tell(
            node.line,
            format!("{what} is {}", node.is()),
            "what a change reaches is told by `[impact.<kind>]`, for every tool of the kind",
            "write `impact = \"none: why\"`, or take it out",
        );
        return Spanned::new(node.line, String::new());
    };
    none(
        text,
        node.line,
        what,
        "write `impact = \"none: why\"`, or take it out",
        sink,
    )
}

/// The reason in `none: why`; tells when there is none.
fn none(text: &str, line: usize, what: &str, mend: &str, sink: &Sink) -> Spanned<String> {
    let Some(why) = text.strip_prefix("none:").map(str::trim) else {
        sink.tell(
            line,
            format!("{what} is a string that does not begin with `none:`"),
            "a text can only be the reason why there is none",
            mend,
        );
        return Spanned::new(line, text.to_owned());
    };
    if why.is_empty() {
        sink.tell(
            line,
            format!("{what} gives no reason"),
            "a change that nobody can preview needs one",
            "say why after `none:`",
        );
    }
    Spanned::new(line, why.to_owned())
}

pub(super) fn read(node: &Node, what: &str, sink: &Sink) -> Option<Read> {
    let mut fields = Fields::of(node, what, sink)?;
    let at = fields
        .text("at")
        .unwrap_or_else(|| Spanned::new(node.line, String::new()));
    let all = fields.truth("all");
    let item = fields.values("item");
    let ignore = fields.texts("ignore").unwrap_or_default();
    let absent_ok = fields.truth("absent_ok");
    let list = fields.text("list");
    let call = call(&mut fields, node, what, sink);
    fields.finish();
    Some(Read {
        call,
        at,
        all,
        item,
        ignore,
        absent_ok,
        list,
    })
}

/// A call: its operation, what fills its parameters, its body.
pub(super) fn call(fields: &mut Fields<'_>, node: &Node, what: &str, sink: &Sink) -> Call {
    Call {
        line: node.line,
        operation: fields.must("operation"),
        with: fields.values("with"),
        body: fields
            .node("body")
            .map_or(CallBody::None, |node| call_body(node, what, sink)),
    }
}

fn call_body(node: &Node, what: &str, sink: &Sink) -> CallBody {
    let what = format!("`body` in {what}");
    let Kind::Table(entries) = &node.kind else {
        // Tells what is wrong with it.
        Fields::of(node, what, sink);
        return CallBody::None;
    };
    if entries.iter().any(|entry| entry.key == "from") {
        return projection(node, what, sink)
            .map_or(CallBody::None, |shape| CallBody::Projected(Box::new(shape)));
    }
    CallBody::Fields(
        entries
            .iter()
            .map(|entry| {
                (
                    Spanned::new(entry.line, entry.key.clone()),
                    entry.node.json(),
                )
            })
            .collect(),
    )
}

pub(super) fn projection(node: &Node, what: String, sink: &Sink) -> Option<Projection> {
    let what_of_keyed = format!("`keyed` in {what}");
    let mut fields = Fields::of(node, what, sink)?;
    let projection = Projection {
        line: node.line,
        from: fields.text("from"),
        whole: fields.truth("whole"),
        pick: fields.texts("pick").unwrap_or_default(),
        map: fields.origins("map"),
        absent: fields.values("absent"),
        set: fields.values("set"),
        drop: fields.texts("drop").unwrap_or_default(),
        skip: fields.values("skip"),
        keyed: fields
            .node("keyed")
            .and_then(|node| keyed(node, &what_of_keyed, sink)),
    };
    fields.finish();
    Some(projection)
}

fn keyed(node: &Node, what: &str, sink: &Sink) -> Option<Keyed> {
    let mut fields = Fields::of(node, what, sink)?;
    let keyed = Keyed {
        line: node.line,
        list: fields.must("list"),
        key: fields.must("key"),
        value: fields.must("value"),
    };
    fields.finish();
    Some(keyed)
}

pub(super) fn revert(node: &Node, tool: &str, sink: &Sink) -> Option<Revert> {
    let what = format!("`revert` of {tool}");
    let mut fields = Fields::of(node, what.clone(), sink)?;
    if let Some(node) = fields.node("diff") {
        let revert = difference(node, &format!("`diff` in {what}"), sink);
        fields.finish();
        return revert;
    }
    if fields.node("restore").is_some() {
        let revert = Revert::Restore {
            line: node.line,
            always: fields.texts("always"),
        };
        if !fields.truth("restore") {
            sink.tell(
                node.line,
                format!("`restore` in {what} is not true"),
                "a revert that restores nothing is none",
                "give `irreversible = \"why\"` instead",
            );
        }
        fields.finish();
        return Some(revert);
    }
    let when = fields.values("when").into_iter().next();
    let steps = fields
        .node("steps")
        .and_then(|node| steps::steps(node, &what, sink));
    let call = call(&mut fields, node, &what, sink);
    fields.finish();
    Some(Revert::Recipe {
        call: Box::new(call),
        when,
        steps,
    })
}

fn difference(node: &Node, what: &str, sink: &Sink) -> Option<Revert> {
    let mut fields = Fields::of(node, what, sink)?;
    let mut side = |key: &'static str| {
        let node = fields.node(key)?;
        let what = format!("`{key}` in {what}");
        let mut fields = Fields::of(node, what.clone(), sink)?;
        let call = call(&mut fields, node, &what, sink);
        fields.finish();
        Some(Box::new(call))
    };
    let (added, removed) = (side("added"), side("removed"));
    if added.is_none() && removed.is_none() {
        sink.tell(
            node.line,
            format!("{what} undoes nothing"),
            "neither what was added nor what was removed is undone",
            "give `added`, `removed` or both",
        );
    }
    let revert = Revert::Difference {
        line: node.line,
        key: fields.must("key"),
        added,
        removed,
    };
    fields.finish();
    Some(revert)
}
