//! Holds every answer of every operation against the document: each operation is asked for
//! something that the seed can give, and the body has to fit the published schema. What the rows of
//! the shelves are asked follows from the seed, where no sample says it.

mod derived;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue};
use serde_json::Value;

use crate::auth::credentials::{App, Credentials, Grant};
use crate::host::exchange::{Content, Request};
use crate::host::fault::Faults;
use crate::host::rate::Rates;
use crate::host::service::{Inner, Service};
use crate::shelf::table::{Op, Shelf};
use crate::shelves::all::FAMILIES;
use crate::spec::document::Documents;
use crate::spec::operation::{Operation, Payload};
use crate::state::entropy::Entropy;
use crate::state::seed;

/// Requests: `METHOD path`, and a body after a space where there is one. The first file is of the
/// hand-written handlers, the others are of families, sorted.
const SAMPLES: &[&str] = &[
    include_str!("conformance/samples/base.txt"),
    // Before a group goes that it restricts a page to.
    include_str!("conformance/samples/confluence.txt"),
    //
    include_str!("conformance/samples/access.txt"),
    include_str!("conformance/samples/assets.txt"),
    include_str!("conformance/samples/boards.txt"),
    include_str!("conformance/samples/components.txt"),
    include_str!("conformance/samples/filters_and_dashboards.txt"),
    include_str!("conformance/samples/issue_config.txt"),
    include_str!("conformance/samples/jsm_organizations.txt"),
    include_str!("conformance/samples/organization.txt"),
    include_str!("conformance/samples/plans.txt"),
    include_str!("conformance/samples/project_settings.txt"),
    include_str!("conformance/samples/screens_and_fields.txt"),
    include_str!("conformance/samples/service_desks.txt"),
    include_str!("conformance/samples/space_properties.txt"),
    include_str!("conformance/samples/system.txt"),
    include_str!("conformance/samples/versions.txt"),
    include_str!("conformance/samples/webhooks.txt"),
    include_str!("conformance/samples/workflow_schemes.txt"),
];

/// Members that real answers have and the documents do not, by the end of the path.
const UNDOCUMENTED: [(&str, &[&str]); 2] = [
    ("/issuetypescheme", &["issueTypes", "projects"]),
    ("/fieldconfiguration", &["id", "isDefault"]),
];

const NOW: i64 = 1_772_400_000_000;

struct Rig {
    service: Service,
    bearer: String,
    admin: String,
    /// The answer before, whose id `{last}` stands for.
    last: RefCell<Value>,
}

fn rig() -> Rig {
    let documents = Documents::embedded().unwrap();
    let mut tenant = seed::tenant(1, NOW).unwrap();
    let admin = tenant
        .of(crate::state::kind::Kind::User)
        .values()
        .next()
        .unwrap()
        .clone();
    let account = admin["accountId"].as_str().unwrap().to_owned();
    let email = admin["emailAddress"].as_str().unwrap().to_owned();
    let scopes: BTreeSet<String> = documents
        .operations()
        .iter()
        .flat_map(|o| o.scopes.iter().chain(&o.granular).cloned())
        .collect();
    let app = App {
        client_id: "c".to_owned(),
        client_secret: "s".to_owned(),
        scopes: scopes.clone(),
    };
    let mut credentials = Credentials::new(app, "org-key".to_owned());
    credentials.add_api_token("token".to_owned(), &email, &account, None);
    let grant = Grant {
        account,
        scopes: scopes.into_iter().collect(),
    };
    let mut entropy = Entropy::new(9);
    let code = credentials.issue_code(&mut entropy, grant, "http://127.0.0.1/cb", NOW);
    let pair = credentials
        .redeem(&mut entropy, &code, "http://127.0.0.1/cb", NOW)
        .unwrap();
    tenant.now = NOW;
    let service = Service {
        origin: "http://127.0.0.1:1".to_owned(),
        clock: Arc::new(|| NOW),
        auto_approve: None,
        documents,
        inner: Mutex::new(Inner {
            tenants: vec![tenant],
            credentials,
            rates: Rates::new(100_000),
            faults: Faults::default(),
            seen: Vec::new(),
        }),
    };
    Rig {
        service,
        bearer: pair.access,
        admin: email,
        last: RefCell::default(),
    }
}

