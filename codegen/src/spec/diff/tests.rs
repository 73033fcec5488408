//! Two versions of a small document, and a manifest that uses it.

use serde_json::{Value, json};

use super::*;
use crate::problem::Problems;
use crate::spec::{Document, uses};

fn document() -> Value {
    json!({
        "paths": {
            "/field/{id}": {
                "parameters": [{"in": "path", "name": "id", "required": true, "schema": {"type": "string"}}],
                "get": {"operationId": "getField", "x-scopes": ["read:x"],
                    "parameters": [{"in": "query", "name": "expand", "schema": {"type": "string"}}],
                    "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Field"}}}}}},
                "put": {"operationId": "putField", "requestBody": {"required": true, "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Field"}}}}},
            },
            "/old": {"get": {"operationId": "getOld"}},
        },
        "components": {"schemas": {"Field": {
            "type": "object", "required": ["name"],
            "properties": {
                "id": {"type": "string", "readOnly": true},
                "name": {"type": "string"},
                "kind": {"type": "string", "enum": ["A", "B"]},
                "parent": {"$ref": "#/components/schemas/Field"},
                "owner": {"type": "object", "properties": {"accountId": {"type": "string"}}},
            }
        }}}
    })
}

const MANIFEST: &str = r#"
[[tool]]
name = "field_update"
operation = "d:putField"
body = { fields = ["name", "kind"] }
before = { operation = "d:getField", with = { id = "$id" } }

[[tool]]
name = "old_get"
operation = "d:getOld"
"#;

fn report_on(change: impl Fn(&mut Value)) -> (Diff, Report) {
    let mut newer = document();
    change(&mut newer);
    let of = |root| Document {
        api: "d".to_owned(),
        root,
    };
    let diff = compare(&of(document()), &of(newer));
    let versions = ("1".to_owned(), "2".to_owned());
    let uses = uses(MANIFEST).unwrap();
    let report = Report::new("d", versions, diff.clone(), &uses, Problems::default());
    (diff, report)
}

fn schema(root: &mut Value) -> &mut Value {
    &mut root["components"]["schemas"]["Field"]
}

#[test]
fn a_document_equals_itself() {
    let (diff, report) = report_on(|_| {});
    assert_eq!(diff, Diff::default());
    assert!(!report.breaks());
}

#[test]
fn a_new_operation_breaks_nothing() {
    let (diff, report) =
        report_on(|root| root["paths"]["/new"] = json!({"get": {"operationId": "getNew"}}));
    assert_eq!(diff.added[0].id, "getNew");
    assert!(!report.breaks());
    assert!(
        report.to_string().contains("- GET /new `getNew`"),
        "{report}"
    );
}

#[test]
fn a_tool_whose_operation_went_away_breaks() {
    let (_, report) = report_on(|root| {
        root["paths"].as_object_mut().unwrap().remove("/old");
    });
    assert!(report.breaks());
    assert!(
        report.to_string().contains("**breaks** `old_get`"),
        "{report}"
    );
}

#[test]
fn a_deprecated_or_renamed_operation_breaks_its_tool() {
    let (_, report) = report_on(|root| root["paths"]["/old"]["get"]["deprecated"] = json!(true));
    assert!(report.breaks());
    assert!(
        report.to_string().contains("## Operations deprecated"),
        "{report}"
    );
    let (_, report) =
        report_on(|root| root["paths"]["/old"]["get"]["operationId"] = json!("fetchOld"));
    assert!(report.breaks());
}

#[test]
fn a_body_field_breaks_only_the_tool_that_shows_it() {
    let remove = |name: &'static str| {
        move |root: &mut Value| {
            schema(root)["properties"]
                .as_object_mut()
                .unwrap()
                .remove(name);
        }
    };
    assert!(report_on(remove("kind")).1.breaks());
    let (diff, report) = report_on(remove("owner"));
    assert!(!report.breaks(), "{report}");
    let changes: Vec<_> = diff.changed.values().flatten().collect();
    assert!(
        changes
            .iter()
            .any(|change| change.place == Place::Body("/owner".to_owned()) && change.breaks())
    );
}

#[test]
fn a_newly_required_field_breaks_every_tool() {
    assert!(
        report_on(|root| schema(root)["required"] = json!(["name", "owner"]))
            .1
            .breaks()
    );
}

#[test]
fn a_required_addition_breaks_also_a_tool_that_names_its_fields() {
    let add = |required: Value| {
        move |root: &mut Value| {
            schema(root)["properties"]["scope"] = json!({"type": "string"});
            schema(root)["required"] = required.clone();
        }
    };
    assert!(!report_on(add(json!(["name"]))).1.breaks());
    assert!(report_on(add(json!(["name", "scope"]))).1.breaks());
}

#[test]
fn types_and_lists_of_values_are_compared() {
    let (diff, report) =
        report_on(|root| schema(root)["properties"]["kind"]["enum"] = json!(["A", "C"]));
    let told: Vec<_> = diff
        .changed
        .values()
        .flatten()
        .map(|change| (change.what.as_str(), change.breaks()))
        .collect();
    assert!(told.contains(&("may no longer be \"B\"", true)), "{told:?}");
    assert!(told.contains(&("may be \"C\" too", false)), "{told:?}");
    assert!(report.breaks());
    let (_, report) =
        report_on(|root| schema(root)["properties"]["name"]["type"] = json!("integer"));
    assert!(
        report
            .to_string()
            .contains("body field `/name` is integer now, was string"),
        "{report}"
    );
}

#[test]
fn a_parameter_that_is_not_bound_does_not_break_a_read() {
    let (diff, report) =
        report_on(|root| root["paths"]["/field/{id}"]["get"]["parameters"] = json!([]));
    assert!(diff.changed.values().flatten().any(Change::breaks));
    assert!(!report.breaks(), "{report}");
}

#[test]
fn a_renamed_path_parameter_is_a_change_of_the_same_operation() {
    let (diff, report) = report_on(|root| {
        let paths = root["paths"].as_object_mut().unwrap();
        let mut item = paths.remove("/field/{id}").unwrap();
        item["parameters"][0]["name"] = json!("fieldId");
        paths.insert("/field/{fieldId}".to_owned(), item);
    });
    assert_eq!(
        (diff.added.len(), diff.removed.len(), diff.changed.len()),
        (0, 0, 2)
    );
    assert!(report.breaks());
}

#[test]
fn lost_answer_fields_and_scopes_are_told_to_the_reader() {
    let (_, report) = report_on(|root| {
        schema(root)["properties"]
            .as_object_mut()
            .unwrap()
            .remove("id");
        root["paths"]["/field/{id}"]["get"]["x-scopes"] = json!(["read:y"]);
    });
    assert!(!report.breaks());
    let text = report.to_string();
    assert!(text.contains("answer field `/id` removed"), "{text}");
    assert!(
        text.contains("scopes are `read:y` now, were `read:x`"),
        "{text}"
    );
}
