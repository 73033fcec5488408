//! A write: the state before and the change that is due.

use serde_json::Value;

use super::carry::carry_out;
use super::done::Done;
use super::held;
use super::predict::{self, Prediction};
use super::requests;
use super::steps;
use super::turn::Turn;
use super::undo;
use crate::base::fault::Fault;
use crate::catalog::model::{Before, Effect, Step, Tool};
use crate::consent::Hold;
use crate::grants::Access;
use crate::journal::{Entry, Object};
use crate::projection::sources::Facts;
use crate::projection::state;
use crate::upstream::Request;

/// A change that is ready to be previewed or sent.
#[derive(Debug)]
pub(super) struct Change {
    /// What is changed.
    pub(super) target: Option<Object>,
    /// What is sent, in this order.
    pub(super) requests: Vec<Request>,
    /// The steps of the manifest that these are; empty where they are none.
    pub(super) steps: Vec<&'static Step>,
    /// The state before, as it was read; null when there is none.
    pub(super) before: Value,
    /// What it puts into force, where that stands on the site and not in its arguments.
    pub(super) draft: Option<Value>,
    /// What is going to change.
    pub(super) prediction: Prediction,
    /// What the caller should know.
    pub(super) warnings: Vec<String>,
    /// Whether it can be undone later.
    pub(super) revertible: bool,
    /// How, or why not.
    pub(super) undo: String,
    /// The entry that it undoes.
    pub(super) reverts: Option<Entry>,
    /// Whether it may overwrite later changes.
    pub(super) overwrite: bool,
    /// The names under which the target is locked.
    pub(super) names: Vec<String>,
    /// The locks, where this is a commit: they were taken before `before` was read.
    pub(super) hold: Hold,
}

impl Change {
    /// What a plan of it is bound to: when any of it is another, the plan is stale.
    pub(super) fn bound_to(&self, tool: &Tool) -> Value {
        let before = predict::comparable(tool, &self.before);
        match &self.draft {
            None => before,
            Some(draft) => serde_json::json!({ "before": before, "draft": draft }),
        }
    }
}

/// The write path of a tool with an operation of its own.
pub(super) async fn run(turn: Turn) -> Result<Done, Fault> {
    let access = turn.access().await?;
    let change = prepare(&turn, &access).await?;
    let permitted = turn.permitted.clone();
    carry_out(&turn, permitted, change, access).await
}

pub(super) async fn prepare(turn: &Turn, access: &Access) -> Result<Change, Fault> {
    let tool = turn.tool();
    let parts = turn.dispatcher.parts();
    let mut facts = Facts {
        arguments: Some(turn.arguments()),
        org: parts.org_id.as_deref(),
        ..Facts::default()
    };
    let id = target_id(tool, &facts)?;
    facts.target = id.as_deref();
    let target = tool.target.as_ref().map(|target| Object {
        kind: target.kind.to_owned(),
        id: id.clone(),
    });
    let mut names = held::names(target.as_ref(), []);
    let mut hold = turn.hold(access, &names).await?;
    let mut before = read_before(turn, &facts, access).await?;
    names = held::names(target.as_ref(), [&before]);
    if turn.hold_also(&mut hold, &names).await? {
        before = read_before(turn, &facts, access).await?;
    }
    let draft = read_draft(turn, &facts, access).await?;
    facts.draft = draft.as_ref();
    facts.before = Some(&before);
    let request = requests::own(tool, &facts)?;
    let prediction = predict::predict(tool, &before, &request, &facts)?;
    let due = steps::due(tool, tool.steps, request, &facts)?;
    if tool.effect == Effect::Replace {
        requests::check(&due.requests)?;
    }
    let (revertible, undo) = undo::promise(tool, turn.arguments());
    Ok(Change {
        warnings: warnings(tool, &before, &prediction),
        target,
        requests: due.requests,
        steps: due.steps,
        prediction,
        before,
        draft,
        revertible,
        undo,
        reverts: None,
        overwrite: false,
        names,
        hold,
    })
}

/// What the write puts into force, where the tool has a read for it.
async fn read_draft(
    turn: &Turn,
    facts: &Facts<'_>,
    access: &Access,
) -> Result<Option<Value>, Fault> {
    let tool = turn.tool();
    let Some(read) = &tool.draft else {
        return Ok(None);
    };
    let found = turn.snapshot(tool, read, facts, access).await?;
    Ok(Some(state::comparable(&found, read.ignore)))
}

/// A change of what is not there yet, so that nothing can be read: only what is sent is known.
pub(super) fn unread(turn: &Turn) -> Change {
    let tool = turn.tool();
    let facts = Facts {
        arguments: Some(turn.arguments()),
        org: turn.dispatcher.parts().org_id.as_deref(),
        ..Facts::default()
    };
    let requests: Vec<Request> = requests::own(tool, &facts).ok().into_iter().collect();
    let body = requests.first().and_then(|request| request.body.clone());
    let (revertible, undo) = undo::promise(tool, turn.arguments());
    Change {
        target: tool.target.as_ref().map(|target| Object {
            kind: target.kind.to_owned(),
            id: None,
        }),
        requests,
        steps: Vec::new(),
        before: Value::Null,
        draft: None,
        prediction: Prediction {
            from: Value::Null,
            to: body,
            in_write_shape: true,
        },
        warnings: tool.warning.map(str::to_owned).into_iter().collect(),
        revertible,
        undo,
        reverts: None,
        overwrite: false,
        names: Vec::new(),
        hold: Hold::nothing(),
    }
}

/// The state before, where the tool has a read for it.
async fn read_before(turn: &Turn, facts: &Facts<'_>, access: &Access) -> Result<Value, Fault> {
    let tool = turn.tool();
    match &tool.before {
        Before::Read(read) => turn.snapshot(tool, read, facts, access).await,
        Before::NotNeeded | Before::None(_) => Ok(Value::Null),
    }
}

/// The id of the target, where it is known before the write.
fn target_id(tool: &Tool, facts: &Facts<'_>) -> Result<Option<String>, Fault> {
    let Some(target) = &tool.target else {
        return Ok(None);
    };
    let found = facts
        .resolve(target.id)
        .map_err(|error| requests::unfit(tool, &error))?;
    Ok(found.as_ref().and_then(requests::id_text))
}

fn warnings(tool: &Tool, before: &Value, prediction: &Prediction) -> Vec<String> {
    let mut warnings: Vec<String> = tool.warning.map(str::to_owned).into_iter().collect();
    if let Before::None(why) = tool.before
        && tool.effect != Effect::Create
    {
        warnings.push(format!("the state before is not known: {why}"));
    }
    if tool.effect == Effect::Create && !before.is_null() {
        warnings.push("something like it is there already".to_owned());
    }
    if prediction.is_idle() {
        warnings.push("nothing would change".to_owned());
    }
    if let Some(why) = tool.unseen {
        warnings.push(format!(
            "if the answer is lost, nobody can see whether it was carried out: {why}"
        ));
    }
    if let Some(plan) = tool.plan {
        warnings.push(format!("needs {plan}"));
    }
    warnings
}
