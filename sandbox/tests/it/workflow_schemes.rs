//! Workflow schemes in use and not, their drafts, and the mappings that a change needs.

use reqwest::Method;
use serde_json::{Value, json};

use crate::jira::Jira;

const ACTIVE: &str = "/workflowscheme/10103";
const TRIAL: &str = "/workflowscheme/10104";

async fn status(jira: &Jira, method: Method, path: &str, body: Value) -> u16 {
    jira.ask(method, path, body).await.0
}

async fn workflow_id(jira: &Jira, name: &str) -> Value {
    let asked = json!({ "workflowNames": [name] });
    let (_, read) = jira.ask(Method::POST, "/workflows", asked).await;
    read["workflows"][0]["id"].clone()
}

#[tokio::test]
async fn a_scheme_in_use_changes_by_its_draft_alone() {
    let jira = Jira::start().await;
    let draft = format!("{ACTIVE}/draft");
    let plain = json!({ "workflow": "jira" });
    let default = format!("{ACTIVE}/default");
    assert_eq!(
        status(&jira, Method::PUT, &default, plain.clone()).await,
        400
    );
    assert_eq!(jira.ask(Method::DELETE, ACTIVE, Value::Null).await.0, 400);
    assert_eq!(status(&jira, Method::GET, &draft, Value::Null).await, 404);

    let instead = json!({ "workflow": "jira", "updateDraftIfNeeded": true });
    let (_, answer) = jira.ask(Method::PUT, &default, instead).await;
    assert_eq!(answer["draft"], true);
    assert_eq!(answer["defaultWorkflow"], "jira");
    assert_eq!(answer["originalDefaultWorkflow"], "Business tasks");
    assert_eq!(jira.get(ACTIVE).await["defaultWorkflow"], "Business tasks");

    let create = format!("{ACTIVE}/createdraft");
    assert_eq!(status(&jira, Method::POST, &create, Value::Null).await, 400);
    let unused = format!("{TRIAL}/createdraft");
    assert_eq!(status(&jira, Method::POST, &unused, Value::Null).await, 400);
    assert_eq!(
        status(&jira, Method::DELETE, &draft, Value::Null).await,
        204
    );
    assert_eq!(
        status(&jira, Method::DELETE, &draft, Value::Null).await,
        404
    );
}

#[tokio::test]
async fn what_does_not_exist_is_refused() {
    let jira = Jira::start().await;
    let nothing = json!({ "workflow": "Nothing" });
    let of_type = format!("{TRIAL}/issuetype/10002");
    assert_eq!(
        status(&jira, Method::PUT, &of_type, nothing.clone()).await,
        400
    );
    let no_type = format!("{TRIAL}/issuetype/9");
    let known = json!({ "workflow": "jira" });
    assert_eq!(status(&jira, Method::PUT, &no_type, known).await, 404);
    let unmapped = format!("{TRIAL}/issuetype/10004");
    assert_eq!(
        status(&jira, Method::GET, &unmapped, Value::Null).await,
        404
    );
    let by_name = format!("{TRIAL}/workflow?workflowName=Nothing");
    assert_eq!(
        status(&jira, Method::DELETE, &by_name, Value::Null).await,
        404
    );
    let gone = "/workflowscheme/1/default";
    assert_eq!(status(&jira, Method::PUT, gone, nothing).await, 404);
    let taken = json!({ "name": "trial WORKFLOW scheme" });
    assert_eq!(
        status(&jira, Method::POST, "/workflowscheme", taken).await,
        400
    );
}

#[tokio::test]
async fn a_workflow_takes_issue_types_from_others() {
    let jira = Jira::start().await;
    let path = format!("{TRIAL}/workflow?workflowName=Business%20tasks");
    let body = json!({ "issueTypes": ["10002"], "defaultMapping": false });
    let (_, scheme) = jira.ask(Method::PUT, &path, body).await;
    assert_eq!(
        scheme["issueTypeMappings"],
        json!({ "10001": "Software delivery", "10002": "Business tasks" })
    );
    assert_eq!(scheme["defaultWorkflow"], "jira");
}

