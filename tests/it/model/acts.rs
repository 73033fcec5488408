//! What a step comes to when it is said to the tools.

use std::time::Duration;

use serde_json::{Value, json};

use super::journal::Intent;
use super::tenant::{Cells, JQL, Kind, ON, Wanted};

/// What a commit does, if it is carried out.
#[derive(Debug, Clone)]
pub(super) struct Act {
    pub(super) tool: &'static str,
    pub(super) arguments: Value,
    pub(super) does: Does,
    /// The thing as it was previewed.
    pub(super) seen: Cells,
}

#[derive(Debug, Clone)]
pub(super) enum Does {
    Wanted(Wanted),
    Undo { of: usize, overwrite: bool },
}

/// A plan that was kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) act: Act,
    pub(super) id: Value,
    pub(super) made_at: Duration,
    pub(super) used: bool,
}

pub(super) fn changed(present: &Cells, cells: &Cells) -> Intent {
    let mut to = present.clone();
    to.extend(cells.clone());
    Intent::Change {
        from: present.clone(),
        to,
    }
}

pub(super) fn committed(kept: &Kept) -> Value {
    let mut arguments = kept.act.arguments.clone();
    arguments["commit"] = json!(true);
    arguments["plan_id"] = kept.id.clone();
    arguments
}

/// The tool and its arguments; nothing where no tool does it.
pub(super) fn said(wanted: &Wanted) -> Option<(&'static str, Value)> {
    let (thing, cells) = match wanted {
        Wanted::Create(cells) => {
            let mut arguments = json!({"jql": JQL});
            lay(&mut arguments, cells);
            return Some(("filter_create", arguments));
        }
        Wanted::Delete(thing) => {
            let id: u64 = thing.id.parse().ok()?;
            return Some(("filter_delete", json!({"filterId": id})));
        }
        Wanted::Set(thing, cells) => (thing, cells),
    };
    let id = &thing.id;
    let number = || id.parse::<u64>().unwrap_or_default();
    let (tool, mut arguments) = match thing.kind {
        Kind::Filter => ("filter_update", json!({"filterId": number()})),
        Kind::Dashboard => ("dashboard_update", json!({"dashboardId": id})),
        Kind::Field => ("custom_field_update", json!({"fieldId": id})),
        Kind::Scheme => ("notification_scheme_update", json!({"schemeId": id})),
        Kind::Members => {
            let accounts: Vec<&String> = cells.keys().collect();
            let tool = if cells.values().all(|value| value == ON) {
                "jsm_organization_user_add"
            } else {
                "jsm_organization_user_remove"
            };
            return Some((tool, json!({"organizationId": id, "accountIds": accounts})));
        }
        Kind::Assignment => {
            let scheme: u64 = cells["scheme"].parse().ok()?;
            let arguments = json!({"projectKeyOrId": id, "schemeId": scheme});
            return Some(("permission_scheme_assign", arguments));
        }
        Kind::Archive => return Some(("project_archive", json!({ "project": id }))),
    };
    lay(&mut arguments, cells);
    Some((tool, arguments))
}

fn lay(arguments: &mut Value, cells: &Cells) {
    for (name, text) in cells {
        arguments[name] = json!(text);
    }
}
