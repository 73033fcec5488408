//! Every name that callers know from before answers: as a tool, or with why there is none.
//!
//! `tests/facts/aliases.tsv` is a copy of the facts: the name, the group, and whether Atlassian had
//! an endpoint for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gojira_mcp::catalog;
use serde_json::json;

use crate::fixtures;
use crate::rig::Rig;

/// Tools in another group than the facts say, and why.
const ELSEWHERE: [(&str, &str); 0] = [];

struct Row {
    alias: String,
    group: String,
    has_endpoint: bool,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("tests/facts/aliases.tsv")).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            let mut cell = || cells.next().unwrap();
            Row {
                alias: cell(),
                group: cell(),
                has_endpoint: cell() == "yes",
            }
        })
        .collect()
}

#[test]
fn every_name_has_a_tool_in_its_group_or_a_reason() {
    let rows = rows();
    assert_eq!(rows.iter().filter(|row| row.has_endpoint).count(), 155);
    assert_eq!(rows.len(), 155 + 36);
    let mut elsewhere = BTreeSet::new();
    for row in &rows {
        let alias = row.alias.as_str();
        match (catalog::tool(alias), catalog::gone(alias)) {
            (Some(tool), None) if tool.group == row.group => {}
            (Some(_), None) => {
                elsewhere.insert(alias);
            }
            (None, Some(gone)) if !row.has_endpoint => {
                assert!(!gone.why.is_empty() && !gone.instead.is_empty(), "{alias}");
            }
            _ => panic!("{alias} answers neither as a tool nor with a reason"),
        }
    }
    assert_eq!(
        elsewhere,
        ELSEWHERE.iter().map(|(alias, _)| *alias).collect()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_name_answers_a_call() {
    let rig = Rig::new().await;
    let fixtures = fixtures::all();
    for row in rows() {
        let alias = row.alias.as_str();
        let Some(tool) = catalog::tool(alias) else {
            let code = rig.refused(alias, json!({})).await;
            assert_eq!(code, "UNAVAILABLE", "{alias}");
            continue;
        };
        if let Some(fixture) = fixtures.get(tool.name).filter(|it| it.is_plain()) {
            rig.ok(alias, fixture.arguments.clone()).await;
            continue;
        }
        // What it needs is made first elsewhere; here the name must be known.
        let (answer, failed) = rig.call(alias, json!({})).await;
        let code = answer["error"]["code"].as_str();
        assert!(
            !failed || code == Some("VALIDATION_ERROR"),
            "{alias}: {answer}"
        );
    }
}

#[test]
fn the_copy_is_that_of_the_facts() {
    let facts = root().join("../shared/facts");
    if !facts.is_dir() {
        println!("the folder of facts is not here: the copy of the names was not compared");
        return;
    }
    let read = |file: &str, has_endpoint: bool| -> BTreeMap<String, (String, bool)> {
        let text = std::fs::read_to_string(Path::new(&facts).join(file)).unwrap();
        text.lines()
            .skip(1)
            .map(|line| {
                let (alias, rest) = line.split_once(',').unwrap();
                let (group, _) = rest.split_once(',').unwrap();
                (alias.to_owned(), (group.to_owned(), has_endpoint))
            })
            .collect()
    };
    let mut there = read("tools.csv", true);
    there.extend(read("tools-without-endpoint.csv", false));
    let here: BTreeMap<_, _> = rows()
        .into_iter()
        .map(|row| (row.alias, (row.group, row.has_endpoint)))
        .collect();
    assert_eq!(here, there);
}
