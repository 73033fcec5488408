//! `gojira_connect` with a client that opens pages (MCP 2026-07-28), as it stands on the wire.

use serde_json::{Value, json};

use crate::rig::Rig;
use crate::wire::Wire;

const REVISION: &str = "2026-07-28";
const TOOL: &str = "gojira_connect";

const HEADERS: [(&str, &str); 3] = [
    ("mcp-protocol-version", REVISION),
    ("mcp-method", "tools/call"),
    ("mcp-name", TOOL),
];

/// A call in the era without handshakes, by a client that can do this much.
async fn connect(wire: &Wire, able: Value, answers: Option<Value>) -> Value {
    wire.send(params(&able, answers), &HEADERS).await
}

fn params(able: &Value, answers: Option<Value>) -> Value {
    let mut params = json!({"name": TOOL, "arguments": {}, "_meta": {
        "io.modelcontextprotocol/protocolVersion": REVISION,
        "io.modelcontextprotocol/clientInfo": {"name": "by-hand", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": able,
    }});
    if let Some(answers) = answers {
        params["inputResponses"] = answers;
    }
    params
}

fn able() -> Value {
    json!({"elicitation": {"url": {}}})
}

/// The tool's own answer.
fn told(result: &Value) -> Value {
    assert_eq!(result["resultType"], "complete", "{result:#}");
    let text = result["content"][0]["text"].as_str().unwrap();
    serde_json::from_str::<Value>(text).unwrap()["result"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_opens_pages_is_asked_to_and_no_other() {
    let rig = Rig::new().await;
    let wire = Wire::of(&rig, &rig.tokens);
    let page = format!("{}/connect/api-token", rig.origin());
    let asked = connect(&wire, able(), None).await;
    assert_eq!(asked["resultType"], "input_required", "{asked:#}");
    let requests = asked["inputRequests"].as_object().unwrap();
    assert_eq!(requests.len(), 1, "{asked:#}");
    let request = &requests["connect"];
    assert_eq!(request["method"], "elicitation/create");
    assert_eq!(request["params"]["mode"], "url");
    assert_eq!(request["params"]["url"], json!(page));
    for unable in [json!({}), json!({"elicitation": {"form": {}}})] {
        let answer = told(&connect(&wire, unable, None).await);
        assert_eq!(answer["url"], json!(page));
        assert!(answer.get("person").is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_person_answers_is_told_and_not_asked_again() {
    let rig = Rig::new().await;
    let wire = Wire::of(&rig, &rig.tokens);
    let answer = |action: &str| Some(json!({"connect": {"action": action}}));
    let accepted = told(&connect(&wire, able(), answer("accept")).await);
    assert_eq!(accepted["person"], "accepted");
    assert_eq!(accepted["signed_in"], true);
    let bound = accepted["api_tokens"].as_array().unwrap();
    assert_eq!(bound.len(), 1, "what is there now: {accepted:#}");
    for (action, person) in [("decline", "declined"), ("cancel", "cancelled")] {
        let told = told(&connect(&wire, able(), answer(action)).await);
        assert_eq!(told["person"], person);
        let next = told["next"].as_str().unwrap();
        assert!(next.contains("nothing was connected"), "{next}");
        assert_eq!(told.get("url").is_some(), action == "cancel");
    }

    // After a sign-out the page was opened, and the person has not come to the end of it.
    let dry = rig.ok("gojira_sign_out", json!({})).await;
    let commit = json!({"commit": true, "plan_id": dry["result"]["plan_id"]});
    rig.ok("gojira_sign_out", commit).await;
    let accepted = told(&connect(&wire, able(), answer("accept")).await);
    assert_eq!(accepted["signed_in"], false);
    let next = accepted["next"].as_str().unwrap();
    assert!(next.contains("no sign-in to Atlassian yet"), "{next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_is_refused_and_another_questions_is_not_taken() {
    let rig = Rig::new().await;
    let wire = Wire::of(&rig, &rig.tokens);
    let earlier = rig.audit().len();
    for wrong in [
        json!(7),
        json!({}),
        json!({"action": "agree"}),
        json!("accept"),
    ] {
        let answers = Some(json!({"connect": wrong}));
        let answer = wire.exchange(params(&able(), answers), &HEADERS).await;
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
    }
    assert_eq!(rig.audit().len(), earlier, "nothing was called");
    let another = Some(json!({"approve": {"action": "accept"}}));
    let asked = connect(&wire, able(), another).await;
    assert_eq!(asked["resultType"], "input_required", "{asked:#}");
}
