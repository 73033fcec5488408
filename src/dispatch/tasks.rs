//! Work that goes on at Atlassian after it has answered: finding its task and following it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::dispatcher::Dispatcher;
use super::requests::id_text;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog;
use crate::catalog::model::{Operation, Task};
use crate::grants::Access;
use crate::projection::pointer;
use crate::upstream::{Answer, Request};

/// Pause before a task is looked at again; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// What is kept of the deadline for closing and answering.
const RESERVE: Duration = Duration::from_secs(10);

/// How a task is asked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// `jira-platform:getTask`.
    Jira,
    /// `confluence-v1:getTask`.
    Confluence,
}

impl Style {
    const fn operation(self) -> &'static str {
        match self {
            Self::Jira => "jira-platform:getTask",
            Self::Confluence => "confluence-v1:getTask",
        }
    }

    const fn param(self) -> &'static str {
        match self {
            Self::Jira => "taskId",
            Self::Confluence => "id",
        }
    }
}

/// How far a task is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Progress {
    /// It goes on; the task as it was shown.
    Running(Value),
    /// It ended well; the task as it was shown.
    Succeeded(Value),
    /// It ended otherwise.
    Failed(Fault),
}

/// The style of the tasks that a request begins: that of the tool whose operation it calls.
pub(super) fn style(request: Option<&Request>) -> Option<Style> {
    let key = request?.operation.key;
    catalog::tools()
        .iter()
        .filter(|tool| tool.operation.is_some_and(|operation| operation.key == key))
        .find_map(|tool| match tool.task {
            Task::None => None,
            Task::Jira => Some(Style::Jira),
            Task::Confluence => Some(Style::Confluence),
        })
}

/// The id of the task that an answer names; `None` when the work is done already.
pub(super) fn begun(style: Option<Style>, answer: &Answer) -> Option<String> {
    let of_body = |pointers: &[&str]| {
        pointers
            .iter()
            .find_map(|pointer| pointer::find(&answer.body, pointer).and_then(id_text))
    };
    let of_link = |link: &str| {
        link.rsplit_once("task/")
            .map(|(_, id)| id.trim_end_matches('/').to_owned())
    };
    match style? {
        Style::Jira => answer
            .headers
            .get(http::header::LOCATION)
            .and_then(|location| location.to_str().ok())
            .and_then(of_link)
            .or_else(|| of_body(&["/taskId", "/id"])),
        Style::Confluence => of_body(&["/id"]).or_else(|| {
            pointer::find(&answer.body, "/links/status")
                .and_then(Value::as_str)
                .and_then(of_link)
        }),
    }
}

impl Dispatcher {
    /// Looks at a task once.
    pub(super) async fn look(
        &self,
        style: Style,
        task: &str,
        access: &Access,
        deadline: Deadline,
    ) -> Result<Progress, Fault> {
        let request = Request::new(
            operation(style)?,
            Map::from_iter([(style.param().to_owned(), Value::from(task))]),
        );
        let upstream = &self.parts().upstream;
        let answer = upstream.read(access, &request, deadline).await?;
        Ok(read(style, answer.body))
    }

    /// Follows a task until it ends or the call must answer.
    pub(super) async fn follow(
        &self,
        style: Style,
        task: &str,
        access: &Access,
        deadline: Deadline,
    ) -> Result<Progress, Fault> {
        let mut pause = FIRST_PAUSE;
        loop {
            let progress = self.look(style, task, access, deadline).await?;
            let over = deadline.left() < pause + RESERVE;
            if over || !matches!(progress, Progress::Running(_)) {
                return Ok(progress);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// The pinned operation that shows a task.
fn operation(style: Style) -> Result<&'static Operation, Fault> {
    catalog::operation(style.operation()).ok_or_else(|| {
        tracing::error!(operation = style.operation(), "not in the catalogue");
        Fault::new(Code::UnexpectedError, "tasks cannot be followed")
    })
}

/// Reads how far a task is. Only a state that the documents call terminal ends it.
fn read(style: Style, task: Value) -> Progress {
    let text = |pointer: &str| {
        pointer::find(&task, pointer)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    match style {
        Style::Jira => match text("/status").as_deref() {
            Some("COMPLETE") => Progress::Succeeded(task),
            Some(status @ ("FAILED" | "CANCELLED" | "DEAD")) => {
                let words = text("/message").unwrap_or_default();
                Progress::Failed(ended(&format!("{status}: {words}"), &task))
            }
            _ => Progress::Running(task),
        },
        Style::Confluence => {
            let flag = |pointer: &str| pointer::find(&task, pointer).and_then(Value::as_bool);
            match (flag("/finished"), flag("/successful")) {
                (Some(true), Some(true)) => Progress::Succeeded(task),
                (Some(true), _) => Progress::Failed(ended("it ended without success", &task)),
                _ if text("/percentageComplete").as_deref() == Some("100")
                    && flag("/successful") == Some(true) =>
                {
                    Progress::Succeeded(task)
                }
                _ => Progress::Running(task),
            }
        }
    }
}

fn ended(words: &str, task: &Value) -> Fault {
    Fault::new(
        Code::Conflict,
        format!(
            "Atlassian's task failed: {}",
            words.trim_end_matches([':', ' '])
        ),
    )
    .with_details(task.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_terminal_state_ends_a_task() {
        for status in ["ENQUEUED", "RUNNING", "CANCEL_REQUESTED", "NEW"] {
            let progress = read(Style::Jira, json!({"status": status}));
            assert!(matches!(progress, Progress::Running(_)), "{status}");
        }
        for status in ["FAILED", "CANCELLED", "DEAD"] {
            let progress = read(Style::Jira, json!({"status": status}));
            assert!(matches!(progress, Progress::Failed(_)), "{status}");
        }
        let done = read(Style::Jira, json!({"status": "COMPLETE"}));
        assert!(matches!(done, Progress::Succeeded(_)));
        let running = read(Style::Confluence, json!({"percentageComplete": 40}));
        assert!(matches!(running, Progress::Running(_)));
        let failed = read(
            Style::Confluence,
            json!({"finished": true, "successful": false}),
        );
        assert!(matches!(failed, Progress::Failed(_)));
    }

    #[test]
    fn a_task_is_found_in_the_location_or_the_body() {
        let answer = |location: Option<&'static str>, body| {
            let mut headers = http::HeaderMap::new();
            if let Some(location) = location {
                let value = http::HeaderValue::from_static(location);
                headers.insert(http::header::LOCATION, value);
            }
            Answer {
                status: 303,
                headers,
                body,
            }
        };
        let located = answer(
            Some("https://acme.atlassian.net/rest/api/3/task/10010"),
            Value::Null,
        );
        assert_eq!(begun(Some(Style::Jira), &located).as_deref(), Some("10010"));
        let told = answer(
            None,
            json!({"id": 7, "links": {"status": "/rest/longtask/7"}}),
        );
        assert_eq!(begun(Some(Style::Confluence), &told).as_deref(), Some("7"));
        assert_eq!(begun(Some(Style::Jira), &answer(None, Value::Null)), None);
        assert_eq!(begun(None, &located), None);
    }
}
