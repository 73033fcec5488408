//! Which audit record a call belongs to: what concerns the organisation stays in its own.

use serde_json::{Map, Value};

use super::dispatcher::Dispatcher;
use crate::audit::Channel;
use crate::auth::Principal;
use crate::base::ids::{JobId, OperationId, PlanId};
use crate::catalog;
use crate::catalog::model::{Credential, Tool};

impl Dispatcher {
    /// The channel of a call, judged by what it is about: the tool, the tool that is called through
    /// it, or the tool of the entry, plan or job that it names. What cannot be looked up goes to the
    /// narrower audience.
    pub(super) async fn channel(
        &self,
        principal: &Principal,
        tool: Option<&'static Tool>,
        arguments: &Map<String, Value>,
    ) -> Channel {
        let (Some(mut tool), mut given) = (tool, arguments) else {
            return Channel::Main;
        };
        while matches!(tool.handler, Some("surface::read" | "surface::plan")) {
            let named = given.get("operation").and_then(Value::as_str);
            let Some(inner) = named.and_then(catalog::tool) else {
                return Channel::Main;
            };
            tool = inner;
            let Some(Value::Object(inner)) = given.get("arguments") else {
                break;
            };
            given = inner;
        }
        if tool.credential == Credential::OrgAdmin {
            return Channel::OrgAdmin;
        }
        match self.tool_of_record(principal, tool, given).await {
            Ok(about) => Channel::of(about.as_deref().and_then(catalog::tool)),
            Err(()) => Channel::OrgAdmin,
        }
    }

    /// The name of the tool of the entry, plan or job that a call names. The errors are logged.
    pub(super) async fn tool_of_record(
        &self,
        principal: &Principal,
        tool: &Tool,
        given: &Map<String, Value>,
    ) -> Result<Option<String>, ()> {
        let (parts, account) = (self.parts(), &principal.account);
        let text = |name: &str| {
            let text = given.get(name).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let failed = |error: &dyn std::error::Error| {
            tracing::error!(%error, "cannot tell what a call is about");
        };
        match tool.handler {
            Some("journal::revert" | "journal::get") => {
                let id = OperationId::new(text("operation_id"));
                let mut entry = parts.journal.get(account, &id).await;
                if matches!(entry, Ok(None)) && parts.auditors.contains(account) {
                    entry = parts.journal.get_of_any(&id).await;
                }
                let entry = entry.map_err(|error| failed(&error))?;
                Ok(entry.map(|entry| entry.tool))
            }
            Some("surface::apply" | "plans::get" | "plans::discard") => {
                let id = PlanId::new(text("plan_id"));
                let plan = parts.consent.look(account, &id).await;
                let plan = plan.map_err(|error| failed(&error))?;
                Ok(plan.map(|plan| plan.tool().to_owned()))
            }
            Some("jobs::get" | "jobs::cancel") => {
                let id = JobId::new(text("job_id"));
                let job = parts.jobs.get(account, &id).await;
                let job = job.map_err(|error| failed(&error))?;
                Ok(job.map(|job| job.tool))
            }
            _ => Ok(None),
        }
    }
}
