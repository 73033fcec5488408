//! Asking a person through their client. What the client says of it is never the approval: that is
//! given on the page alone. The client carries a sealed ticket, which names the plan and binds it to
//! the caller and the call, so that the repeated call is about what the person looked at.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::call::Frame;
use super::dispatcher::Dispatcher;
use crate::audit::Channel;
use crate::auth::Principal;
use crate::base::clock::Timestamp;
use crate::base::fault::{Code, Fault};
use crate::base::ids::PlanId;
use crate::catalog::model::Tool;
use crate::catalog::resolve::resolve;
use crate::consent::{PLAN_TTL, Stored};
use crate::projection::state;

/// How long an answer waits for a person who went to the page, in looks.
const LOOKS: u32 = 20;
/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// What a client can show to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalAsked {
    /// The page of the plan.
    pub url: String,
    /// What the client is to bring back with the same call.
    pub ticket: String,
    /// What to say to the person.
    pub words: String,
    /// Whether the same plan was asked for by the call before.
    pub again: bool,
}

/// What a client brings back when it has asked a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The ticket.
    pub ticket: String,
    /// What the client says that the person did.
    pub said: Said,
}

/// What a client says that a person did with the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// They went to the page.
    Accepted,
    /// They do not want to.
    Declined,
    /// They put it aside.
    Cancelled,
}

#[derive(Debug, Serialize, Deserialize)]
struct Ticket {
    plan: PlanId,
    /// Digest of the tool and its arguments.
    call: String,
    expires_at: Timestamp,
}

impl Dispatcher {
    /// The page on which a person decides on a plan.
    pub fn plan_url(&self, id: &PlanId) -> String {
        format!("{}/connect/plans/{id}", self.parts().pages_url)
    }

    /// The plan that a brought ticket names, for the call with which it was given.
    pub(super) async fn redeem(
        &self,
        frame: &Frame,
        tool: &Tool,
        given: &Map<String, Value>,
    ) -> Result<Option<PlanId>, Fault> {
        let Some(asking) = &frame.asking else {
            return Ok(None);
        };
        let principal = &frame.principal;
        let vault = &self.parts().vault;
        let ticket: Option<Ticket> = vault.open_text(&context(principal), &asking.ticket);
        let now = self.parts().clock.now();
        let fits = |ticket: &Ticket| ticket.call == call(tool, given) && now < ticket.expires_at;
        let Some(ticket) = ticket.filter(fits) else {
            self.parts().audit.event(
                Channel::of(Some(tool)),
                "APPROVAL_REFUSED",
                Map::from_iter([
                    ("account".to_owned(), json!(principal.account)),
                    ("client".to_owned(), json!(principal.client)),
                    ("tool".to_owned(), json!(tool.name)),
                    (
                        "note".to_owned(),
                        json!("the request state is not of this call"),
                    ),
                ]),
            );
            return Err(refused(
                "nothing was changed: what was brought back belongs to another caller or call, or is too old",
            )
            .with_mend("Call again without requestState."));
        };
        let url = self.plan_url(&ticket.plan);
        match asking.said {
            Said::Accepted => {
                self.decided(frame, &ticket.plan).await;
                let plan = frame.noted.asked_about.get_or_init(|| ticket.plan);
                Ok(Some(plan.clone()))
            }
            Said::Declined => Err(refused(
                "nothing was changed: the person declined to look at the plan",
            )
            .with_mend("Do not ask again unless they want it; plan_discard takes the plan away.")
            .with_details(json!({ "plan_id": ticket.plan }))),
            Said::Cancelled => Err(refused(
                "nothing was changed: the person put the question aside",
            )
            .with_mend(format!(
                "They can decide at {url} until the plan is too old."
            ))
            .with_details(json!({ "plan_id": ticket.plan, "approve_at": url }))),
        }
    }

    /// Waits a while for the person to decide: a client repeats its call as soon as they have agreed
    /// to open the page. What was decided is looked at by whoever goes on, not here.
    async fn decided(&self, frame: &Frame, id: &PlanId) {
        let parts = self.parts();
        for _ in 0..LOOKS {
            let found = parts.consent.look(&frame.principal.account, id).await;
            let waits = matches!(found, Ok(Some(Stored::Open(plan))) if plan.verdict.is_none());
            if !waits || frame.cancel.is_cancelled() {
                return;
            }
            parts.pause.pause(PAUSE).await;
        }
    }

    /// What a client may show to a person, for the plan that a call waits for.
    pub(super) fn ask(
        &self,
        frame: &Frame,
        name: &str,
        given: &Map<String, Value>,
        plan: &PlanId,
    ) -> Option<ApprovalAsked> {
        let tool = resolve(name).ok()?;
        let ticket = Ticket {
            plan: plan.clone(),
            call: call(tool, given),
            expires_at: self.parts().clock.now().plus(PLAN_TTL),
        };
        let sealed = self
            .parts()
            .vault
            .seal_text(&context(&frame.principal), &ticket);
        let ticket = sealed
            .inspect_err(|error| tracing::error!(%error, "no ticket for an approval"))
            .ok()?;
        Some(ApprovalAsked {
            url: self.plan_url(plan),
            ticket,
            words: format!(
                "{} waits for your approval. Open this page of the server, look at what would change, and approve or refuse it there.",
                tool.title
            ),
            again: frame.noted.asked_about.get() == Some(plan),
        })
    }
}

fn refused(why: &str) -> Fault {
    Fault::new(Code::ConsentRequired, why)
}

/// Whose ticket it is.
fn context(principal: &Principal) -> String {
    format!("ticket|{}|{}", principal.account, principal.client)
}

/// The call that a ticket is for.
fn call(tool: &Tool, given: &Map<String, Value>) -> String {
    state::digest(&json!({"tool": tool.name, "arguments": given}))
}
