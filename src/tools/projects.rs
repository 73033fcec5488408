//! A project seen whole.

use serde_json::{Map, Value, json};

use crate::base::fault::Fault;
use crate::dispatch::{Done, Turn};

/// `project_details_get`: the project, its components and its roles.
pub(super) async fn details(turn: Turn) -> Result<Done, Fault> {
    let access = turn.access().await?;
    let project = turn.text("project").unwrap_or_default();
    let params = Map::from_iter([("projectIdOrKey".to_owned(), json!(project))]);
    let read = |operation| turn.read(&access, operation, params.clone(), None);
    let (project, components, roles): (Value, Value, Value) = futures::try_join!(
        read("jira-platform:getProject"),
        read("jira-platform:getProjectComponents"),
        read("jira-platform:getProjectRoles"),
    )?;
    Ok(Done::of(json!({
        "project": project,
        "components": components,
        "roles": roles,
    })))
}
