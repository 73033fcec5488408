//! The real side of a walk: servers over one store, the sandbox, and the people who call.

use std::sync::Arc;
use std::time::Duration;

use atlassian_sandbox::{Effect, Fault};
use serde_json::Value;

use super::mortal::Mortal;
use super::outside::Outside;
use super::steps::Fate;
use crate::rig::{Rig, everything};

/// More than a request is tried.
const EVERY_TIME: u32 = 9;
/// What a call was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) body: Value,
    pub(super) failed: bool,
}

impl Answer {
    /// Why it was not carried out: the code of a failure, or of a commit that was only shown.
    pub(super) fn refusal(&self) -> Option<&str> {
        let code = if self.failed {
            &self.body["error"]["code"]
        } else {
            &self.body["result"]["not_committed"]["code"]
        };
        code.as_str()
    }

    pub(super) fn operation_id(&self) -> Option<&str> {
        let named = if self.failed {
            &self.body["error"]["details"]["operation_id"]
        } else {
            &self.body["operation_id"]
        };
        named.as_str()
    }
}

/// Servers, site and people.
pub(super) struct World {
    rig: Rig,
    other: Rig,
    pub(super) outside: Outside,
    /// How much time has passed.
    pub(super) now: Duration,
}

impl World {
    pub(super) async fn new() -> Self {
        let rig = Rig::new().await;
        let other = rig.of(&rig.sandbox.facts().users[1]).await;
        Self {
            outside: Outside::of(&rig.sandbox),
            rig,
            other,
            now: Duration::ZERO,
        }
    }

    /// Who makes what the tools make.
    pub(super) fn account(&self) -> String {
        self.rig.principal.account.to_string()
    }

    pub(super) fn whole(&self) -> Value {
        self.rig.sandbox.snapshot()
    }

    pub(super) fn pass(&mut self, span: Duration) {
        self.rig.pass(span);
        self.now += span;
    }

    pub(super) async fn reconcile(&self) {
        self.rig.dispatcher.reconcile(1000).await;
    }

    pub(super) async fn call(&self, tool: &str, arguments: Value) -> Answer {
        let (body, failed) = self.rig.call(tool, arguments).await;
        Answer { body, failed }
    }

    /// Calls as the other person.
    pub(super) async fn call_as_other(&self, tool: &str, arguments: Value) -> Answer {
        let (body, failed) = self.other.call(tool, arguments).await;
        Answer { body, failed }
    }

    /// Commits, and lets the request meet its fate.
    pub(super) async fn commit(&mut self, tool: &str, arguments: Value, fate: Fate) -> Answer {
        let effect = match fate {
            Fate::Well | Fate::CrashAfter => None,
            Fate::Refused => Some(Effect::status(403)),
            Fate::NeverArrives | Fate::CrashBefore => Some(Effect::Drop),
            Fate::AnswerLost => Some(Effect::DropAfter),
        };
        for method in ["PUT", "POST", "DELETE"] {
            if let Some(effect) = &effect {
                self.rig.sandbox.fault(Fault {
                    method: Some(method.to_owned()),
                    path: "/rest/".to_owned(),
                    times: EVERY_TIME,
                    effect: effect.clone(),
                });
            }
        }
        let answer = if matches!(fate, Fate::CrashBefore | Fate::CrashAfter) {
            self.die_at(1, tool, arguments).await
        } else {
            self.call(tool, arguments).await
        };
        self.rig.sandbox.forget_faults();
        answer
    }

    /// Calls a server that dies after so many records of operations; from then on there is another.
    pub(super) async fn die_at(&mut self, records: usize, tool: &str, arguments: Value) -> Answer {
        let doomed = self.rig.over(Box::new(move |store| {
            Arc::new(Mortal::after(records, store))
        }));
        let (body, failed) = doomed.call(tool, arguments).await;
        // The next one knows nothing but what is in the store.
        self.rig = self.rig.under(everything());
        Answer { body, failed }
    }
}