#[tokio::test]
async fn issues_that_lose_a_status_need_a_mapping() {
    let jira = Jira::start().await;
    let wanted = workflow_id(&jira, "Change with approval").await;
    let asked = json!({ "workflowSchemeIds": ["10101"] });
    let (_, read) = jira.ask(Method::POST, "/workflowscheme/read", asked).await;
    let scheme = &read[0];
    let mut body = json!({
        "id": "10101", "name": scheme["name"], "description": "", "version": scheme["version"],
        "defaultWorkflowId": wanted,
    });
    let lost = json!({ "id": "10101", "defaultWorkflowId": wanted, "workflowsForIssueTypes": [] });
    let path = "/workflowscheme/update/mappings";
    let (_, required) = jira.ask(Method::POST, path, lost).await;
    let by_workflow = &required["statusMappingsByWorkflows"][0];
    assert_eq!(by_workflow["statusIds"], json!(["10000", "3", "10002"]));
    assert_eq!(by_workflow["targetWorkflowId"], wanted);
    let update = "/workflowscheme/update";
    assert_eq!(status(&jira, Method::POST, update, body.clone()).await, 400);

    let to = |old: &str, new: &str| json!({ "oldStatusId": old, "newStatusId": new });
    body["statusMappingsByWorkflows"] = json!([{
        "oldWorkflowId": by_workflow["sourceWorkflowId"], "newWorkflowId": wanted,
        "statusMappings": [to("10000", "10007"), to("3", "10008"), to("10002", "10008")],
    }]);
    let address = format!("{}{update}", jira.base);
    let got = jira
        .rig
        .ask(Method::POST, &address, &jira.who, Some(body.clone()));
    let got = got.await;
    assert_eq!(got.status, 303);
    let task = got.header("location").to_owned();
    assert_eq!(status(&jira, Method::POST, update, body).await, 409);

    let of = |snapshot: Value| snapshot["Issue"]["10500"]["status"].clone();
    assert_eq!(of(jira.rig.sandbox.snapshot()), "In Progress");
    for expected in ["ENQUEUED", "RUNNING", "COMPLETE"] {
        let seen = jira.rig.get(&task, &jira.who).await.body;
        assert_eq!(seen["status"], expected);
    }
    assert_eq!(of(jira.rig.sandbox.snapshot()), "Implementing");
    let asked = json!({ "workflowSchemeIds": ["10101"] });
    let (_, read) = jira.ask(Method::POST, "/workflowscheme/read", asked).await;
    assert_eq!(read[0]["version"]["versionNumber"], 2);
    assert_eq!(read[0]["defaultWorkflow"]["id"], wanted);
}

#[tokio::test]
async fn a_project_with_issues_is_switched_and_one_without_assigned() {
    let jira = Jira::start().await;
    let assign = json!({ "projectId": "10000", "workflowSchemeId": "10104" });
    let path = "/workflowscheme/project";
    assert_eq!(status(&jira, Method::PUT, path, assign).await, 400);
    let empty = json!({ "projectId": "10006", "workflowSchemeId": "10104" });
    assert_eq!(status(&jira, Method::PUT, path, empty).await, 204);
    let of = jira.get("/workflowscheme/project?projectId=10006").await;
    assert_eq!(of["values"][0]["workflowScheme"]["id"], 10104);
    // The default scheme has no id here.
    let none = json!({ "projectId": "10006" });
    assert_eq!(status(&jira, Method::PUT, path, none).await, 204);
    let of = jira.get("/workflowscheme/project?projectId=10006").await;
    assert_eq!(of["values"][0]["workflowScheme"].get("id"), None);

    let switch = json!({ "projectId": "10000", "targetSchemeId": "10103" });
    let path = "/workflowscheme/project/switch";
    assert_eq!(
        status(&jira, Method::POST, path, switch).await,
        400,
        "In Review has no place there"
    );
}

#[tokio::test]
async fn an_earlier_version_of_a_workflow_can_be_read() {
    let jira = Jira::start().await;
    let id = workflow_id(&jira, "Software delivery").await;
    let path = "/workflow/history";
    let asked = json!({ "workflowId": id, "version": 1 });
    let (_, old) = jira.ask(Method::POST, path, asked).await;
    assert_eq!(old["workflows"][0]["statuses"].as_array().unwrap().len(), 3);
    let never = json!({ "workflowId": id, "version": 9 });
    assert_eq!(status(&jira, Method::POST, path, never).await, 400);
}
