//! Every tool is tried on the sandbox, and all that it sent is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use atlassian_sandbox::SeenRequest;
use futures::StreamExt as _;
use gojira_mcp::catalog::model::Tool;
use serde_json::{Value, json};

use super::document::Document;
use super::excused::EXCUSED;
use super::judge::{Violation, violations};
use crate::fixtures;
use crate::rig::Rig;
use crate::tools::{reads, writes};

/// Documents that could not be had as published; `specs/README.md` says how they were written.
const NOT_PUBLISHED: [&str; 2] = ["admin-dlp", "jsm-forms"];

/// How many writes are tried at a time.
const AT_ONCE: usize = 4;

fn folder() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of the tests, not a setting"
    )]
    let folder = std::env::var_os("PUBLISHED_SPECS")?;
    Some(PathBuf::from(folder))
}

/// Says a line even when the test passes.
fn say(line: &str) {
    writeln!(std::io::stderr(), "{line}").unwrap();
}

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs")
}

/// What all tools sent, each request with the tool that caused it.
async fn sent() -> Vec<(&'static str, SeenRequest)> {
    let fixtures = fixtures::all();
    let mut sent = Vec::new();
    let rig = Rig::new().await;
    for tool in reads() {
        let seen = rig.sandbox.requests().len();
        let arguments = fixtures[tool.name].prepare(&rig).await;
        rig.ok(tool.name, arguments).await;
        let new = rig.sandbox.requests().into_iter().skip(seen);
        sent.extend(new.map(|request| (tool.name, request)));
    }
    let tried = futures::stream::iter(writes())
        .map(|tool: &'static Tool| {
            let fixture = &fixtures[tool.name];
            Box::pin(async move {
                let rig = Rig::new().await;
                let arguments = fixture.prepare(&rig).await;
                let done = rig.commit(tool.name, arguments).await;
                if done["revertible"] == true {
                    let undo = json!({"operation_id": done["operation_id"]});
                    rig.commit("operation_revert", undo).await;
                }
                let requests = rig.sandbox.requests().into_iter();
                requests
                    .map(|request| (tool.name, request))
                    .collect::<Vec<_>>()
            })
        })
        .buffer_unordered(AT_ONCE);
    sent.extend(tried.concat().await);
    sent
}

