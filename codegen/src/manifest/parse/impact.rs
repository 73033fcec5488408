//! Reads what the manifest says of impact.

use super::super::fields::{Fields, Sink};
use super::super::impact::{Count, Hop, Impact, Projects};
use super::super::model::Spanned;
use super::super::node::{Entry, Kind, Node};
use super::call;

/// `[projects]`.
pub(super) fn projects(node: &Node, sink: &Sink) -> Option<Projects> {
    let mut fields = Fields::of(node, "`projects`", sink)?;
    let named = part(&mut fields, "named", sink)?;
    let issues = part(&mut fields, "issues", sink)?;
    fields.finish();
    let what = "`named` of `projects`";
    let mut fields = Fields::of(named, what, sink)?;
    let (key, name) = (fields.must("key"), fields.must("name"));
    let named = hop_of(fields, named, what, sink);
    let issues = count(issues, "`issues` of `projects`", sink)?;
    Some(Projects {
        named,
        key,
        name,
        issues,
    })
}

fn part<'a>(fields: &mut Fields<'a>, key: &'static str, sink: &Sink) -> Option<&'a Node> {
    let node = fields.node(key);
    if node.is_none() {
        sink.tell(
            fields.line,
            format!("`projects` has no `{key}`"),
            "a preview names the projects that a change reaches and counts their issues",
            format!("add `{key} = {{ operation = ... }}`"),
        );
    }
    node
}

/// `[impact.<kind>]`.
pub(super) fn impact(entry: &Entry, sink: &Sink) -> Option<Impact> {
    let what = format!("impact `{}`", entry.key);
    let mut fields = Fields::of(&entry.node, what.clone(), sink)?;
    let steps = fields
        .node("walk")
        .map_or(&[] as &[Node], |node| steps(node, &what, sink));
    let impact = Impact {
        kind: Spanned::new(entry.line, entry.key.clone()),
        what: fields.must("what"),
        arguments: fields.texts("arguments").unwrap_or_default(),
        walk: steps
            .iter()
            .filter_map(|node| hop(node, &format!("`walk` of {what}"), sink))
            .collect(),
        counts: fields
            .open("counts")
            .unwrap_or_default()
            .iter()
            .filter_map(|entry| {
                let place = format!("`{}` in `counts` of {what}", entry.key);
                let name = Spanned::new(entry.line, entry.key.clone());
                Some((name, count(&entry.node, &place, sink)?))
            })
            .collect(),
        untold: fields.text("untold"),
    };
    fields.finish();
    Some(impact)
}

/// The steps of a walk.
fn steps<'a>(node: &'a Node, what: &str, sink: &Sink) -> &'a [Node] {
    if let Kind::Array(steps) = &node.kind {
        return steps;
    }
    sink.tell(
        node.line,
        format!("`walk` of {what} is {}", node.is()),
        "it is a list of reads, each from what the one before it found",
        "write `walk = [{ operation = ... }]`",
    );
    &[]
}

fn hop(node: &Node, what: &str, sink: &Sink) -> Option<Hop> {
    let fields = Fields::of(node, what, sink)?;
    Some(hop_of(fields, node, what, sink))
}

fn hop_of(mut fields: Fields<'_>, node: &Node, what: &str, sink: &Sink) -> Hop {
    let hop = Hop {
        at: at(&mut fields, node),
        id: fields.text("id"),
        keep: fields.values("keep"),
        everywhere: fields.values("everywhere"),
        next: fields.text("next"),
        why: fields.text("why"),
        call: call::call(&mut fields, node, what, sink),
    };
    fields.finish();
    hop
}

fn count(node: &Node, what: &str, sink: &Sink) -> Option<Count> {
    let mut fields = Fields::of(node, what, sink)?;
    let count = Count {
        at: at(&mut fields, node),
        why: fields.text("why"),
        call: call::call(&mut fields, node, what, sink),
    };
    fields.finish();
    Some(count)
}

fn at(fields: &mut Fields<'_>, node: &Node) -> Spanned<String> {
    fields
        .text("at")
        .unwrap_or_else(|| Spanned::new(node.line, String::new()))
}
