//! Arguments that every tool of a kind has. Their meaning is told once, in the server's instructions.

use serde_json::json;

use super::super::enums::{Credential, Effect};
use super::super::plan::{self, Paging};
use super::scope::Scope;
use crate::schema::Argument;

/// Adds them, unless the tool is the server's own and states its arguments itself.
pub(super) fn arguments(scope: &mut Scope<'_>, resolved: &plan::Tool) {
    if resolved.credential == Credential::Local {
        return;
    }
    let mut added = Vec::new();
    if !matches!(resolved.paging, Paging::None { items: None }) {
        added.push(Argument::optional("page", "", json!({ "type": "string" })));
        added.push(Argument::optional(
            "limit",
            "",
            json!({ "type": "integer", "minimum": 1 }),
        ));
    }
    added.push(Argument::optional(
        "fields",
        "",
        json!({ "type": "array", "items": { "type": "string" } }),
    ));
    if resolved.effect == Effect::Read {
        added.push(Argument::optional(
            "max_bytes",
            "",
            json!({ "type": "integer", "minimum": 1 }),
        ));
    } else {
        added.push(Argument {
            default: Some(json!(false)),
            ..Argument::optional("commit", "", json!({ "type": "boolean" }))
        });
        for name in ["plan_id", "change_set"] {
            added.push(Argument::optional(name, "", json!({ "type": "string" })));
        }
    }
    for argument in added {
        scope.argue(scope.tool.line, argument);
    }
}
