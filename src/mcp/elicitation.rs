//! `gojira_connect` for clients that can open a page for the person: URL elicitation (MCP
//! 2026-07-28, multi round-trip requests). It gives no right: the page asks for its own sign-in.

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    InputRequest, InputRequests, InputRequiredResult, ProtocolVersion,
};
use rmcp::service::RequestContext;
use serde_json::Value;

/// The tool.
const TOOL: &str = "gojira_connect";
/// The name of the one request.
const REQUEST: &str = "connect";

/// Where a call stands with the page.
#[derive(Debug, PartialEq)]
pub(super) enum Stage {
    /// It has nothing to do with it: another tool, or a client that opens no pages.
    Plain,
    /// The page is to be asked for.
    Due,
    /// The person has answered.
    Answered(ElicitationAction),
    /// What came is no answer.
    Malformed,
}

/// Whether the client can open a page for the person within a call: it is of that era and says so.
pub(super) fn opens_pages(context: &RequestContext<RoleServer>) -> bool {
    let able = context
        .meta
        .client_capabilities()
        .and_then(|able| able.elicitation);
    context.protocol_version() == Some(ProtocolVersion::V_2026_07_28)
        && able.is_some_and(|able| able.url.is_some())
}

/// The stage of a call: the right tool, a client of that era that declares it, and what it brings.
pub(super) fn stage(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Stage {
    if request.name != TOOL || !opens_pages(context) {
        return Stage::Plain;
    }
    let brought = request.input_responses.as_ref();
    match brought.and_then(|answers| answers.get(REQUEST)) {
        None => Stage::Due,
        Some(answer) => match serde_json::from_value::<ElicitResult>(answer.clone()) {
            Ok(answer) => Stage::Answered(answer.action),
            Err(_) => Stage::Malformed,
        },
    }
}

/// The tool's answer after the person's own. It was made after theirs, so that it tells what is
/// there now.
pub(super) fn after(action: &ElicitationAction, answer: &str) -> Option<String> {
    let mut answer: Value = serde_json::from_str(answer).ok()?;
    let result = answer.get_mut("result")?.as_object_mut()?;
    let signed_in = result.get("signed_in") == Some(&Value::Bool(true));
    let (person, next) = match action {
        ElicitationAction::Accept if signed_in => (
            "accepted",
            "The person agreed to open the page; their sign-in to Atlassian is there, and api_tokens lists what is bound now.",
        ),
        ElicitationAction::Accept => (
            "accepted",
            "The person agreed to open the page; there is no sign-in to Atlassian yet. Wait until they say that they are done, then look with gojira_whoami.",
        ),
        ElicitationAction::Decline => (
            "declined",
            "The person declined to open the page: nothing was connected. Do not ask again unless they want it.",
        ),
        // Whatever else a later revision adds is no agreement.
        _ => (
            "cancelled",
            "The person put the question aside: nothing was connected. They can open the link whenever they like.",
        ),
    };
    if *action == ElicitationAction::Decline {
        result.remove("url");
    }
    result.insert("person".to_owned(), Value::from(person));
    result.insert("next".to_owned(), Value::from(next));
    Some(answer.to_string())
}

/// The page that the tool's answer names; `None` when it names none.
pub(super) fn page(answer: &str) -> Option<InputRequiredResult> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    let url = answer.pointer("/result/url")?.as_str()?.to_owned();
    let asked = ElicitRequest::new(ElicitRequestParams::UrlElicitationParams {
        meta: None,
        message: "Open this page of the server to sign in to Atlassian and to bind or remove your API token."
            .to_owned(),
        url,
        elicitation_id: String::new(),
    });
    let requests = InputRequests::from([(REQUEST.to_owned(), InputRequest::Elicitation(asked))]);
    Some(InputRequiredResult::from_input_requests(requests))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_page_is_asked_for_as_the_protocol_writes_it() {
        let answer = json!({"result": {"url": "https://m/connect/api-token"}});
        let asked = serde_json::to_value(page(&answer.to_string()).unwrap()).unwrap();
        assert_eq!(asked["resultType"], "input_required");
        let request = &asked["inputRequests"]["connect"];
        assert_eq!(request["method"], "elicitation/create");
        assert_eq!(request["params"]["mode"], "url");
        assert_eq!(request["params"]["url"], "https://m/connect/api-token");
        assert!(page("{}").is_none() && page("no JSON").is_none());
    }

    #[test]
    fn each_answer_of_the_person_is_told_apart() {
        let told = |action, signed_in| -> Value {
            let answer = json!({"result": {"url": "https://m/c", "signed_in": signed_in}});
            let told = after(&action, &answer.to_string()).unwrap();
            serde_json::from_str::<Value>(&told).unwrap()["result"].take()
        };
        let next = |told: &Value| told["next"].as_str().unwrap().to_owned();
        let there = told(ElicitationAction::Accept, true);
        let not_yet = told(ElicitationAction::Accept, false);
        assert!(next(&there).contains("is there"));
        assert!(next(&not_yet).contains("no sign-in"));
        let declined = told(ElicitationAction::Decline, true);
        assert!(next(&declined).contains("nothing was connected"));
        assert!(declined.get("url").is_none());
        let cancelled = told(ElicitationAction::Cancel, true);
        assert!(next(&cancelled).contains("nothing was connected"));
        assert_eq!(cancelled["url"], "https://m/c");
        assert!(after(&ElicitationAction::Accept, "no JSON").is_none());
    }
}
