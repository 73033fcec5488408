//! The steps of the manifest: which of them are due, and what takes one back.

use serde_json::Value;

use super::requests;
use super::requests::unfit;
use super::undo;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::{
    Bind, Call, CallBody, Retry, Revert, Source, Step, StepCall, StepUndo, Tool, When,
};
use crate::journal::{Entry, Stage, StageState};
use crate::projection::sources::{Facts, ProjectionError};
use crate::upstream::Request;

/// What a write sends: its own call, and the steps around it where there are several.
#[derive(Debug)]
pub(super) struct Due {
    /// The requests, in their order.
    pub(super) requests: Vec<Request>,
    /// The steps that they are; empty for one request without steps.
    pub(super) steps: Vec<&'static Step>,
}

impl Due {
    /// Requests that are no steps of the manifest.
    pub(super) fn plain(requests: Vec<Request>) -> Self {
        Self {
            requests,
            steps: Vec::new(),
        }
    }
}

/// The steps that are due, around the call `own`.
pub(super) fn due(
    tool: &Tool,
    steps: &'static [Step],
    own: Request,
    facts: &Facts<'_>,
) -> Result<Due, Fault> {
    if steps.is_empty() {
        return Ok(Due::plain(vec![own]));
    }
    let mut own = Some(own);
    let mut due = Due::plain(Vec::new());
    for step in steps {
        let wanted = match &step.when {
            Some(when) => holds(when, facts).map_err(|error| unfit(tool, &error))?,
            None => true,
        };
        let request = match &step.call {
            _ if !wanted => None,
            StepCall::Own => own.take(),
            StepCall::Other(call) => Some(requests::on_behalf(tool, call, facts)?),
        };
        if let Some(request) = request {
            due.requests.push(request);
            due.steps.push(step);
        }
    }
    if due.requests.is_empty() {
        let what = format!("{} is asked to change nothing", tool.name);
        return Err(Fault::new(Code::ValidationError, what)
            .with_mend("Give at least one of its optional arguments."));
    }
    Ok(due)
}

fn holds(when: &When, facts: &Facts<'_>) -> Result<bool, ProjectionError> {
    let found = facts.resolve(when.at)?.unwrap_or_default();
    let wanted = facts
        .resolve(Source::Constant(when.is))?
        .unwrap_or_default();
    Ok((found == wanted) != when.negated)
}

/// The step that is the tool's own call, by its place among these.
pub(super) fn own(steps: &[&Step]) -> Option<usize> {
    steps
        .iter()
        .position(|step| matches!(step.call, StepCall::Own))
}

/// Whether the call takes something from the answer to the write, so that it is made only then.
pub(super) fn waits(step: &Step) -> bool {
    fn of_result(source: &Source) -> bool {
        match source {
            Source::Result(_) | Source::Target => true,
            Source::Array(items) => items.iter().any(of_result),
            Source::Object(members) => members
                .iter()
                .any(|(name, value)| of_result(name) || of_result(value)),
            _ => false,
        }
    }
    let StepCall::Other(Call { params, body, .. }) = &step.call else {
        return false;
    };
    params.iter().any(|Bind { from, .. }| of_result(from))
        || match body {
            CallBody::None => false,
            CallBody::Fields(fields) => fields.iter().any(|(_, from)| of_result(from)),
            CallBody::Projected(projection) => of_result(&projection.from),
        }
}

/// The entry as far as it has come: with the answer to its own call, and the id of what that made.
pub(super) fn so_far(tool: &Tool, entry: &Entry) -> Entry {
    let mut entry = entry.clone();
    let own = own_stage(tool, &entry).filter(|stage| is_done(stage.state));
    let Some(result) = own.and_then(|stage| stage.result.clone()) else {
        return entry;
    };
    entry.result = Some(result);
    if let (Some(target), Some(object)) = (&tool.target, &entry.target)
        && object.id.is_none()
        && entry.reverts.is_none()
    {
        let id = undo::facts(&entry, None).resolve(target.id);
        let id = id.ok().flatten().as_ref().and_then(requests::id_text);
        if let Some(object) = &mut entry.target {
            object.id = id;
        }
    }
    entry
}

fn own_stage<'a>(tool: &Tool, entry: &'a Entry) -> Option<&'a Stage> {
    let own = steps_of(tool, entry)
        .iter()
        .find(|step| matches!(step.call, StepCall::Own))?;
    entry.stages.iter().find(|stage| stage.name == own.name)
}

const fn is_done(state: StageState) -> bool {
    matches!(
        state,
        StageState::Applied | StageState::Undoing | StageState::Undone
    )
}

