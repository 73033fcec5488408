//! One write of each kind, with a target of its own each time where the last try may have used the
//! target up.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use gojira_mcp::journal::Entry;
use serde_json::{Value, json};

use super::judge::{Finding, Part, answer, answer_of_set};
use crate::rig::Rig;

/// A write that is tried again and again.
pub(crate) struct Scenario {
    /// What kind of write it is.
    pub(crate) name: &'static str,
    pub(crate) tool: &'static str,
    /// Makes what the n-th try needs, over a line and a store in good order; gives the arguments.
    pub(crate) prepare: fn(&Rig, usize) -> BoxFuture<'_, Value>,
    pub(crate) shape: Shape,
}

/// What a write consists of, and how it shows in the tenant.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// One request.
    Single,
    /// One that may begin work that goes on at Atlassian.
    Task,
    /// Several requests of one operation, and which of them stand.
    Steps(Stand),
    /// The steps of a change set, each by its tool, and which of them stand.
    Set(&'static [&'static str], Stand),
}

/// Of the tenant before and now, what stands.
pub(crate) type Stand = fn(&Value, &Value) -> Vec<bool>;

/// A commit as it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) tool: &'static str,
    pub(crate) arguments: Value,
    /// The operation that is to be undone.
    pub(crate) undoes: Option<String>,
}

impl Scenario {
    /// Whether it is one operation of one request.
    pub(crate) const fn is_one_request(&self) -> bool {
        matches!(self.shape, Shape::Single | Shape::Task)
    }

    /// Prepares the n-th try and previews it; gives how to commit it.
    pub(crate) async fn previewed(&self, sound: &Rig, server: &Rig, nth: usize) -> Asked {
        let mut arguments = (self.prepare)(sound, nth).await;
        let undoes = arguments["operation_id"].as_str().map(str::to_owned);
        // What was prepared is older than what is tried.
        sound.pass(Duration::from_secs(1));
        let dry = server.ok(self.tool, arguments.clone()).await;
        let plan = &dry["result"]["plan_id"];
        let tool = if matches!(self.shape, Shape::Set(..)) {
            arguments = json!({ "plan_id": plan });
            "change_set_apply"
        } else {
            arguments["commit"] = json!(true);
            arguments["plan_id"] = plan.clone();
            self.tool
        };
        Asked {
            tool,
            arguments,
            undoes,
        }
    }

    /// What is known of the entries that a try has made.
    pub(crate) fn parts<'a>(
        &self,
        entries: &'a [Entry],
        before: &Value,
        now: &Value,
    ) -> Vec<Part<'a>> {
        let whole = |stands: Vec<bool>| Part {
            changed: before != now,
            stands,
            entries: entries.iter().collect(),
        };
        match self.shape {
            Shape::Single | Shape::Task => vec![whole(Vec::new())],
            Shape::Steps(stand) => vec![whole(stand(before, now))],
            Shape::Set(tools, stand) => {
                let steps = tools.iter().zip(stand(before, now));
                let part = |(tool, changed): (&&str, bool)| Part {
                    changed,
                    stands: Vec::new(),
                    entries: entries.iter().filter(|it| it.tool == **tool).collect(),
                };
                steps.map(part).collect()
            }
        }
    }

    /// What an answer must not say, given what the tenant is like just then.
    pub(crate) fn judge(
        &self,
        given: &Value,
        failed: bool,
        before: &Value,
        now: &Value,
    ) -> Option<Finding> {
        match self.shape {
            Shape::Set(_, stand) => answer_of_set(given, failed, &stand(before, now)),
            _ => answer(given, failed, before != now),
        }
    }
}

const fn of(
    name: &'static str,
    tool: &'static str,
    prepare: fn(&Rig, usize) -> BoxFuture<'_, Value>,
) -> Scenario {
    Scenario {
        name,
        tool,
        prepare,
        shape: Shape::Single,
    }
}

/// The writes, one of each kind.
pub(crate) const ALL: &[Scenario] = &[
    of("update", "custom_field_update", update),
    of("replace", "filter_update", replace),
    of("create", "filter_create", create),
    of("listed create", "permission_scheme_create", create_listed),
    of("delete", "filter_delete", delete),
    of("action", "project_archive", archive),
    of("difference", "jsm_organization_user_add", add_members),
    of("undo of an update", "operation_revert", undo_of_update),
    of("undo of a creation", "operation_revert", undo_of_creation),
    Scenario {
        shape: Shape::Task,
        ..of("task", "custom_field_delete", delete_field)
    },
    Scenario {
        shape: Shape::Steps(switched_off_and_gone),
        ..of("delete in two", "automation_rule_delete", delete_rule)
    },
    Scenario {
        shape: Shape::Set(
            &[
                "permission_scheme_create",
                "permission_scheme_update",
                "custom_field_update",
            ],
            made_described_and_changed,
        ),
        ..of("set of three", "change_set_plan", set)
    },
];

const CUSTOMERS: [&str; 2] = [
    "712020:00000076-422a-4186-ac9e-00006ceadefa",
    "712020:00000064-155c-4dc4-a2d4-00005c4d8d3c",
];

fn update(_: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    let description = format!("The {nth}th try");
    async move { json!({"fieldId": "customfield_10033", "description": description}) }.boxed()
}

