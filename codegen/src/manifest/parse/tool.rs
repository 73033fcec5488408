//! Reads one tool.

use serde_json::{Map, Value};

use super::super::enums::{Credential, Effect, Evidence, Retry};
use super::super::fields::{Fields, Sink};
use super::super::model::{Body, Input, Paging, Param, Spanned, Target, Tool};
use super::super::node::{Entry, Kind, Node};
use super::{call, steps, traces};

pub(super) fn tool(node: &Node, sink: &Sink) -> Option<Tool> {
    let mut fields = Fields::of(node, "a tool", sink)?;
    let name = fields.must("name");
    let what = format!("tool `{}`", name.value);
    let mut fields = Fields::of(node, what.clone(), sink)?;
    fields.node("name");
    fields.must("effect");
    let effect = fields.word("effect", Effect::WORDS);
    let tool = Tool {
        line: node.line,
        title: fields.text("title"),
        alias: fields.texts("alias").unwrap_or_default(),
        group: fields.must("group"),
        operation: fields.text("operation"),
        handler: fields.text("handler"),
        handler_why: fields.text("handler_why"),
        uses: fields.texts("uses").unwrap_or_default(),
        about: fields.must("about"),
        words: fields.text("words"),
        effect: effect.map_or(Effect::Read, |effect| effect.value),
        why: fields.text("why"),
        credential: fields
            .word("credential", Credential::WORDS)
            .map(|credential| credential.value),
        params: each(&mut fields, "params", |entry| param(entry, &what, sink)),
        inputs: each(&mut fields, "input", |entry| input(entry, &what, sink)),
        body: fields.node("body").and_then(|node| body(node, &what, sink)),
        target: fields
            .node("target")
            .and_then(|node| target(node, &what, sink)),
        before: fields
            .node("before")
            .and_then(|node| call::before(node, &what, sink)),
        after: fields
            .node("after")
            .and_then(|node| call::read(node, &format!("`after` of {what}"), sink)),
        draft: fields
            .node("draft")
            .and_then(|node| call::read(node, &format!("`draft` of {what}"), sink)),
        traces: fields
            .node("traces")
            .and_then(|node| traces::traces(node, &what, sink)),
        shape: fields
            .node("shape")
            .and_then(|node| call::projection(node, format!("`shape` of {what}"), sink)),
        becomes: fields.values("becomes"),
        steps: fields
            .node("steps")
            .and_then(|node| steps::steps(node, &what, sink)),
        revert: fields
            .node("revert")
            .and_then(|node| call::revert(node, &what, sink)),
        irreversible: fields.text("irreversible"),
        retry: fields.word("retry", Retry::WORDS).map(|retry| retry.value),
        paging: fields
            .node("paging")
            .and_then(|node| paging(node, &what, sink)),
        task: fields.text("task"),
        headers: fields.strings("headers"),
        scopes: fields.texts("scopes"),
        plan: fields.text("plan"),
        evidence: fields
            .word("evidence", Evidence::WORDS)
            .map(|evidence| evidence.value),
        warning: fields.text("warning"),
        impact: fields
            .node("impact")
            .map(|node| call::declined(node, &format!("`impact` of {what}"), sink)),
        fate: fields.text("fate").map(|fate| unseen(&fate, &what, sink)),
        secret: fields.texts("secret").unwrap_or_default(),
        core: fields.truth("core"),
        deprecated: fields.text("deprecated"),
        name,
    };
    fields.finish();
    Some(tool)
}

/// The reason in `fate = "unseen: why"`.
fn unseen(fate: &Spanned<String>, tool: &str, sink: &Sink) -> Spanned<String> {
    let why = fate.value.strip_prefix("unseen:").map(str::trim);
    if why.is_none_or(str::is_empty) {
        sink.tell(
            fate.line,
            format!("`fate` of {tool} does not say why nobody sees it"),
            "it stands for what no read shows after a lost answer",
            "write `fate = \"unseen: why\"`",
        );
    }
    Spanned::new(fate.line, why.unwrap_or_default().to_owned())
}

fn each<T>(
    fields: &mut Fields<'_>,
    key: &'static str,
    read: impl Fn(&Entry) -> Option<T>,
) -> Vec<(Spanned<String>, T)> {
    let entries = fields.open(key).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some((Spanned::new(entry.line, entry.key.clone()), read(entry)?)))
        .collect()
}

