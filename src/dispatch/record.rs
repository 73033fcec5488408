//! The audit records around a call.

use std::time::Duration;

use serde_json::{Map, Value};

use super::call::Frame;
use super::dispatcher::Dispatcher;
use super::done::Done;
use crate::audit::{AuditError, Begun, Ended};
use crate::auth::Principal;
use crate::base::fault::{Code, Fault};
use crate::base::ids::uuid;
use crate::base::random::Random;
use crate::catalog;
use crate::catalog::arguments::Automatic;
use crate::catalog::model::Effect;

impl Dispatcher {
    /// Records a call before it is made and after it has ended. What cannot be recorded before is
    /// not done.
    pub(super) async fn recorded(
        &self,
        frame: &Frame,
        name: &str,
        arguments: &Map<String, Value>,
        work: impl Future<Output = Result<(Done, Automatic), Fault>>,
    ) -> Result<(Done, Automatic), Fault> {
        let parts = self.parts();
        let tool = catalog::tool(name);
        let begun = Begun {
            reference_id: &frame.reference_id,
            principal: &frame.principal,
            name,
            tool,
            channel: self.channel(&frame.principal, tool, arguments).await,
            arguments,
        };
        parts
            .audit
            .begin(&begun)
            .map_err(|error| unrecorded(&error))?;
        if tool.is_some_and(|tool| tool.effect != Effect::Read) {
            let secured = parts.audit.secure(begun.channel).await;
            secured.map_err(|error| unrecorded(&error))?;
        }
        let started = parts.clock.now();
        let ended = work.await;
        let operation = operation_of(&ended);
        parts.audit.end(
            &begun,
            &Ended {
                code: ended.as_ref().err().map(|fault| fault.code),
                operation_id: operation.as_deref(),
                took: started.until(parts.clock.now()),
            },
        );
        ended
    }
}

impl Dispatcher {
    /// Records a call that is answered with a challenge to ask for more scopes and goes no further.
    /// The answer does not depend on it: a record that cannot be written is told in the log.
    pub async fn refused(&self, principal: &Principal, name: &str, arguments: &Map<String, Value>) {
        let audit = &self.parts().audit;
        let tool = catalog::tool(name);
        let begun = Begun {
            reference_id: &reference(self.parts().random.as_ref()),
            principal,
            name,
            tool,
            channel: self.channel(principal, tool, arguments).await,
            arguments,
        };
        if let Err(error) = audit.begin(&begun) {
            tracing::error!(%error, "a refused call could not be recorded");
        }
        let ended = Ended {
            code: Some(Code::InsufficientPermissions),
            operation_id: None,
            took: Duration::ZERO,
        };
        audit.end(&begun, &ended);
    }
}

fn unrecorded(error: &AuditError) -> Fault {
    tracing::error!(%error, "no audit record, no call");
    Fault::new(
        Code::UnexpectedError,
        "nothing was done: the call could not be recorded",
    )
}

/// The journal's operation that an answer or a failure names.
fn operation_of(ended: &Result<(Done, Automatic), Fault>) -> Option<String> {
    let named = match ended {
        Ok((done, _)) => done.beside.get("operation_id"),
        Err(fault) => fault.details.as_ref()?.get("operation_id"),
    };
    named.and_then(Value::as_str).map(str::to_owned)
}

/// A new reference id.
pub(super) fn reference(random: &dyn Random) -> String {
    uuid(random).unwrap_or_else(|error| {
        tracing::error!(%error, "no reference for a call");
        "none".to_owned()
    })
}
