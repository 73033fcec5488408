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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn call(brought: &Value) -> CallToolRequestParams {
        let mut params = json!({"name": "project_archive", "arguments": {}});
        for (name, value) in brought.as_object().unwrap() {
            params[name] = value.clone();
        }
        serde_json::from_value(params).unwrap()
    }

    #[test]
    fn what_a_client_brings_back_is_a_ticket_and_a_word() {
        let said = |answers: &Value| {
            let call = call(&json!({"requestState": "t", "inputResponses": answers}));
            brought(&call).map(|asking| asking.unwrap().said)
        };
        let word = |action: &str| said(&json!({"approve": {"action": action}}));
        assert_eq!(word("accept"), Ok(Said::Accepted));
        assert_eq!(word("decline"), Ok(Said::Declined));
        assert_eq!(word("cancel"), Ok(Said::Cancelled));
        assert_eq!(said(&json!({})), Ok(Said::Cancelled));
        assert_eq!(said(&json!({"approve": "yes"})), Err(Malformed));
        let without = call(&json!({"inputResponses": {"approve": {"action": "accept"}}}));
        assert_eq!(brought(&without), Ok(None));
    }

    #[test]
    fn a_plan_is_asked_for_once_in_a_row() {
        let asked = ApprovalAsked {
            url: "https://m/connect/plans/p".to_owned(),
            ticket: "t".to_owned(),
            words: "w".to_owned(),
            again: false,
        };
        let page = serde_json::to_value(super::page(asked.clone()).unwrap()).unwrap();
        assert_eq!(page["resultType"], "input_required");
        assert_eq!(page["requestState"], "t");
        let params = &page["inputRequests"]["approve"]["params"];
        assert_eq!(params["url"], "https://m/connect/plans/p");
        let again = ApprovalAsked {
            again: true,
            ..asked
        };
        assert!(super::page(again).is_none());
    }
}