impl Rig {
    fn ask(&self, line: &str) -> (u16, Value) {
        let mut parts = line.splitn(3, ' ');
        let (method, address) = (parts.next().unwrap(), parts.next().unwrap());
        let body = parts.next().unwrap_or_default();
        let address = address
            .replace("{cloud}", seed::CLOUD_ID)
            .replace("{ws}", seed::WORKSPACE_ID)
            .replace("{org}", seed::ORG_ID)
            .replace("{site}", seed::SITE);
        let last = self.last.borrow()["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let address = address.replace("{last}", &last);
        let body = body.replace("{cloud}", seed::CLOUD_ID);
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        let mut headers = HeaderMap::new();
        let credential = if path.starts_with("/api/ex/") {
            format!("Bearer {}", self.bearer)
        } else if path.starts_with("/api/admin") || path.starts_with("/api/users") {
            "Bearer org-key".to_owned()
        } else {
            use base64::Engine as _;
            let pair = format!("{}:token", self.admin);
            format!(
                "Basic {}",
                base64::engine::general_purpose::STANDARD.encode(pair)
            )
        };
        headers.insert("authorization", HeaderValue::from_str(&credential).unwrap());
        headers.insert("x-experimentalapi", HeaderValue::from_static("opt-in"));
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body: body.into_bytes(),
        };
        let answer = self.service.answer(&request);
        let value = match answer.body {
            Content::Json(value) => value,
            Content::None | Content::Html(_) => Value::Null,
        };
        self.last.replace(value.clone());
        (answer.status, value)
    }
}

/// The schema faults of an answer, against the response of its status or of its class.
fn faults(operation: &Operation, status: u16, value: &Value) -> Vec<String> {
    let class = format!("{}XX", status / 100);
    let declared = operation
        .responses
        .get(&status.to_string())
        .or_else(|| operation.responses.get(&class));
    let Some(validator) = declared.and_then(Payload::validator) else {
        return Vec::new();
    };
    if value.is_null() {
        return Vec::new();
    }
    let mut value = value.clone();
    for (_, members) in UNDOCUMENTED
        .iter()
        .filter(|(end, _)| operation.path.ends_with(end))
    {
        // A creation at the same path answers without a list.
        let items = value.get_mut("values").and_then(Value::as_array_mut);
        for item in items.into_iter().flatten() {
            item.as_object_mut()
                .unwrap()
                .retain(|name, _| !members.contains(&name.as_str()));
        }
    }
    let validator = validator.unwrap();
    validator
        .iter_errors(&value)
        .take(3)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect()
}

/// What was answered well, and what was not.
#[derive(Default)]
struct Tried {
    answered: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Tried {
    fn ask(&mut self, rig: &Rig, line: &str) {
        let (status, value) = rig.ask(line);
        let key = rig
            .service
            .with(|inner| inner.seen.last().unwrap().operation.clone());
        let Some(key) = key else { return };
        let all = rig.service.documents.operations();
        let operation = all.iter().find(|o| o.key() == key).unwrap();
        if !(200..400).contains(&status) {
            self.wrong.push(format!("{line}\n    {status} {value}"));
            return;
        }
        for fault in faults(operation, status, &value) {
            let fault: String = fault.chars().take(400).collect();
            self.wrong.push(format!("{line}\n    {fault}"));
        }
        self.answered.insert(key);
    }
}

#[test]
fn every_operation_answers_in_the_shape_of_its_document() {
    let mut tried = Tried::default();
    let shared = rig();
    let lines = SAMPLES.iter().flat_map(|file| file.lines());
    for line in lines.filter(|l| !l.is_empty() && !l.starts_with('#')) {
        tried.ask(&shared, line);
    }
    let operations = shared.service.documents.operations();
    for family in FAMILIES {
        derive(family, operations, &mut tried);
    }
    let missing: Vec<String> = operations
        .iter()
        .map(Operation::key)
        .filter(|k| !tried.answered.contains(k))
        .collect();
    assert!(
        tried.wrong.is_empty(),
        "answers that do not fit:\n{}",
        tried.wrong.join("\n")
    );
    assert!(
        missing.is_empty(),
        "operations without a sample that succeeds:\n{}",
        missing.join("\n")
    );
}

/// Asks every row of a family that no sample asked, on a site of its own.
fn derive(family: &'static [Shelf], operations: &[Operation], tried: &mut Tried) {
    let mut rows: Vec<_> = family
        .iter()
        .flat_map(|shelf| shelf.ops.iter().map(move |op| (shelf, op)))
        .filter_map(|(shelf, Op(method, path, act))| {
            let is = |o: &&Operation| o.api == shelf.api && o.method == *method && o.path == *path;
            Some((shelf, act, operations.iter().find(is)?))
        })
        .filter(|(_, _, operation)| !tried.answered.contains(&operation.key()))
        .collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|(_, act, _)| derived::rank(act));
    let rig = rig();
    for (shelf, act, operation) in rows {
        let with = |inner: &mut Inner| derived::line(&inner.tenants[0], shelf, act, operation);
        let line = rig.service.with(with);
        tried.ask(&rig, &line);
    }
}
