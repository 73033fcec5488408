//! From a tool of the catalogue and what is known to the request that is sent.

use serde_json::{Value, json};

use crate::base::fault::{Code, Fault};
use crate::catalog;
use crate::catalog::bodies;
use crate::catalog::model::{Call, Effect, Tool};
use crate::journal::Sent;
use crate::projection::body;
use crate::projection::shape;
use crate::projection::sources::{Facts, ProjectionError};
use crate::upstream::Request;

/// The request of a tool's own operation. For a replacing endpoint the body is laid over the state
/// before, so that nothing is reset that the caller did not name.
pub(super) fn own(tool: &Tool, facts: &Facts<'_>) -> Result<Request, Fault> {
    let operation = tool.operation.ok_or_else(|| no_operation(tool))?;
    let plan = &tool.body;
    let body = match (tool.effect, &tool.shape, facts.before) {
        (Effect::Replace, Some(projection), Some(before)) if !before.is_null() => {
            shape::reshape(projection, before).and_then(|shaped| body::merged(plan, shaped, facts))
        }
        _ => body::given(plan, facts),
    };
    Ok(Request {
        operation,
        params: body::params(tool.params, facts).map_err(|error| unfit(tool, &error))?,
        body: body.map_err(|error| unfit(tool, &error))?,
    })
}

/// The request of a call on a tool's behalf.
pub(super) fn on_behalf(tool: &Tool, call: &Call, facts: &Facts<'_>) -> Result<Request, Fault> {
    Ok(Request {
        operation: call.operation,
        params: body::params(call.params, facts).map_err(|error| unfit(tool, &error))?,
        body: body::on_behalf(&call.body, facts).map_err(|error| unfit(tool, &error))?,
    })
}

/// A recorded request made ready to be sent again: the very operation that was sent, which is not
/// always the tool's own.
pub(super) fn again(sent: &Sent) -> Result<Request, Fault> {
    let operation = catalog::operation(&sent.operation).ok_or_else(|| {
        Fault::new(
            Code::Unavailable,
            format!(
                "the operation {} that was sent is no longer there",
                sent.operation
            ),
        )
    })?;
    Ok(Request {
        operation,
        params: sent.params.clone(),
        body: sent.body.clone(),
    })
}

/// Refuses a body that was made of a state, for a write or an undo, and is not what its operation
/// takes: a state may hold what could never be written.
pub(super) fn check(requests: &[Request]) -> Result<(), Fault> {
    for request in requests {
        let body = request.body.as_ref();
        let faults = body.map_or_else(Vec::new, |body| bodies::faults(request.operation, body));
        let Some(first) = faults.first() else {
            continue;
        };
        let text = |key| first.get(key).and_then(Value::as_str).unwrap_or_default();
        let key = request.operation.key;
        let message = format!(
            "nothing was changed: what is there now, or was before, does not fit {key}: {}: {}",
            text("path"),
            text("message"),
        );
        return Err(Fault::new(Code::Conflict, message)
            .with_details(json!({ "faults": faults }))
            .with_mend("Change the target with its own tool, and give those fields yourself."));
    }
    Ok(())
}

/// A request as the journal keeps it.
pub(super) fn sent(request: &Request) -> Sent {
    Sent {
        operation: request.operation.key.to_owned(),
        params: request.params.clone(),
        body: request.body.clone(),
    }
}

/// The text of an id that an answer may give as a string or as a number.
pub(super) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The entry of a tool in the catalogue does not fit the values at hand.
pub(super) fn unfit(tool: &Tool, error: &ProjectionError) -> Fault {
    tracing::error!(tool = tool.name, %error, "the catalogue does not fit");
    Fault::new(
        Code::UnexpectedError,
        format!(
            "the description of {} does not fit what is there",
            tool.name
        ),
    )
}

fn no_operation(tool: &Tool) -> Fault {
    tracing::error!(tool = tool.name, "a tool without operation or handler");
    Fault::new(
        Code::UnexpectedError,
        format!("{} has no operation of its own", tool.name),
    )
}
