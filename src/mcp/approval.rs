//! Asking a person for their approval through a client that can open a page (MCP 2026-07-28, multi
//! round-trip requests). What comes back is a ticket and a word; neither is an approval.

use rmcp::model::{
    CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    InputRequest, InputRequests, InputRequiredResult,
};

use crate::dispatch::{ApprovalAsked, Asking, Said};

/// The name of the one request.
const REQUEST: &str = "approve";

/// The person's word could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// What a call brings back from a person; nothing when it brings no request state.
pub(super) fn brought(request: &CallToolRequestParams) -> Result<Option<Asking>, Malformed> {
    let Some(ticket) = request.request_state.clone() else {
        return Ok(None);
    };
    let answers = request.input_responses.as_ref();
    let said = match answers.and_then(|answers| answers.get(REQUEST)) {
        // Whoever brings a ticket and no word has put the question aside.
        None => Said::Cancelled,
        Some(answer) => {
            let answer: ElicitResult =
                serde_json::from_value(answer.clone()).map_err(|_| Malformed)?;
            match answer.action {
                ElicitationAction::Accept => Said::Accepted,
                ElicitationAction::Decline => Said::Declined,
                _ => Said::Cancelled,
            }
        }
    };
    Ok(Some(Asking { ticket, said }))
}

/// The page of the plan, as the protocol asks for it. A plan that was asked for just before is not
/// asked for again: the answer says that the person has not decided yet.
pub(super) fn page(asked: ApprovalAsked) -> Option<InputRequiredResult> {
    if asked.again {
        return None;
    }
    let request = ElicitRequest::new(ElicitRequestParams::UrlElicitationParams {
        meta: None,
        message: asked.words,
        url: asked.url,
        elicitation_id: String::new(),
    });
    let requests = InputRequests::from([(REQUEST.to_owned(), InputRequest::Elicitation(request))]);
    Some(InputRequiredResult::new(Some(requests), Some(asked.ticket)))
}
