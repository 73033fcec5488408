//! Which audit record a call belongs to: what concerns the organisation stays in its own.

use serde_json::{Map, Value};

use super::dispatcher::Dispatcher;
use super::jobs::Work;
use crate::audit::Channel;
use crate::auth::Principal;
use crate::base::ids::{JobId, OperationId, PlanId};
use crate::catalog::model::{Credential, Tool};
use crate::catalog::{self, within};
use crate::consent::Stored;
use crate::journal::Filter;

impl Dispatcher {
    /// The channel of a call, judged by what it is about: the tool, the tools that are called through
    /// it, or those of the entry, plan, job or change set that it names. What cannot be looked up goes
    /// to the narrower audience.
    pub(super) async fn channel(
        &self,
        principal: &Principal,
        tool: Option<&'static Tool>,
        arguments: &Map<String, Value>,
    ) -> Channel {
        let mut waiting: Vec<_> = tool
            .map(|tool| (tool, arguments.clone()))
            .into_iter()
            .collect();
        while let Some((tool, given)) = waiting.pop() {
            if tool.credential == Credential::OrgAdmin {
                return Channel::OrgAdmin;
            }
            let Ok(about) = self.tools_of_record(principal, tool, &given).await else {
                return Channel::OrgAdmin;
            };
            let organisation =
                |name: &String| Channel::of(catalog::tool(name)) == Channel::OrgAdmin;
            if about.iter().any(organisation) {
                return Channel::OrgAdmin;
            }
            for call in within::calls(tool.name, &given) {
                let inner = catalog::tool(call.name);
                waiting.extend(
                    inner.map(|inner| (inner, call.arguments.cloned().unwrap_or_default())),
                );
            }
        }
        Channel::Main
    }

    /// The names of the tools of the entry, plan, job or change set that a call names. The errors are
    /// logged.
    pub(super) async fn tools_of_record(
        &self,
        principal: &Principal,
        tool: &Tool,
        given: &Map<String, Value>,
    ) -> Result<Vec<String>, ()> {
        let (parts, account) = (self.parts(), &principal.account);
        let text = |name: &str| {
            let text = given.get(name).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        match tool.handler {
            Some("journal::revert" | "journal::get") => {
                let id = OperationId::new(text("operation_id"));
                let mut entry = parts.journal.get(account, &id).await;
                if matches!(entry, Ok(None)) && parts.auditors.contains(account) {
                    entry = parts.journal.get_of_any(&id).await;
                }
                let entry = entry.map_err(|error| failed(&error))?;
                Ok(entry.map(|entry| entry.tool).into_iter().collect())
            }
            Some("surface::apply" | "plans::get" | "plans::discard" | "change_sets::apply") => {
                let id = PlanId::new(text("plan_id"));
                let plan = parts.consent.look(account, &id).await;
                let plan = plan.map_err(|error| failed(&error))?;
                let mut tools = plan.as_ref().map(Stored::tools).unwrap_or_default();
                let run = parts.change_sets.run(account, &id).await;
                let run = run.map_err(|error| failed(&error))?;
                let steps = run.into_iter().flat_map(|run| run.steps);
                tools.extend(steps.map(|step| step.planned.acts_by().to_owned()));
                Ok(tools)
            }
            Some("change_sets::get" | "change_sets::revert") => {
                let filter = Filter {
                    change_set: Some(text("change_set")).filter(|set| !set.is_empty()),
                    limit: usize::MAX,
                    ..Filter::default()
                };
                if filter.change_set.is_none() {
                    return Ok(Vec::new());
                }
                let entries = parts.journal.list(Some(account), &filter).await;
                let entries = entries.map_err(|error| failed(&error))?;
                Ok(entries.into_iter().map(|entry| entry.tool).collect())
            }
            Some("jobs::get" | "jobs::cancel") => {
                let id = JobId::new(text("job_id"));
                let job = parts.jobs.get(account, &id).await;
                let job = job.map_err(|error| failed(&error))?;
                let Some(job) = job else {
                    return Ok(Vec::new());
                };
                let mut tools = vec![job.tool];
                if let Work::Set { plan, .. } = &job.work {
                    let run = parts.change_sets.run(account, plan).await;
                    let run = run.map_err(|error| failed(&error))?;
                    let steps = run.into_iter().flat_map(|run| run.steps);
                    tools.extend(steps.map(|step| step.planned.acts_by().to_owned()));
                }
                Ok(tools)
            }
            _ => Ok(Vec::new()),
        }
    }
}

fn failed(error: &dyn std::error::Error) {
    tracing::error!(%error, "cannot tell what a call is about");
}
