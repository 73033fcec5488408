//! Reads how what a create has made is found again.

use serde_json::Value;

use super::super::fields::{Fields, Sink};
use super::super::model::{Spanned, Traces};
use super::super::node::{Kind, Node};
use super::call;

pub(super) fn traces(node: &Node, tool: &str, sink: &Sink) -> Option<Traces> {
    let what = format!("`traces` of {tool}");
    if let Kind::Leaf(Value::String(text)) = &node.kind {
        let why = text.strip_prefix("none:").map(str::trim);
        if why.is_none_or(str::is_empty) {
            sink.tell(
                node.line,
                format!("{what} is a string and no reason"),
                "it is either a read or the reason why there is none",
                "write `traces = { read = { ... }, id = \"/id\" }` or `traces = \"none: why\"`",
            );
        }
        let why = why.unwrap_or(text).to_owned();
        return Some(Traces::None(Spanned::new(node.line, why)));
    }
    let mut fields = Fields::of(node, what.clone(), sink)?;
    let id = fields.must("id");
    let same = fields.values("same");
    let read = fields.node("read");
    if read.is_none() {
        fields.must("read");
    }
    fields.finish();
    Some(Traces::Read {
        line: node.line,
        read: Box::new(call::read(read?, &format!("`read` in {what}"), sink)?),
        id,
        same,
    })
}