/// Operations that Atlassian documents and the published file lacks, by document.
fn supplemented(api: &str) -> Option<Document> {
    let text = std::fs::read_to_string(specs().join(format!("{api}.supplement.json"))).ok()?;
    let root: Value = serde_json::from_str(&text).unwrap();
    Some(Document::new(&root))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_fits_the_published_document() {
    let Some(folder) = folder() else {
        say("PUBLISHED_SPECS is not set: the published documents were not compared (skipped)");
        return;
    };
    let mut documents = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let api = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let root: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let document = (Document::new(&root), supplemented(&api));
        documents.insert(api, document);
    }
    let mut judged = 0;
    let mut operations: BTreeSet<String> = BTreeSet::new();
    let mut apart: BTreeSet<String> = BTreeSet::new();
    let mut found: BTreeMap<(&str, Violation), BTreeSet<&str>> = BTreeMap::new();
    for (tool, request) in sent().await {
        let Some((api, path)) = request.document.clone() else {
            continue;
        };
        // What the site refused was not taken for a request of the document either.
        if !(200..400).contains(&request.status) {
            continue;
        }
        let Some((document, supplement)) = documents.get(api) else {
            assert!(NOT_PUBLISHED.contains(&api), "{api} is not in the folder");
            apart.insert(api.to_owned());
            continue;
        };
        let added = supplement.as_ref();
        if added.is_some_and(|added| added.find(&request.method, &path).is_some()) {
            apart.extend(request.operation.clone());
            continue;
        }
        judged += 1;
        operations.extend(request.operation.clone());
        for violation in violations(document, &path, &request) {
            found.entry((api, violation)).or_default().insert(tool);
        }
    }
    say(&format!(
        "{judged} requests held against the published documents; not published: {apart:?}"
    ));
    let mut wrong = Vec::new();
    // Every tool's own operation was among them, but where there is nothing to hold it against.
    for tool in reads().chain(writes()) {
        if let Some(operation) = tool.operation
            && !apart.contains(operation.key)
            && !NOT_PUBLISHED.contains(&operation.api)
            && !operations.contains(operation.key)
        {
            wrong.push(format!("{}: {} was not judged", tool.name, operation.key));
        }
    }
    let fixups = std::fs::read_to_string(specs().join("fixups.toml")).unwrap();
    for ((api, violation), tools) in &found {
        if !EXCUSED.iter().any(|excuse| excuse.covers(api, violation)) {
            let Violation { operation, what } = violation;
            wrong.push(format!("{api} {operation}: {what} ({tools:?})"));
        }
    }
    for excuse in &EXCUSED {
        let name = format!("{} {}", excuse.operation, excuse.what);
        if !found
            .keys()
            .any(|(api, violation)| excuse.covers(api, violation))
        {
            wrong.push(format!("{name}: nothing is excused by this any more"));
        }
        if !excuse.is_known(&fixups) {
            wrong.push(format!("{name}: specs/fixups.toml does not know it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words that the documents do not allow are found, or the test above would prove nothing.
#[test]
fn what_a_document_does_not_allow_is_told() {
    let document = Document::new(&json!({
        "openapi": "3.0.1",
        "paths": {
            "/things/mine": {"get": {}},
            "/things/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
                "put": {
                    "parameters": [
                        {"name": "how", "in": "query", "required": true, "schema": {"type": "string", "enum": ["well", "ill"]}},
                        {"name": "ids", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "integer"}}},
                        {"name": "X-Way", "in": "header", "required": true, "schema": {"type": "string"}},
                    ],
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                },
            },
        },
        "components": {"schemas": {"Thing": {
            "type": "object",
            "required": ["id", "name"],
            "additionalProperties": false,
            "properties": {
                "id": {"type": "string", "readOnly": true},
                "name": {"type": "string"},
                "size": {"type": "integer", "nullable": true},
            },
        }}},
    }));
    let seen = |method: &str, query: &str, headers: &[(&str, &str)], body: Value| SeenRequest {
        method: method.to_owned(),
        path: String::new(),
        query: query.to_owned(),
        operation: None,
        document: None,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        caller: None,
        body,
        status: 200,
    };
    let told = |path: &str, request: &SeenRequest| -> Vec<String> {
        let found = violations(&document, path, request).into_iter();
        found.map(|violation| violation.what).collect()
    };
    let json = [("content-type", "application/json"), ("x-way", "this")];
    let good = seen(
        "PUT",
        "how=well&ids=1,2",
        &json,
        json!({"name": "n", "size": null}),
    );
    assert_eq!(told("/things/7", &good), Vec::<String>::new());
    assert_eq!(
        told("/things/mine", &seen("GET", "", &[], Value::Null)),
        Vec::<String>::new()
    );
    assert_eq!(told("/nothing", &good), ["no such operation"]);

    let bad = told(
        "/things/x",
        &seen(
            "PUT",
            "how=so&ids=1,b&more=1",
            &json,
            json!({"size": "s", "no": 1}),
        ),
    );
    for part in [
        "parameter id: ",
        "parameter how: ",
        "parameter ids/1: ",
        "query parameter more is not declared",
        "body: ",
        "body/size: ",
    ] {
        assert!(
            bad.iter().any(|what| what.starts_with(part)),
            "{part}: {bad:?}"
        );
    }
    assert_eq!(
        told("/things/7", &seen("PUT", "", &[], Value::Null)),
        [
            "parameter how is missing",
            "parameter X-Way is missing",
            "the body is missing"
        ]
    );
    let text = [
        ("content-type", "text/plain"),
        ("content-length", "3"),
        ("x-way", "this"),
    ];
    assert_eq!(
        told("/things/7", &seen("PUT", "how=ill", &text, Value::Null)),
        ["a body of \"text/plain\" is not declared"]
    );
}
