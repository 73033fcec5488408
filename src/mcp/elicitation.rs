//! `gojira_connect` for clients that can open a page for the person: URL elicitation (MCP
//! 2026-07-28, multi round-trip requests). It gives no right: the page asks for its own sign-in.

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, ElicitRequest, ElicitRequestParams, InputRequest, InputRequests,
    InputRequiredResult, ProtocolVersion,
};
use rmcp::service::RequestContext;
use serde_json::Value;

/// The tool.
const TOOL: &str = "gojira_connect";
/// The name of the one request.
const REQUEST: &str = "connect";

/// Whether this call may be answered with a page to open: the right tool, a client of that era that
/// declares it, and no answer to it yet.
pub(super) fn is_due(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> bool {
    let opens = context
        .meta
        .client_capabilities()
        .and_then(|able| able.elicitation)
        .is_some_and(|able| able.url.is_some());
    request.name == TOOL
        && request.input_responses.is_none()
        && context.protocol_version() == Some(ProtocolVersion::V_2026_07_28)
        && opens
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
}
