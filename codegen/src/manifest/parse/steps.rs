//! Reads the steps of a write, or of an undo, that takes several requests.

use serde_json::Value;

use super::super::fields::{Fields, Sink};
use super::super::model::{Spanned, Step, StepCall, StepUndo, When};
use super::super::node::{Kind, Node};
use super::call::call;

pub(super) fn steps(node: &Node, of: &str, sink: &Sink) -> Option<Vec<Step>> {
    let Kind::Array(items) = &node.kind else {
        sink.tell(
            node.line,
            format!("`steps` of {of} is {}", node.is()),
            "the order of the requests must be told",
            "write an array of tables, one a request",
        );
        return None;
    };
    Some(
        items
            .iter()
            .filter_map(|item| step(item, of, sink))
            .collect(),
    )
}

fn step(node: &Node, of: &str, sink: &Sink) -> Option<Step> {
    let mut fields = Fields::of(node, format!("a step of {of}"), sink)?;
    let name = fields.must("name");
    let what = format!("step `{}` of {of}", name.value);
    let own = fields.truth("own");
    let when = fields.node("when").and_then(|node| when(node, &what, sink));
    let undo = fields.node("undo").and_then(|node| undo(node, &what, sink));
    let step_call = if own {
        StepCall::Own
    } else {
        StepCall::Other(Box::new(call(&mut fields, node, &what, sink)))
    };
    fields.finish();
    Some(Step {
        line: node.line,
        name,
        call: step_call,
        when,
        undo,
    })
}

/// `"$name"` (it is there), `{ at, is }` or `{ at, is_not }`.
fn when(node: &Node, step: &str, sink: &Sink) -> Option<When> {
    if let Kind::Leaf(Value::String(text)) = &node.kind {
        return Some(When {
            at: Spanned::new(node.line, text.clone()),
            is: Value::Null,
            negated: true,
        });
    }
    let mut fields = Fields::of(node, format!("`when` of {step}"), sink)?;
    let at = fields.must("at");
    let (is, is_not) = (fields.json("is"), fields.json("is_not"));
    fields.finish();
    let negated = is_not.is_some();
    match (is, is_not) {
        (Some(value), None) | (None, Some(value)) => Some(When {
            at,
            is: value.value,
            negated,
        }),
        (Some(_), Some(_)) | (None, None) => {
            sink.tell(
                node.line,
                format!("`when` of {step} needs either `is` or `is_not`"),
                "it is compared with one value",
                "give one of them, or `when = \"$name\"` for what must be there",
            );
            None
        }
    }
}

/// A call, or `"none: why"`.
fn undo(node: &Node, step: &str, sink: &Sink) -> Option<StepUndo> {
    let what = format!("`undo` of {step}");
    let Kind::Leaf(Value::String(text)) = &node.kind else {
        let mut fields = Fields::of(node, what.clone(), sink)?;
        let call = call(&mut fields, node, &what, sink);
        fields.finish();
        return Some(StepUndo::Call(Box::new(call)));
    };
    let why = text
        .strip_prefix("none:")
        .map(str::trim)
        .unwrap_or_default();
    if why.is_empty() {
        sink.tell(
            node.line,
            format!("{what} gives no reason"),
            "what is left half done must be told with its reason",
            "write `undo = { operation = ..., with = ... }` or `undo = \"none: why\"`",
        );
    }
    Some(StepUndo::None(Spanned::new(node.line, why.to_owned())))
}
