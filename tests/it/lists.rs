//! Every list in every form: whole, item by item, in small answers, and with single fields.

use std::collections::BTreeSet;

use gojira_mcp::catalog;
use gojira_mcp::catalog::model::{Effect, Tool};
use serde_json::{Value, json};

use crate::fixtures;
use crate::rig::Rig;

/// Most answers that a list is read in.
const MOST: usize = 60;

/// The arguments of each read that needs nothing to be made first.
fn reads() -> Vec<(&'static Tool, Value)> {
    let plain = fixtures::all().into_iter();
    let plain = plain.filter(|(_, fixture)| fixture.is_plain());
    plain
        .filter_map(|(name, fixture)| Some((catalog::tool(&name)?, fixture.arguments)))
        .filter(|(tool, _)| tool.effect == Effect::Read && tool.operation.is_some())
        .collect()
}

fn with(given: &Value, name: &str, value: Value) -> Value {
    let mut given = given.clone();
    given[name] = value;
    given
}

/// All items of a list and every total that was told, following its cursors.
async fn walked(rig: &Rig, tool: &Tool, given: &Value) -> (Vec<Value>, BTreeSet<u64>) {
    let (mut items, mut totals) = (Vec::new(), BTreeSet::new());
    let mut given = given.clone();
    for _ in 0..MOST {
        let answer = rig.ok(tool.name, given.clone()).await;
        let page = answer["result"].as_array().unwrap();
        let returned = answer["page"]["returned"].as_u64();
        assert_eq!(returned, u64::try_from(page.len()).ok(), "{}", tool.name);
        items.extend(page.iter().cloned());
        totals.extend(answer["page"]["total"].as_u64());
        let Some(next) = answer["page"].get("next") else {
            return (items, totals);
        };
        given["page"] = next.clone();
    }
    panic!("{} has no end: {} items", tool.name, items.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_the_same_however_it_is_cut() {
    let rig = Rig::new().await;
    let (mut lists, mut told) = (0, 0);
    for (tool, given) in reads() {
        let first = rig.ok(tool.name, given.clone()).await;
        if first.get("page").is_none() {
            continue;
        }
        lists += 1;
        let (whole, totals) = walked(&rig, tool, &given).await;
        let count = u64::try_from(whole.len()).unwrap();
        assert!(
            totals.iter().all(|it| *it == count),
            "{}: {totals:?} of {count}",
            tool.name
        );
        told += usize::from(!totals.is_empty());

        let small = with(&given, "max_bytes", json!(1000));
        if whole.len() < MOST {
            let (cut, _) = walked(&rig, tool, &small).await;
            // An item that is larger than an answer is told shortened.
            let same = cut.len() == whole.len();
            assert!(same, "{}: {} of {count}", tool.name, cut.len());
        }
        let schema: Value = serde_json::from_str(tool.full_schema).unwrap();
        if schema["properties"].get("limit").is_some() && whole.len() < MOST {
            let single = with(&given, "limit", json!(1));
            let one = rig.ok(tool.name, single.clone()).await;
            assert!(
                one["result"].as_array().unwrap().len() <= 1,
                "{}",
                tool.name
            );
            let (each, totals) = walked(&rig, tool, &single).await;
            assert_eq!(each, whole, "{}", tool.name);
            assert!(
                totals.iter().all(|it| *it == count),
                "{}: {totals:?}",
                tool.name
            );
        }
    }
    println!("{lists} lists, {told} with their total");
    assert!(
        lists > 150 && told * 3 > lists * 2,
        "{lists} lists, {told} with their total"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_fields_that_are_asked_for_are_told() {
    let rig = Rig::new().await;
    for (tool, given) in reads() {
        let whole = rig.ok(tool.name, given.clone()).await;
        let item = match &whole["result"] {
            Value::Array(items) => items.first().cloned().unwrap_or_default(),
            one => one.clone(),
        };
        let Some(name) = item.as_object().and_then(|item| item.keys().next()) else {
            continue;
        };
        let asked = with(&given, "fields", json!([name]));
        let told = rig.ok(tool.name, asked).await;
        let items = match &told["result"] {
            Value::Array(items) => items.clone(),
            one => vec![one.clone()],
        };
        for item in items {
            let others = item.as_object().unwrap().keys().filter(|key| *key != name);
            assert_eq!(others.count(), 0, "{}: {item}", tool.name);
        }
    }
}
