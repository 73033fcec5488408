//! Reads the task styles: how work that goes on at Atlassian is found, followed and ended.

use serde_json::Value;

use super::super::fields::{Fields, Sink};
use super::super::model::{Cancel, Spanned, TaskStyle, Values};

pub(super) fn tasks(fields: &mut Fields<'_>, sink: &Sink) -> Vec<TaskStyle> {
    let entries = fields.open("task").unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| {
            let what = format!("task style `{}`", entry.key);
            let mut fields = Fields::of(&entry.node, what.clone(), sink)?;
            let style = TaskStyle {
                line: entry.line,
                name: Spanned::new(entry.line, entry.key.clone()),
                look: fields.must("look"),
                param: fields.must("param"),
                begun: fields.texts("begun").unwrap_or_default(),
                done: states(&mut fields, "done", &what, sink),
                failed: states(&mut fields, "failed", &what, sink),
                cancelled: states(&mut fields, "cancelled", &what, sink),
                stopping: states(&mut fields, "stopping", &what, sink),
                progress: fields.text("progress"),
                message: fields.text("message"),
                cancel: cancel(fields.must("cancel")),
            };
            fields.finish();
            for (key, there) in [
                ("begun", !style.begun.is_empty()),
                ("done", !style.done.is_empty()),
                ("failed", !style.failed.is_empty()),
            ] {
                if !there {
                    sink.tell(
                        style.line,
                        format!("{what} has no `{key}`"),
                        "without it a task is never found, or never ends",
                        format!("add `{key}`"),
                    );
                }
            }
            Some(style)
        })
        .collect()
}

/// What the task reads when it stands so: by pointer, one of these values.
fn states(fields: &mut Fields<'_>, key: &'static str, what: &str, sink: &Sink) -> Values {
    let states = fields.values(key);
    for (at, values) in &states {
        if !matches!(values, Value::Array(values) if !values.is_empty()) {
            sink.tell(
                at.line,
                format!("`{}` in `{key}` of {what} is no list of values", at.value),
                "a task stands so when the place holds one of them",
                "write `\"/pointer\" = [\"VALUE\"]`",
            );
        }
    }
    states
}

fn cancel(stated: Spanned<String>) -> Cancel {
    match stated.value.strip_prefix("none:") {
        Some(why) => Cancel::None(Spanned::new(stated.line, why.trim().to_owned())),
        None => Cancel::Operation(stated),
    }
}
