//! The audit records around a call.

use serde_json::{Map, Value};

use super::call::Frame;
use super::dispatcher::Dispatcher;
use super::done::Done;
use crate::audit::{Begun, Ended};
use crate::base::fault::{Code, Fault};
use crate::base::ids::uuid;
use crate::base::random::Random;
use crate::catalog;
use crate::catalog::arguments::Automatic;

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
            channel: self.channel(frame, tool, arguments).await,
            arguments,
        };
        parts.audit.begin(&begun).map_err(|error| {
            tracing::error!(%error, "no audit record, no call");
            Fault::new(
                Code::UnexpectedError,
                "nothing was done: the call could not be recorded",
            )
        })?;
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
