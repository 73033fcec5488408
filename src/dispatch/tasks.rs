//! Work that goes on at Atlassian after it has answered: finding its task and following it, as the
//! task styles of the manifest say.

use std::time::Duration;

use serde_json::{Map, Value};

use super::dispatcher::Dispatcher;
use super::jobs::How;
use super::progress::Progress;
use super::requests::id_text;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog;
use crate::catalog::model::{Operation, States, TaskStyle};
use crate::grants::Access;
use crate::projection::pointer;
use crate::upstream::{Answer, Request};

/// Pause before a task is looked at again; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// What is kept of the deadline for closing and answering.
const RESERVE: Duration = Duration::from_secs(10);
/// For so long a task is followed by the call that began it; then anybody may look.
pub(super) const LEFT_TO_ITS_CALL: Duration = Duration::from_mins(1);

/// How far a task is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Stand {
    /// It goes on; the task as it was shown.
    Running(Value),
    /// It ended well; the task as it was shown.
    Succeeded(Value),
    /// It ended otherwise.
    Failed(Fault),
    /// Somebody ended it before its time.
    Cancelled(Fault),
}

impl Stand {
    /// In one word.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Running(_) => "running",
            Self::Succeeded(_) => "succeeded",
            Self::Failed(_) => "failed",
            Self::Cancelled(_) => "cancelled",
        }
    }

    /// The end that it is; `None` while it goes on.
    pub(super) const fn end(&self) -> Option<How> {
        match self {
            Self::Running(_) => None,
            Self::Succeeded(_) => Some(How::Succeeded),
            Self::Failed(_) => Some(How::Failed),
            Self::Cancelled(_) => Some(How::Cancelled),
        }
    }

    /// The task as it was shown.
    pub(super) fn task(&self) -> Value {
        match self {
            Self::Running(task) | Self::Succeeded(task) => task.clone(),
            Self::Failed(fault) | Self::Cancelled(fault) => {
                fault.details.clone().unwrap_or_default()
            }
        }
    }
}

/// The style of the tasks that a request begins: that of the tool whose operation it calls.
pub(super) fn style(request: Option<&Request>) -> Option<&'static TaskStyle> {
    let key = request?.operation.key;
    catalog::tools()
        .iter()
        .filter(|tool| tool.operation.is_some_and(|operation| operation.key == key))
        .find_map(|tool| tool.task)
}

/// The style of this name, as jobs keep it.
pub(super) fn named(name: &str) -> Result<&'static TaskStyle, Fault> {
    catalog::task_style(name).ok_or_else(|| {
        let why = format!("this version does not know tasks of the style {name}");
        Fault::new(Code::Unavailable, why)
    })
}

/// The id of the task that an answer names; `None` when the work is done already.
pub(super) fn begun(style: &TaskStyle, answer: &Answer) -> Option<String> {
    style.begun.iter().find_map(|place| {
        let (at, mark) = match place.split_once(':') {
            Some((at, mark)) => (at, Some(mark)),
            None => (*place, None),
        };
        let named = if at == "location" {
            let location = answer.headers.get(http::header::LOCATION)?;
            location.to_str().ok()?.to_owned()
        } else {
            pointer::find(&answer.body, at).and_then(id_text)?
        };
        let id = match mark {
            Some(mark) => named.rsplit_once(mark)?.1.trim_end_matches('/'),
            None => named.as_str(),
        };
        (!id.is_empty()).then(|| id.to_owned())
    })
}

/// The request that looks at a task, or cancels it.
pub(super) fn request(style: &TaskStyle, operation: &'static Operation, task: &str) -> Request {
    let params = Map::from_iter([(style.param.to_owned(), Value::from(task))]);
    Request::new(operation, params)
}

/// How much of a task is done, between 0 and 1, where it says so.
pub(super) fn share(style: &TaskStyle, task: &Value) -> Option<f64> {
    let hundredths = pointer::find(task, style.progress?)?.as_f64()?;
    Some((hundredths / 100.0).clamp(0.0, 1.0))
}

impl Dispatcher {
    /// Looks at a task once.
    pub(super) async fn look(
        &self,
        style: &TaskStyle,
        task: &str,
        access: &Access,
        deadline: Deadline,
    ) -> Result<Stand, Fault> {
        let request = request(style, style.look, task);
        let upstream = &self.parts().upstream;
        let answer = upstream.read(access, &request, deadline).await?;
        Ok(read(style, answer.body))
    }

    /// Follows a task until it ends or the call must answer, and tells how far it is.
    pub(super) async fn follow(
        &self,
        style: &TaskStyle,
        task: &str,
        access: &Access,
        deadline: Deadline,
        progress: Option<&dyn Progress>,
    ) -> Result<Stand, Fault> {
        let mut pause = FIRST_PAUSE;
        loop {
            let stand = self.look(style, task, access, deadline).await?;
            if let (Some(progress), Some(share)) = (progress, share(style, &stand.task())) {
                let words = format!("Atlassian's task: {}", stand.word());
                progress.tell(share * 100.0, Some(100.0), &words);
            }
            let over = deadline.left() < pause + RESERVE;
            if over || !matches!(stand, Stand::Running(_)) {
                return Ok(stand);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Reads how far a task is. Only a state that the style calls an end is one.
fn read(style: &TaskStyle, task: Value) -> Stand {
    if stands(style.cancelled, &task) {
        Stand::Cancelled(ended(style, "was cancelled", &task))
    } else if stands(style.done, &task) {
        Stand::Succeeded(task)
    } else if stands(style.failed, &task) {
        Stand::Failed(ended(style, "failed", &task))
    } else {
        Stand::Running(task)
    }
}

/// Whether somebody has asked for the end of a task already.
pub(super) fn is_stopping(style: &TaskStyle, task: &Value) -> bool {
    stands(style.stopping, task)
}

fn stands(states: States, task: &Value) -> bool {
    !states.is_empty()
        && states.iter().all(|(at, values)| {
            let seen = pointer::find(task, at).map(Value::to_string);
            seen.is_some_and(|seen| values.contains(&seen.as_str()))
        })
}

fn ended(style: &TaskStyle, how: &str, task: &Value) -> Fault {
    let said = style.message.and_then(|at| pointer::find(task, at));
    let said = said.and_then(Value::as_str).filter(|said| !said.is_empty());
    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
    Fault::new(Code::Conflict, format!("Atlassian's task {how}{said}")).with_details(task.clone())
}

#[cfg(test)]
mod tests;
