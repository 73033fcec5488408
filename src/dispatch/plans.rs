//! The plans of a person: what is shown of them, and what a person may do with them.

use serde_json::{Map, Value, json};

use super::dispatcher::Dispatcher;
use crate::audit::Channel;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, PlanId};
use crate::catalog;
use crate::catalog::model::Tool;
use crate::consent::{ConsentError, Plan, Plans, Stored};

/// A plan as its owner finds it.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// It can be committed.
    Open(Box<Plan>),
    /// It was committed, and became this operation where that is known.
    Used(Option<String>),
}

impl Dispatcher {
    /// Whether a person has to agree to each plan on its page.
    pub fn asks_a_person(&self) -> bool {
        self.parts().consent.asks_a_person()
    }

    /// A plan of this person, which they may see.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn find_plan(
        &self,
        account: &AccountId,
        id: &PlanId,
    ) -> Result<Option<Found>, Fault> {
        let found = self.parts().consent.look(account, id).await;
        let found = found.map_err(|error| unread(&error))?;
        let seen = found.filter(|stored| self.may_see(account, &stored.tools()));
        Ok(seen.map(|stored| match stored {
            Stored::Open(plan) => Found::Open(plan),
            Stored::Spent(spent) => Found::Used(spent.operation.map(|id| id.to_string())),
        }))
    }

    /// The plans of this person that can be committed and that they may see, the newest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_plans(
        &self,
        account: &AccountId,
        after: Option<&PlanId>,
        limit: usize,
        fits: impl Fn(&Plan) -> bool + Send + Sync,
    ) -> Result<Plans, Fault> {
        let seen = |plan: &Plan| self.may_see(account, &plan.tools()) && fits(plan);
        let consent = &self.parts().consent;
        let plans = consent.plans(account, after, limit, seen).await;
        plans.map_err(|error| unread(&error))
    }

    /// Takes a plan of this person away; false when it is not there.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn discard_plan(&self, account: &AccountId, id: &PlanId) -> Result<bool, Fault> {
        if !matches!(self.find_plan(account, id).await?, Some(Found::Open(_))) {
            return Ok(false);
        }
        let gone = self.parts().consent.discard(account, id).await;
        let gone = gone.map_err(|error| unread(&error))?;
        if let Some(plan) = &gone {
            self.note("PLAN_DISCARDED", account, id, Some(plan));
        }
        Ok(gone.is_some())
    }

    /// Writes down what a person decided on the page, under their own session. Gives the plan as it
    /// is now; nothing when it is not there, or not theirs to decide on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn decide_plan(
        &self,
        account: &AccountId,
        id: &PlanId,
        approved: bool,
    ) -> Result<Option<Plan>, Fault> {
        let decided = match self.find_plan(account, id).await? {
            Some(Found::Open(_)) => {
                let decided = self.parts().consent.decide(account, id, approved).await;
                decided.map_err(|error| unread(&error))?
            }
            _ => None,
        };
        match &decided {
            Some(plan) if plan.is_approved() == approved => {
                let kind = if approved {
                    "PLAN_APPROVED"
                } else {
                    "PLAN_REJECTED"
                };
                self.note(kind, account, id, Some(plan));
            }
            other => self.note("APPROVAL_REFUSED", account, id, other.as_ref()),
        }
        Ok(decided)
    }

    /// Whether these tools are still there for this person: on, and the organisation's behind its
    /// gate.
    fn may_see(&self, account: &AccountId, tools: &[String]) -> bool {
        let policy = &self.parts().policy;
        let may = |tool: &Tool| policy.may_decide(account, tool).is_ok();
        tools
            .iter()
            .all(|tool| catalog::tool(tool).is_some_and(may))
    }

    fn note(&self, kind: &str, account: &AccountId, id: &PlanId, plan: Option<&Plan>) {
        let mut facts = Map::from_iter([
            ("account".to_owned(), json!(account)),
            ("plan_id".to_owned(), json!(id)),
        ]);
        if let Some(plan) = plan {
            facts.insert("tool".to_owned(), json!(plan.tool));
        }
        // What nobody knows the tool of goes to the narrower audience.
        let tools = plan.map(Plan::tools).unwrap_or_default();
        let is_of_a_site = |name: &String| {
            catalog::tool(name).is_some_and(|tool| Channel::of(Some(tool)) == Channel::Main)
        };
        let channel = if !tools.is_empty() && tools.iter().all(is_of_a_site) {
            Channel::Main
        } else {
            Channel::OrgAdmin
        };
        self.parts().audit.event(channel, kind, facts);
    }
}

/// What was said of a plan, in a word.
pub fn standing(plan: &Plan) -> &'static str {
    match plan.verdict.as_ref().map(|verdict| verdict.approved) {
        None => "waiting",
        Some(true) => "approved",
        Some(false) => "refused",
    }
}

/// The failure of a call that names a plan which is not there, or was used.
pub fn not_there(used: Option<Option<String>>) -> Fault {
    match used {
        None => Fault::new(
            Code::ConsentRequired,
            "that plan is not there: never made by you, discarded, or older than 15 minutes",
        )
        .with_mend("Make a new one with plan_change."),
        Some(operation) => {
            let fault = Fault::new(Code::ConsentRequired, "that plan was used already");
            match operation {
                Some(id) => fault
                    .with_details(Value::from_iter([("operation_id", id)]))
                    .with_mend("operation_get with this operation_id tells what became of it."),
                None => fault.with_mend("operation_list tells what became of it."),
            }
        }
    }
}

fn unread(error: &ConsentError) -> Fault {
    tracing::error!(%error, "cannot read a plan");
    Fault::new(Code::UnexpectedError, "the plan could not be read")
}
