//! Sizes, cuts, projections and the shapes of success and failure.

use serde_json::{Map, Value, json};

use super::*;
use crate::base::fault::Code;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn ask(content: Content, fields: Option<&[&str]>, max_bytes: Option<usize>) -> Value {
    let fields: Option<Vec<String>> =
        fields.map(|fields| fields.iter().map(|field| (*field).to_owned()).collect());
    let form = Form {
        fields: fields.as_deref(),
        max_bytes,
    };
    let text = success(content, Map::new(), form);
    let most = max_bytes.unwrap_or(USUAL).clamp(FEWEST, MOST);
    assert!(text.len() <= most, "{} over {most}", text.len());
    read(&text)
}

fn list(items: Vec<Value>) -> Content {
    Content::List(Page::unpaged(items, Map::new()))
}

#[test]
fn a_small_answer_is_whole_and_without_noise() {
    let value = json!({
        "self": "https://a", "id": 1, "_links": {}, "lead": {"name": "A", "avatarUrls": {"16": "u"}},
        "flag": {"self": true}
    });
    assert_eq!(
        ask(Content::Whole(value), None, None),
        json!({"result": {"id": 1, "lead": {"name": "A"}, "flag": {"self": true}}})
    );
}

#[test]
fn fields_project_by_name_path_and_pointer() {
    let value = json!({
        "self": "https://a", "id": 1, "a.b": 2,
        "lead": {"name": "A", "avatarUrls": {"16": "u"}, "id": 9},
        "rows": [{"x": 1, "y": 2}, {"x": 3}, {"y": 4}]
    });
    for (fields, expected) in [
        (&["id"][..], json!({"id": 1})),
        (&["self", "a.b"], json!({"self": "https://a", "a.b": 2})),
        (&["lead"], json!({"lead": {"name": "A", "id": 9}})),
        (
            &["lead.name", "/lead/id"],
            json!({"lead": {"name": "A", "id": 9}}),
        ),
        (
            &["lead.avatarUrls"],
            json!({"lead": {"avatarUrls": {"16": "u"}}}),
        ),
        (&["rows.x"], json!({"rows": [{"x": 1}, {"x": 3}]})),
        (&["/rows/1"], json!({"rows": [{"x": 3}]})),
        (&["nothing", "id.deeper"], json!({})),
    ] {
        let answer = ask(Content::Whole(value.clone()), Some(fields), None);
        assert_eq!(answer["result"], expected, "{fields:?}");
    }
    let items = list(vec![json!({"x": 1, "y": 2}), json!({"y": 3})]);
    assert_eq!(
        ask(items, Some(&["x"]), None)["result"],
        json!([{"x": 1}, {}])
    );
}

#[test]
fn a_list_is_cut_at_whole_items_and_goes_on_where_it_was_cut() {
    let items: Vec<Value> = (0..500)
        .map(|at| json!({"id": at, "text": "é\"".repeat(at % 60)}))
        .collect();
    for max_bytes in [1_000, 1_001, 1_777, 4_096, 24_000, 90_000] {
        let mut seen = Vec::new();
        let mut page = Page::unpaged(items.clone(), Map::new());
        loop {
            let answer = ask(Content::List(page.clone()), None, Some(max_bytes));
            let result = answer["result"].as_array().unwrap();
            assert_eq!(answer["page"]["returned"], result.len());
            assert_eq!(answer["page"]["total"], 500);
            assert!(answer.get("cut").is_none());
            seen.extend(result.iter().cloned());
            let Some(next) = answer["page"]["next"].as_str() else {
                break;
            };
            page = page.reread(next, &items);
        }
        assert_eq!(seen, items, "{max_bytes}");
    }
}

#[test]
fn an_item_too_large_for_any_page_is_shrunk_and_passed() {
    let items = vec![
        json!({"id": 1, "design": {"text": "x".repeat(5_000), "name": "n"}}),
        json!({"id": 2}),
    ];
    let answer = ask(list(items), None, Some(1_000));
    assert_eq!(answer["page"]["returned"], 1);
    assert_eq!(answer["result"][0]["id"], 1);
    assert_eq!(answer["result"][0]["design"]["name"], "n");
    assert_eq!(answer["cut"][0]["path"], "/design/text");
    assert!(answer["page"]["next"].is_string());
}

#[test]
fn a_whole_answer_too_large_keeps_the_small_and_names_the_cut() {
    let value = json!({
        "id": 7,
        "a/b": "y".repeat(40_000),
        "steps": (0..4000).collect::<Vec<_>>(),
        "deep": {"deeper": {"text": "é".repeat(30_000), "kept": true}},
    });
    for max_bytes in [1_000, 1_500, 10_000, 60_000] {
        let answer = ask(Content::Whole(value.clone()), None, Some(max_bytes));
        assert_eq!(answer["result"]["id"], 7);
        assert_eq!(answer["result"]["deep"]["deeper"]["kept"], true);
        let cuts: Vec<&str> = answer["cut"]
            .as_array()
            .unwrap()
            .iter()
            .map(|cut| cut["path"].as_str().unwrap())
            .collect();
        assert!(cuts.contains(&"/deep/deeper/text"), "{cuts:?}");
        assert!(cuts.contains(&"/a~1b"), "{cuts:?}");
        assert!(answer["mend"].is_string());
    }
    let asked = ask(
        Content::Whole(value),
        Some(&["/deep/deeper/text"]),
        Some(90_000),
    );
    assert!(asked.get("cut").is_none());
}

#[test]
fn a_list_that_keeps_all_its_items_names_only_what_is_shorter_in_them() {
    let value = json!({"patch": [{"op": "add", "value": "z".repeat(9_000)}]});
    let answer = ask(Content::Whole(value), None, Some(1_000));
    assert_eq!(
        answer["cut"],
        json!([{"path": "/patch/0/value", "bytes": 9_002}])
    );
}

#[test]
fn what_stands_beside_is_never_cut() {
    let beside = Map::from_iter([("operation_id".to_owned(), json!("op"))]);
    let content = Content::Whole(json!("z".repeat(100_000)));
    let answer = read(&success(content, beside, Form::default()));
    assert_eq!(answer["operation_id"], "op");
    assert!(answer["result"].as_str().unwrap().ends_with("..."));
}

#[test]
fn a_failure_says_what_is_known_and_no_secret() {
    let plain = failure(&Fault::new(Code::NotFound, "no such thing"), "ref");
    assert_eq!(
        read(&plain),
        json!({"error": {"code": "NOT_FOUND", "message": "no such thing", "reference_id": "ref"}})
    );
    let full = Fault::new(Code::RateLimited, "sent Bearer abcdefgh12")
        .with_details(json!({"authorization": "x", "long": "y".repeat(50_000)}))
        .with_mend("wait")
        .retry_after(5);
    let text = failure(&full, "ref");
    assert!(text.len() < 8_000 && !text.contains("abcdefgh12"), "{text}");
    let answer = read(&text);
    assert_eq!(answer["error"]["retry_after_ms"], 5);
    assert_eq!(answer["error"]["mend"], "wait");
    assert_eq!(
        answer["error"]["details"]["authorization"],
        redact::REDACTED
    );
}
