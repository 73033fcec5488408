//! What a workflow may be made of, and what a project's own administrator sees of its workflows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::projects::text;
use super::workflow_moves::types_of;
use super::workflow_schemes::{NONE, workflow_for};
use super::workflows::{statuses_of, texts};
use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::state::kind::Kind;

/// Key, kind, name, what it does, and whether the first transition may have it.
type Rule = (&'static str, &'static str, &'static str, &'static str, bool);

const RULES: [Rule; 6] = [
    (
        "system:restrict-issue-transition",
        "Condition",
        "Restrict who can move an issue",
        "Only chosen people, groups or roles see the transition.",
        false,
    ),
    (
        "system:separation-of-duties",
        "Condition",
        "Separate duties",
        "Who made one transition cannot make the other.",
        false,
    ),
    (
        "system:validate-field-value",
        "Validator",
        "Validate a field",
        "A field has to hold a value that fits.",
        true,
    ),
    (
        "system:check-permission-validator",
        "Validator",
        "Check a permission",
        "Whoever makes the transition has to have a permission.",
        true,
    ),
    (
        "system:update-field",
        "Function",
        "Update a field",
        "A field gets a value.",
        true,
    ),
    (
        "system:transition-screen",
        "Screen",
        "Show a screen",
        "A screen is shown before the transition.",
        false,
    ),
];

/// `GET /workflows/capabilities`.
pub(crate) fn capabilities(call: &mut Call<'_>) -> Outcome {
    let absent = |what: &str| Refusal::bad(format!("The {what} does not exist."));
    let asked = ["workflowId", "projectId", "issueTypeId"].map(|name| call.get(name));
    match asked {
        [Some(id), None, None] => {
            let workflow = call.of(Kind::Workflow).get(id);
            workflow.ok_or_else(|| absent("workflow"))?;
        }
        [None, Some(project), Some(of)] => {
            let project = call.of(Kind::Project).get(project);
            project.ok_or_else(|| absent("project"))?;
            let of = call.of(Kind::IssueType).get(of);
            of.ok_or_else(|| absent("issue type"))?;
        }
        _ => {
            return Err(Refusal::bad(
                "Give workflowId, or projectId and issueTypeId.",
            ));
        }
    }
    let rules: Vec<Value> = RULES
        .iter()
        .map(|(key, kind, name, what, first)| {
            json!({
                "ruleKey": key, "ruleType": kind, "name": name, "description": what,
                "incompatibleRuleKeys": [], "isAvailableForInitialTransition": first,
                "isVisible": true,
            })
        })
        .collect();
    Ok(Answer::ok(json!({
        "editorScope": "GLOBAL", "projectTypes": ["software", "service_desk", "business"],
        "systemRules": rules, "connectRules": [], "forgeRules": [],
        "triggerRules": [{
            "ruleKey": "system:development-triggers",
            "availableTypes": [{
                "type": "com.atlassian.jira.plugins.jira-development-integration-plugin:branch-created-trigger",
                "name": "Branch created", "description": "A branch was made for the issue.",
            }],
        }],
    })))
}

/// `GET /workflows/defaultEditor`.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it has the signature of the tables' functions"
)]
pub(crate) fn default_editor(_: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({ "value": "NEW" })))
}

/// `POST /workflows/preview`: workflows of one project, by one of three lists.
pub(crate) fn preview(call: &mut Call<'_>) -> Outcome {
    let not_found = || Refusal::not_found("A workflow is not found in the project.");
    let project = call.demand("projectId")?;
    let found = call.tenant.get(Kind::Project, &project).cloned();
    let found = found.ok_or_else(|| Refusal::bad(format!("There is no project {project}.")))?;
    let lists = ["workflowIds", "workflowNames", "issueTypeIds"].map(|n| texts(&call.body[n]));
    if lists.iter().filter(|list| !list.is_empty()).count() != 1 {
        return Err(Refusal::bad(
            "Give one of workflowIds, workflowNames and issueTypeIds.",
        ));
    }
    let [ids, names, types] = &lists;
    let scheme = text(&found, "workflowScheme");
    let scheme = call.find(Kind::WorkflowScheme, &scheme, NONE)?;
    // Each workflow of the project with the issue types that follow it there.
    let mut followed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for of in types_of(call, &[found]) {
        if let Some(workflow) = workflow_for(call, &scheme, &of) {
            followed.entry(text(workflow, "id")).or_default().push(of);
        }
    }
    let is_asked = |workflow: &Value, followers: &[String]| {
        ids.contains(&text(workflow, "id"))
            || names.contains(&text(workflow, "name"))
            || followers.iter().any(|of| types.contains(of))
    };
    let mut whole = Vec::new();
    let mut shown = Vec::new();
    let mut met = 0;
    for (id, followers) in &followed {
        let workflow = call.find(Kind::Workflow, id, "The workflow does not exist.")?;
        if is_asked(&workflow, followers) {
            met += if types.is_empty() {
                1
            } else {
                followers.iter().filter(|of| types.contains(of)).count()
            };
            shown.push(outline(&workflow, &project, followers));
            whole.push(workflow);
        }
    }
    if met < ids.len().max(names.len()).max(types.len()) {
        return Err(not_found());
    }
    let mut statuses = statuses_of(call, &whole);
    for status in statuses.as_array_mut().into_iter().flatten() {
        status["rawName"] = status["name"].clone();
    }
    Ok(Answer::ok(
        json!({ "statuses": statuses, "workflows": shown }),
    ))
}

/// A workflow without what its rules are set to.
fn outline(workflow: &Value, project: &str, followers: &[String]) -> Value {
    let members = ["id", "name", "description", "scope", "version", "statuses"];
    let mut shown = pick(workflow, &members);
    let transitions = workflow["transitions"].as_array().into_iter().flatten();
    let transitions = transitions.map(|transition| {
        let members = [
            "id",
            "name",
            "description",
            "type",
            "toStatusReference",
            "links",
        ];
        let mut shown = pick(transition, &members);
        for kind in ["actions", "validators", "triggers"] {
            let rules = transition[kind].as_array().into_iter().flatten();
            shown[kind] = rules.map(|rule| pick(rule, &["id", "ruleKey"])).collect();
        }
        shown
    });
    shown["transitions"] = transitions.collect();
    for status in shown["statuses"].as_array_mut().into_iter().flatten() {
        if let Some(members) = status.as_object_mut() {
            members.remove("properties");
        }
    }
    shown["queryContext"] = json!([{ "project": project, "issueTypes": followers }]);
    shown
}
