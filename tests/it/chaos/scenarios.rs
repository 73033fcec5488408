//! One write of each kind, with a target of its own each time where the last try may have used the
//! target up.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::rig::Rig;

/// A write that is tried again and again.
pub(crate) struct Scenario {
    /// What kind of write it is.
    pub(crate) name: &'static str,
    pub(crate) tool: &'static str,
    /// Makes what the n-th try needs, over a line and a store in good order; gives the arguments.
    pub(crate) prepare: fn(&Rig, usize) -> BoxFuture<'_, Value>,
    /// Whether it may begin work that goes on at Atlassian.
    pub(crate) task: bool,
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
        task: false,
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
        task: true,
        ..of("task", "custom_field_delete", delete_field)
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
