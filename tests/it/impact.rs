//! What a preview says of the projects that share what is changed.

use atlassian_sandbox::{Effect, Fault};
use serde_json::{Value, json};

use crate::rig::Rig;

/// The dry run of a call.
async fn preview(rig: &Rig, name: &str, arguments: Value) -> Value {
    let dry = rig.ok(name, arguments).await["result"].take();
    assert_eq!(dry["dry_run"], true, "{name}: {dry:#}");
    assert!(dry["plan_id"].is_string(), "{name}: {dry:#}");
    dry
}

/// The keys of the projects that a preview names, sorted.
fn keys(dry: &Value) -> Vec<&str> {
    let projects = dry["impact"]["projects"].as_array();
    let projects = projects.unwrap_or_else(|| panic!("no projects: {dry:#}"));
    let mut keys: Vec<&str> = projects
        .iter()
        .map(|p| p["key"].as_str().unwrap())
        .collect();
    keys.sort_unstable();
    keys
}

fn warns(dry: &Value, of: &str) -> bool {
    let warnings = dry["warnings"].as_array().unwrap();
    warnings
        .iter()
        .any(|warning| warning.as_str().unwrap().contains(of))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_scheme_says_which_projects_it_reaches() {
    let rig = Rig::new().await;
    let change = json!({"schemeId": 10000, "description": "Closed"});
    let dry = preview(&rig, "permission_scheme_update", change.clone()).await;
    assert_eq!(keys(&dry), ["MOB", "OLD", "PLAT", "PORT"]);
    let impact = &dry["impact"];
    assert_eq!(
        impact["projects"][0]["name"].as_str().map(str::is_empty),
        Some(false)
    );
    assert_eq!(
        (&impact["total"], &impact["everywhere"]),
        (&json!(4), &json!(false))
    );
    assert_eq!(
        (&impact["issues"], &impact["approximate"]),
        (&json!(4), &json!(true))
    );
    assert_eq!(impact.get("untold"), None, "{impact:#}");
    assert!(warns(
        &dry,
        "4 projects share this permission scheme; all of them change"
    ));

    // One project alone is shown, and is no reason to warn.
    let alone = json!({"schemeId": 10002, "description": "Closed"});
    let dry = preview(&rig, "permission_scheme_update", alone).await;
    assert_eq!(keys(&dry), ["HR"]);
    assert!(!warns(&dry, "share this"), "{dry:#}");

    // A commit that is answered with a preview shows it too, and so does an undo.
    let mut blind = change.clone();
    blind["commit"] = json!(true);
    let dry = preview(&rig, "permission_scheme_update", blind).await;
    assert!(dry["not_committed"].is_object());
    assert_eq!(keys(&dry).len(), 4);
    let done = rig.commit("permission_scheme_update", change).await;
    let undo = json!({"operation_id": done["operation_id"]});
    let dry = preview(&rig, "operation_revert", undo).await;
    assert_eq!(keys(&dry).len(), 4);
    assert!(warns(&dry, "share this permission scheme"), "{dry:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shared_in_other_ways_is_found_too() {
    let rig = Rig::new().await;
    let workflow = rig.ok("workflow_list", json!({"query": "Old bug"})).await;
    let unused = workflow["result"][0]["id"].clone();
    for (name, arguments, found) in [
        (
            "notification_scheme_update",
            json!({"schemeId": "10001", "description": "x"}),
            vec!["FAC", "HELP"],
        ),
        (
            "workflow_scheme_publish",
            json!({"schemeId": 10101}),
            vec!["MOB", "PLAT", "PORT"],
        ),
        ("workflow_delete", json!({"workflowId": unused}), vec![]),
        (
            "custom_field_update",
            json!({"fieldId": "customfield_10033", "description": "x"}),
            vec!["FAC", "HELP", "PORT"],
        ),
        (
            "custom_field_project_assign",
            json!({"fieldId": "customfield_10030", "contextId": "10200", "projectIds": ["10002"]}),
            vec!["MOB", "PORT"],
        ),
    ] {
        let dry = preview(&rig, name, arguments).await;
        assert_eq!(keys(&dry), found, "{name}");
        let several = found.len() > 1;
        assert_eq!(warns(&dry, "share this"), several, "{name}: {dry:#}");
        assert_eq!(
            dry["impact"]["issues"].is_u64(),
            !found.is_empty(),
            "{name}: {dry:#}"
        );
    }
    let global = json!({"fieldId": "customfield_10031", "description": "x"});
    let dry = preview(&rig, "custom_field_update", global).await;
    assert_eq!(dry["impact"]["everywhere"], true);
    assert!(warns(&dry, "applies in every project"), "{dry:#}");
    let shown = json!({"fieldId": "customfield_10030", "description": "x"});
    let dry = preview(&rig, "custom_field_update", shown).await;
    assert_eq!(dry["impact"]["others"], json!({"screens": 2}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_read_leads_to_is_said() {
    let rig = Rig::new().await;
    let group = json!({"directoryId": "-", "groupId": "00000133-189d-48fb-ab67-00011b5eb945"});
    let kind = json!({"objectTypeId": "4", "description": "Those who use things"});
    for (name, arguments, counted) in [
        ("org_group_delete", group, "members"),
        ("asset_type_update", kind, "objects"),
    ] {
        let dry = preview(&rig, name, arguments).await;
        let impact = &dry["impact"];
        assert_eq!(impact.get("projects"), None, "{impact:#}");
        assert!(impact["others"][counted].is_u64(), "{name}: {impact:#}");
        assert!(
            impact["untold"]
                .as_str()
                .unwrap()
                .contains("cannot be told"),
            "{impact:#}"
        );
    }
    // What is no shared configuration says nothing.
    let own = json!({"filterId": 10000, "description": "x"});
    let dry = preview(&rig, "filter_update", own).await;
    assert_eq!(dry.get("impact"), None, "{dry:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn impact_never_fails_a_preview() {
    let rig = Rig::new().await;
    for path in [
        "/rest/api/3/project/search",
        "/rest/api/3/search/approximate-count",
    ] {
        rig.sandbox.fault(Fault {
            method: None,
            path: path.to_owned(),
            times: 1000,
            effect: Effect::status(403),
        });
    }
    let scheme = json!({"schemeId": 10000, "description": "Closed"});
    let dry = preview(&rig, "permission_scheme_update", scheme.clone()).await;
    assert!(
        dry["impact"]["untold"]
            .as_str()
            .unwrap()
            .contains("INSUFFICIENT_PERMISSIONS")
    );
    assert!(warns(
        &dry,
        "could not be told how many projects share this permission scheme"
    ));
    assert!(
        dry["patch"]
            .as_array()
            .is_some_and(|patch| !patch.is_empty())
    );
    rig.commit("permission_scheme_update", scheme).await;

    // Projects that are found and cannot be named or counted are bare ids.
    let other = json!({"schemeId": "10001", "description": "x"});
    let dry = preview(&rig, "notification_scheme_update", other).await;
    let impact = &dry["impact"];
    assert_eq!(
        impact["projects"],
        json!([{"id": "10003"}, {"id": "10004"}]),
        "{impact:#}"
    );
    assert!(
        impact["untold"]
            .as_str()
            .unwrap()
            .contains("could not be counted"),
        "{impact:#}"
    );
}
