//! What counts as a reference, and what stands in its place.

use serde_json::json;

use super::*;

fn arguments(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

fn made() -> BTreeMap<String, Made> {
    let scheme = Made {
        id: Some("10017".to_owned()),
        result: json!({"id": 10017, "key": "ACME", "parts": ["a/b"], "~": null}),
    };
    BTreeMap::from([("make".to_owned(), scheme)])
}

fn schema() -> Value {
    json!({
        "$defs": {"Holder": {"properties": {"value": {"type": "string"}}}},
        "properties": {
            "number": {"type": "integer"},
            "text": {"type": "string"},
            "either": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "flag": {"type": "boolean"},
            "ids": {"type": "array", "items": {"type": "integer"}},
            "holder": {"$ref": "#/$defs/Holder"},
        },
    })
}

fn resolved(value: Value) -> Result<Value, ReferenceError> {
    resolve(&arguments(value), &made(), &schema()).map(Value::Object)
}

#[test]
fn a_reference_takes_the_type_of_its_place() {
    let given = json!({
        "number": "${make.id}", "text": "${make/id}", "either": "${make.id}",
        "ids": [1, "${make.id}"], "holder": {"value": "${make/id}"}, "other": "${make/parts/0}",
    });
    let wanted = json!({
        "number": 10017, "text": "10017", "either": 10017,
        "ids": [1, 10017], "holder": {"value": "10017"}, "other": "a/b",
    });
    assert_eq!(resolved(given), Ok(wanted));
}

#[test]
fn within_a_text_it_is_text_and_a_doubled_dollar_is_plain() {
    let given = json!({"text": "ari:${make.id}/${make/key}", "plain": "$${make.id} costs $5"});
    let wanted = json!({"text": "ari:10017/ACME", "plain": "${make.id} costs $5"});
    assert_eq!(resolved(given), Ok(wanted));
}

#[test]
fn what_was_not_made_or_does_not_fit_is_refused() {
    for absent in [
        "${make/nothing}",
        "${other.id}",
        "${make/~0}",
        "x${make/~0}",
    ] {
        let refused = resolved(json!({ "text": absent })).unwrap_err();
        assert!(matches!(refused, ReferenceError::Absent { .. }), "{absent}");
    }
    for (name, wrong) in [
        ("number", "${make/key}"),
        ("flag", "${make.id}"),
        ("text", "x${make/parts}"),
    ] {
        let refused = resolved(json!({ name: wrong })).unwrap_err();
        assert!(
            matches!(&refused, ReferenceError::WrongType { at, .. } if *at == format!("/{name}")),
            "{wrong}: {refused:?}"
        );
    }
}

#[test]
fn a_reference_is_to_an_earlier_step() {
    let given = arguments(json!({"a": {"b/c": ["${make.id} and ${also/x/y}"]}, "d": 7}));
    let earlier = BTreeSet::from(["make", "also"]);
    let found = references(&given, &earlier).unwrap();
    let steps: Vec<(&str, &str)> = found.iter().map(|r| (&*r.at, &*r.step)).collect();
    assert_eq!(steps, [("/a/b~1c/0", "make"), ("/a/b~1c/0", "also")]);
    let refused = references(&given, &BTreeSet::from(["make"])).unwrap_err();
    assert!(matches!(refused, ReferenceError::NotEarlier { step, .. } if step == "also"));
}

#[test]
fn what_only_looks_like_a_reference_is_refused() {
    for odd in [
        "${make}",
        "${make.id",
        "${Make.id}",
        "${.id}",
        "${make.key}",
        "${}",
    ] {
        let refused = references(&arguments(json!({ "a": odd })), &BTreeSet::from(["make"]));
        assert!(
            matches!(refused, Err(ReferenceError::Malformed { .. })),
            "{odd}"
        );
    }
    let plain = arguments(json!({"a": "$5, {{issue.key}} and $${make.id}"}));
    assert_eq!(references(&plain, &BTreeSet::new()), Ok(Vec::new()));
}