fn replace(_: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    let description = format!("The {nth}th try");
    async move { json!({"filterId": 10000, "description": description}) }.boxed()
}

fn create(_: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    let name = format!("Filter {nth}");
    async move { json!({"name": name, "jql": "project = PORT"}) }.boxed()
}

/// What is made is found whatever its name: all of its kind are listed.
fn create_listed(_: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    let name = format!("Scheme {nth}");
    async move { json!({ "name": name }) }.boxed()
}

fn delete(rig: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    async move { json!({"filterId": made(rig, nth).await["target"]["id"]}) }.boxed()
}

async fn made(rig: &Rig, nth: usize) -> Value {
    let arguments = json!({"name": format!("Filter {nth}"), "jql": "project = PORT"});
    rig.commit("filter_create", arguments).await
}

fn archive(rig: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    async move {
        let key: String = format!("{nth:03}")
            .bytes()
            .map(|digit| char::from(b'A' + (digit - b'0')))
            .collect();
        let project = json!({"key": format!("X{key}"), "name": format!("Project {nth}"),
            "projectTypeKey": "business", "leadAccountId": CUSTOMERS[1]});
        rig.commit("project_create", project).await;
        json!({"project": format!("X{key}")})
    }
    .boxed()
}

fn add_members(rig: &Rig, _: usize) -> BoxFuture<'_, Value> {
    async move {
        let members = json!({"organizationId": "1", "accountIds": CUSTOMERS});
        let dry = rig
            .ok("jsm_organization_user_remove", members.clone())
            .await;
        if dry["result"]["changes_nothing"] != true {
            rig.commit("jsm_organization_user_remove", members.clone())
                .await;
        }
        members
    }
    .boxed()
}

fn undo_of_update(rig: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    async move {
        let change = update(rig, nth).await;
        let done = rig.commit("custom_field_update", change).await;
        json!({"operation_id": done["operation_id"]})
    }
    .boxed()
}

fn undo_of_creation(rig: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    async move { json!({"operation_id": made(rig, nth).await["operation_id"]}) }.boxed()
}

fn delete_field(rig: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    async move {
        let field = json!({"name": format!("Field {nth}"),
            "type": "com.atlassian.jira.plugin.system.customfieldtypes:textfield"});
        let made = rig.commit("custom_field_create", field).await;
        json!({"fieldId": made["target"]["id"]})
    }
    .boxed()
}

/// A rule that is on.
fn delete_rule(rig: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    async move {
        let rules = rig.ok("automation_rule_list", json!({})).await;
        let first = json!({"ruleId": rules["result"][0]["uuid"]});
        let like = rig.ok("automation_rule_get", first).await;
        let mut rule = json!({"name": format!("Rule {nth}"), "authorAccountId": CUSTOMERS[1],
            "canOtherRuleTrigger": false, "labels": [], "collaborators": []});
        for name in [
            "trigger",
            "components",
            "actor",
            "ruleScopeARIs",
            "notifyOnError",
            "writeAccessType",
        ] {
            rule[name] = like["result"]["rule"][name].clone();
        }
        let made = rig
            .commit("automation_rule_create", json!({ "rule": rule }))
            .await;
        let rule = json!({"ruleId": made["target"]["id"]});
        let dry = rig.ok("automation_rule_enable", rule.clone()).await;
        if dry["result"]["changes_nothing"] != true {
            rig.commit("automation_rule_enable", rule.clone()).await;
        }
        rule
    }
    .boxed()
}

fn switched_off_and_gone(before: &Value, now: &Value) -> Vec<bool> {
    let rules = before["Rule"].as_object().unwrap().keys();
    let state = |whole: &Value, id: &str| whole["Rule"][id]["rule"]["state"].clone();
    let off = |id: &&String| state(before, id) == "ENABLED" && state(now, id) != "ENABLED";
    let changed: Vec<&String> = rules.filter(off).collect();
    let gone = changed.iter().any(|id| now["Rule"].get(id).is_none());
    vec![!changed.is_empty(), gone]
}

/// What is there now and was not before, of a kind.
fn new<'a>(kind: &str, before: &Value, now: &'a Value) -> Vec<&'a Value> {
    let now = now[kind].as_object().into_iter().flatten();
    let new = now.filter(|(id, _)| before[kind].get(id.as_str()).is_none());
    new.map(|(_, document)| document).collect()
}

fn set(_: &Rig, nth: usize) -> BoxFuture<'_, Value> {
    let words = format!("The {nth}th try");
    async move {
        json!({"title": "Trial", "steps": [
            {"name": "make", "operation": "permission_scheme_create",
                "arguments": {"name": format!("Scheme {nth}")}},
            {"name": "describe", "operation": "permission_scheme_update",
                "arguments": {"schemeId": "${make.id}", "description": words}},
            {"name": "change", "operation": "custom_field_update",
                "arguments": {"fieldId": "customfield_10033", "description": words}},
        ]})
    }
    .boxed()
}

fn made_described_and_changed(before: &Value, now: &Value) -> Vec<bool> {
    let made = new("PermissionScheme", before, now);
    let words = |document: &Value| document["description"].as_str().unwrap_or("").to_owned();
    let field = |whole: &Value| words(&whole["Field"]["customfield_10033"]);
    vec![
        !made.is_empty(),
        made.iter().any(|scheme| !words(scheme).is_empty()),
        field(before) != field(now),
    ]
}