/// The steps that an entry was made of: those of the tool, or of its undo.
fn steps_of(tool: &Tool, entry: &Entry) -> &'static [Step] {
    match &tool.revert {
        Revert::Recipe { steps, .. } if entry.reverts.is_some() => steps,
        _ => tool.steps,
    }
}

/// Whether a target that reads as intended shows that every step was carried out: all but the last
/// have been, and the last is the tool's own call. A single request is all there is.
pub(super) fn shows_all(tool: &Tool, entry: &Entry) -> bool {
    let Some((last, others)) = entry.stages.split_last() else {
        return true;
    };
    let own = steps_of(tool, entry)
        .iter()
        .find(|step| matches!(step.call, StepCall::Own));
    others
        .iter()
        .all(|stage| stage.state == StageState::Applied)
        && own.is_none_or(|own| own.name == last.name)
}

/// What is known to a step of `entry`; `undone` is the entry that it undoes, when it is a revert.
pub(super) fn facts<'a>(
    entry: &'a Entry,
    undone: Option<&'a Entry>,
    org: Option<&'a str>,
) -> Facts<'a> {
    match undone {
        Some(original) => Facts {
            present: Some(&entry.before),
            ..undo::facts(original, org)
        },
        None => undo::facts(entry, org),
    }
}

/// What takes back the steps of an entry that ended half-way, with their places, the last first.
/// `undone` is the entry that it undoes, when it is a revert itself. Nothing of it is sent without a
/// caller who asks for it.
///
/// A step of which nobody can tell whether it was carried out (or taken back) is taken back as
/// well, if doing so twice is the same as once; it is an error if not.
///
/// # Errors
/// CONFLICT when some step cannot be taken back, or there is none.
pub(super) fn compensation(
    tool: &Tool,
    entry: &Entry,
    undone: Option<&Entry>,
    org: Option<&str>,
) -> Result<Vec<(usize, Request)>, Fault> {
    let far = so_far(tool, entry);
    let facts = facts(&far, undone, org);
    let steps = steps_of(tool, entry);
    let mut requests = Vec::new();
    for (at, stage) in entry.stages.iter().enumerate().rev() {
        let is_open = match stage.state {
            StageState::Planned | StageState::Failed | StageState::Undone => continue,
            StageState::Applied => false,
            StageState::Sent | StageState::Unknown | StageState::Undoing => true,
        };
        let step = steps.iter().find(|step| step.name == stage.name);
        let undo = step.map(|step| &step.undo);
        match undo {
            Some(StepUndo::Call(call)) if !is_open || is_repeatable(call) => {
                requests.push((at, requests::on_behalf(tool, call, &facts)?));
            }
            Some(StepUndo::Call(_)) => {
                return Err(undo::impossible(&format!(
                    "nobody can tell whether {} was carried out, and to take it back might do it twice",
                    stage.name
                )));
            }
            // The last step has nothing that takes it back; whether it was carried out shows in
            // the target, which is read before anything is sent.
            Some(StepUndo::No(_)) if is_open && at + 1 == entry.stages.len() => {}
            Some(StepUndo::No(why)) => {
                return Err(undo::impossible(&format!("{}: {why}", stage.name)));
            }
            None => {
                return Err(undo::impossible(&format!(
                    "nothing takes {} back",
                    stage.name
                )));
            }
        }
    }
    if requests.is_empty() {
        return Err(undo::impossible("no step of it stands"));
    }
    Ok(requests)
}

fn is_repeatable(call: &Call) -> bool {
    call.operation.retry == Retry::Idempotent
}

/// What takes back one step, or why nothing does.
pub(super) fn taking_back(tool: &Tool, step: &Step, facts: &Facts<'_>) -> Result<Request, Fault> {
    match &step.undo {
        StepUndo::Call(call) => requests::on_behalf(tool, call, facts),
        StepUndo::No(why) => Err(undo::impossible(why)),
    }
}

/// What a step that waited for the answer to the write sends.
pub(super) fn request(
    tool: &Tool,
    step: &Step,
    facts: &Facts<'_>,
) -> Result<Option<Request>, Fault> {
    match &step.call {
        StepCall::Other(call) if waits(step) => requests::on_behalf(tool, call, facts).map(Some),
        StepCall::Other(_) | StepCall::Own => Ok(None),
    }
}

/// What takes a step back, for a preview.
pub(super) fn told(step: &Step) -> Option<Value> {
    match &step.undo {
        StepUndo::Call(call) => Some(Value::from(call.operation.key)),
        StepUndo::No(_) => None,
    }
}