fn param(entry: &Entry, tool: &str, sink: &Sink) -> Option<Param> {
    let mut fields = Fields::of(
        &entry.node,
        format!("parameter `{}` of {tool}", entry.key),
        sink,
    )?;
    let required = fields.node("required").map(|_| fields.truth("required"));
    let param = Param {
        rename: fields.text("as"),
        about: fields.text("about").map(|about| about.value),
        hide: fields.truth("hide"),
        value: fields.json("value").map(|value| value.value),
        from: fields.text("from"),
        negate: fields.truth("negate"),
        single: fields.truth("single"),
        default: fields.json("default").map(|default| default.value),
        schema: fields.json("schema").map(|schema| schema.value),
        required,
    };
    fields.finish();
    Some(param)
}

const KINDS: &[(&str, &str)] = &[
    ("string", "string"),
    ("integer", "integer"),
    ("number", "number"),
    ("boolean", "boolean"),
    ("array", "array"),
    ("object", "object"),
];

fn input(entry: &Entry, tool: &str, sink: &Sink) -> Option<Input> {
    let mut fields = Fields::of(
        &entry.node,
        format!("input `{}` of {tool}", entry.key),
        sink,
    )?;
    fields.must("type");
    let kind = fields.word("type", KINDS)?.value;
    let mut schema = Map::from_iter([("type".to_owned(), Value::from(kind))]);
    for key in ["enum", "items", "minimum", "maximum"] {
        if let Some(value) = fields.json(key) {
            schema.insert(key.to_owned(), value.value);
        }
    }
    let input = Input {
        schema: Value::Object(schema),
        about: fields.text("about").map(|about| about.value),
        required: fields.truth("required"),
        default: fields.json("default").map(|default| default.value),
    };
    fields.finish();
    Some(input)
}

fn body(node: &Node, tool: &str, sink: &Sink) -> Option<Body> {
    let mut fields = Fields::of(node, format!("`body` of {tool}"), sink)?;
    let body = Body {
        line: node.line,
        fields: fields.texts("fields"),
        whole: fields.text("as"),
        under: fields.text("under"),
        rename: fields.strings("rename"),
        set: fields.values("set"),
        about: fields.strings("about"),
        required: fields.texts("required"),
        schema: fields.values("schema"),
        default: fields.values("default"),
        depth: fields.count("depth"),
    };
    fields.finish();
    Some(body)
}

fn target(node: &Node, tool: &str, sink: &Sink) -> Option<Target> {
    let mut fields = Fields::of(node, format!("`target` of {tool}"), sink)?;
    let target = Target {
        line: node.line,
        kind: fields.must("kind"),
        id: fields.text("id"),
        result: fields.text("result"),
        only: fields.truth("only"),
    };
    let named = [target.id.is_some(), target.result.is_some(), target.only];
    if named.into_iter().filter(|is| *is).count() != 1 {
        sink.tell(
            node.line,
            format!("`target` of {tool} needs one of `id`, `result` and `only`"),
            "the journal names what was changed by one id",
            "give `id = \"<argument>\"`, `result = \"/pointer\"` into the answer of a create, or \
             `only = true` where a site has one",
        );
    }
    fields.finish();
    Some(target)
}

fn paging(node: &Node, tool: &str, sink: &Sink) -> Option<Paging> {
    if matches!(&node.kind, Kind::Leaf(Value::String(word)) if word == "none") {
        return Some(Paging::None { items: None });
    }
    let mut fields = Fields::of(node, format!("`paging` of {tool}"), sink)?;
    fields.must("style");
    let style = fields.word("style", &[("none", 0), ("offset", 1), ("cursor", 2)])?;
    let paging = match style.value {
        0 => Paging::None {
            items: fields.text("items"),
        },
        1 => Paging::Offset {
            line: node.line,
            offset: fields.must("offset"),
            size: fields.must("size"),
            largest: fields.count("largest").unwrap_or(50),
            items: fields.must("items"),
            total: fields.text("total").map(|at| at.value).unwrap_or_default(),
            last: fields.text("last").map(|at| at.value).unwrap_or_default(),
        },
        _ => Paging::Cursor {
            line: node.line,
            cursor: fields.must("cursor"),
            size: fields.text("size").map(|at| at.value).unwrap_or_default(),
            largest: fields.count("largest").unwrap_or(50),
            items: fields.must("items"),
            next: fields.must("next"),
        },
    };
    fields.finish();
    Some(paging)
}
