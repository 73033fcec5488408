//! Requests in an administrator's words find the operation that answers them.

use gojira_mcp::catalog;
use gojira_mcp::catalog::model::Tool;
use gojira_mcp::catalog::search::search;

/// Question, tab, the tools that answer it.
const REQUESTS: &str = include_str!("../requests/search.tsv");
/// Of a hundred requests, so many have an answer first, and so many among the first five.
const FIRST: usize = 80;
const AMONG_FIVE: usize = 95;
/// So many requests are asked at least.
const AT_LEAST: usize = 100;

fn requests() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let lines = REQUESTS.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let (question, tools) = line
            .split_once('\t')
            .expect("a question, a tab and its tools");
        (question, tools.split('|').collect())
    })
}

#[test]
fn requests_find_their_operation() {
    let all: Vec<&Tool> = catalog::tools().iter().collect();
    let (mut asked, mut first, mut among_five) = (0, 0, 0);
    let mut missed = String::new();
    for (question, wanted) in requests() {
        let found = search(question, &all).tools;
        let place = found.iter().position(|tool| wanted.contains(&tool.name));
        asked += 1;
        first += usize::from(place == Some(0));
        among_five += usize::from(place.is_some_and(|at| at < 5));
        if place != Some(0) {
            let shown: Vec<_> = found.iter().take(5).map(|tool| tool.name).collect();
            let line = format!("{question}: {wanted:?} is at {place:?} of {shown:?}\n");
            missed.push_str(&line);
        }
    }
    println!("{asked} requests: {first} find the answer first, {among_five} among five\n{missed}");
    assert!(asked >= AT_LEAST, "{asked} requests are asked");
    assert!(first * 100 >= asked * FIRST, "{first} of {asked}\n{missed}");
    assert!(
        among_five * 100 >= asked * AMONG_FIVE,
        "{among_five} of {asked}\n{missed}"
    );
}

#[test]
fn every_request_names_a_tool_that_exists() {
    for (question, tools) in requests() {
        let exists = tools.iter().any(|name| catalog::tool(name).is_some());
        assert!(exists, "{question}: {tools:?}");
    }
}
