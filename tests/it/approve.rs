//! Approval by a person (`GOJIRA_CONSENT=approve`): on the page under their own session, and asked for
//! through a client that opens pages. No word of a client is an approval.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use gojira_mcp::base::ids::AccountId;
use gojira_mcp::base::net;
use gojira_mcp::base::pause::Pause;
use gojira_mcp::cli::browser::{Browser, Page};
use gojira_mcp::config::ConsentMode;
use gojira_mcp::consent::Consent;
use serde_json::{Value, json};

use crate::rig::{Choice, Rig};
use crate::wire::Wire;

const REVISION: &str = "2026-07-28";
const FIELD: &str = "customfield_10033";
const TOOL: &str = "custom_field_update";

async fn approving() -> Rig {
    Rig::with(Choice {
        consent: ConsentMode::Approve,
        ..Choice::default()
    })
    .await
}

/// A browser of the sandbox's person of this number.
struct Person(Browser);

impl Person {
    fn new(rig: &Rig, nth: usize) -> Self {
        let http = net::client(Duration::from_secs(20)).unwrap();
        let email = rig.sandbox.facts().users[nth].email.clone();
        Self(Browser::new(http, "none:".to_owned(), email))
    }

    async fn open(&mut self, url: &str) -> Page {
        self.0.open(url).await.unwrap().page().unwrap()
    }

    /// Opens a page of theirs, signing in where it is asked for.
    async fn signed_in(&mut self, url: &str) -> Page {
        let page = self.open(url).await;
        assert!(!page.html.contains(FIELD), "shown before the sign-in");
        let atlassian = self.press(&page, "sign_in").await;
        let back = self.0.submit(&atlassian, &[]).await.unwrap();
        back.page().unwrap()
    }

    async fn press(&mut self, page: &Page, action: &str) -> Page {
        let landed = self.0.submit(page, &[("action", action)]).await;
        landed.unwrap().page().unwrap()
    }
}

fn change(description: &str) -> Value {
    json!({"fieldId": FIELD, "description": description})
}

/// A dry run: the link for the person, and the arguments that commit it.
async fn planned(rig: &Rig, description: &str) -> (String, Value) {
    let mut change = change(description);
    let dry = rig.ok(TOOL, change.clone()).await;
    let url = dry["result"]["approve_at"].as_str().unwrap().to_owned();
    let next = dry["result"]["next"].as_str().unwrap();
    assert!(next.contains("approve"), "{next}");
    change["commit"] = json!(true);
    change["plan_id"] = dry["result"]["plan_id"].clone();
    (url, change)
}

fn unmet(answer: &Value) -> &Value {
    &answer["result"]["not_committed"]
}

fn kinds(rig: &Rig, wanted: &str) -> usize {
    let audit = rig.audit();
    audit.iter().filter(|line| line["kind"] == wanted).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn approve_mode_needs_a_person() {
    let rig = approving().await;
    let before = rig.sandbox.snapshot();
    let (url, commit) = planned(&rig, "agreed upon").await;
    for _ in 0..2 {
        let answer = rig.ok(TOOL, commit.clone()).await;
        assert_eq!(unmet(&answer)["code"], "CONSENT_REQUIRED");
        assert_eq!(unmet(&answer)["approve_at"], json!(url));
        assert_eq!(answer["result"]["plan_id"], commit["plan_id"], "kept");
    }
    let apply = json!({"plan_id": commit["plan_id"]});
    let answer = rig.ok("apply_plan", apply).await;
    assert_eq!(unmet(&answer)["code"], "CONSENT_REQUIRED");
    assert_eq!(rig.sandbox.snapshot(), before);

    let mut ada = Person::new(&rig, 0);
    let page = ada.signed_in(&url).await;
    assert_eq!((page.status, page.url.as_str()), (200, url.as_str()));
    for due in [
        "First walk",
        "Description",
        "agreed upon",
        "Before",
        "After",
        "Approve",
        "Refuse",
    ] {
        assert!(page.html.contains(due), "{due}: {}", page.html);
    }
    let page = ada.press(&page, "approve").await;
    assert!(page.html.contains("Approved."), "{}", page.html);
    assert_eq!(kinds(&rig, "PLAN_APPROVED"), 1);
    let kept = rig
        .ok("plan_get", json!({"plan_id": commit["plan_id"]}))
        .await;
    assert_eq!(kept["result"]["state"], "approved");
    let done = rig.ok(TOOL, commit).await;
    assert!(done["operation_id"].is_string(), "{done:#}");
    let page = ada.open(&url).await;
    assert!(page.html.contains("carried out"), "{}", page.html);
    let list = ada.open(&format!("{}/connect/plans", rig.origin())).await;
    assert!(list.html.contains("Nothing waits"), "{}", list.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stands() {
    let rig = approving().await;
    let before = rig.sandbox.snapshot();
    let (url, commit) = planned(&rig, "unwanted").await;
    let mut ada = Person::new(&rig, 0);
    let page = ada.signed_in(&url).await;
    let stale = ada.open(&url).await;
    let refused = ada.press(&page, "refuse").await;
    assert!(refused.html.contains("Refused."), "{}", refused.html);
    let again = ada.press(&stale, "approve").await;
    assert_eq!(again.status, 400);
    assert!(again.html.contains("a refusal stands"), "{}", again.html);
    let answer = rig.ok(TOOL, commit).await;
    let why = unmet(&answer)["message"].as_str().unwrap();
    assert!(why.contains("a person refused"), "{why}");
    assert_eq!(rig.sandbox.snapshot(), before);
    assert_eq!(kinds(&rig, "PLAN_REJECTED"), 1);
    assert_eq!(kinds(&rig, "APPROVAL_REFUSED"), 1);
    assert_eq!(kinds(&rig, "PLAN_APPROVED"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_another_person_is_not_there() {
    let rig = approving().await;
    let (url, commit) = planned(&rig, "not for all eyes").await;
    let mut other = Person::new(&rig, 1);
    let page = other.signed_in(&url).await;
    assert_eq!(page.status, 404, "{}", page.html);
    assert!(!page.html.contains(FIELD) && !page.html.contains("not for all eyes"));
    let list = other.open(&format!("{}/connect/plans", rig.origin())).await;
    assert!(list.html.contains("Nothing waits"), "{}", list.html);

    // A form that was made for the other's own pages does not serve here.
    let mut ada = Person::new(&rig, 0);
    let own = ada.signed_in(&url).await;
    let forged = Page {
        url: own.url.clone(),
        status: 200,
        html: own.html.clone(),
    };
    let refused = other.press(&forged, "approve").await;
    assert_eq!(refused.status, 403, "{}", refused.html);
    for wrong in [
        "plan_x",
        "plan_00000000-0000-4000-8000-00000000000g",
        "..%2f",
    ] {
        let page = ada
            .open(&format!("{}/connect/plans/{wrong}", rig.origin()))
            .await;
        assert_eq!(page.status, 404, "{wrong}");
    }
    let answer = rig.ok(TOOL, commit).await;
    assert_eq!(unmet(&answer)["code"], "CONSENT_REQUIRED");
    assert_eq!(kinds(&rig, "PLAN_APPROVED"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_plan_that_went_stale_is_asked_again() {
    let rig = approving().await;
    let (url, commit) = planned(&rig, "approved").await;
    let mut ada = Person::new(&rig, 0);
    let page = ada.signed_in(&url).await;
    ada.press(&page, "approve").await;
    let (url, other) = planned(&rig, "in between").await;
    let page = ada.open(&url).await;
    ada.press(&page, "approve").await;
    let done = rig.ok(TOOL, other).await;
    assert!(done["operation_id"].is_string());
    let after = rig.sandbox.snapshot();
    let answer = rig.ok(TOOL, commit.clone()).await;
    assert_eq!(unmet(&answer)["code"], "STALE_PLAN");
    let fresh = answer["result"]["plan_id"].clone();
    assert_ne!(fresh, commit["plan_id"]);
    let mut again = commit;
    again["plan_id"] = fresh;
    let answer = rig.ok(TOOL, again).await;
    assert_eq!(unmet(&answer)["code"], "CONSENT_REQUIRED");
    assert_eq!(rig.sandbox.snapshot(), after);
}

/// A call in the era without handshakes, with what the client brings back.
async fn ask(wire: &Wire, name: &str, arguments: &Value, able: Value, brought: Value) -> Value {
    let mut params = json!({"name": name, "arguments": arguments, "_meta": {
        "io.modelcontextprotocol/protocolVersion": REVISION,
        "io.modelcontextprotocol/clientInfo": {"name": "by-hand", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": able,
    }});
    for (key, value) in brought.as_object().unwrap() {
        params[key] = value.clone();
    }
    let headers = [
        ("mcp-protocol-version", REVISION),
        ("mcp-method", "tools/call"),
        ("mcp-name", name),
    ];
    wire.send(params, &headers).await
}

fn able() -> Value {
    json!({"elicitation": {"url": {}}})
}

fn brought(asked: &Value, action: &str) -> Value {
    json!({
        "requestState": asked["requestState"],
        "inputResponses": {"approve": {"action": action}},
    })
}

/// The tool's own answer.
fn told(result: &Value) -> Value {
    assert_eq!(result["resultType"], "complete", "{result:#}");
    let text = result["content"][0]["text"].as_str().unwrap();
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_asked_through_a_client_that_opens_pages() {
    let rig = approving().await;
    let wire = Wire::of(&rig, &rig.tokens);
    // A commit alone: the plan is made here, and the ticket remembers it.
    let mut commit = change("through the client");
    commit["commit"] = json!(true);
    let asked = ask(&wire, TOOL, &commit, able(), json!({})).await;
    assert_eq!(asked["resultType"], "input_required", "{asked:#}");
    let request = &asked["inputRequests"]["approve"]["params"];
    assert_eq!(request["mode"], "url");
    let url = request["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{}/connect/plans/plan_", rig.origin())));

    let mut ada = Person::new(&rig, 0);
    let page = ada.signed_in(&url).await;
    ada.press(&page, "approve").await;
    let done = told(&ask(&wire, TOOL, &commit, able(), brought(&asked, "accept")).await);
    assert!(done["operation_id"].is_string(), "{done:#}");
    let entry = json!({"operation_id": done["operation_id"]});
    let entry = rig.ok("operation_get", entry).await;
    assert_eq!(entry["result"]["state"], "applied");

    // The ticket is spent with its plan.
    let again = ask(&wire, TOOL, &commit, able(), brought(&asked, "accept")).await;
    let again = told(&again);
    assert_eq!(
        unmet(&again)["operation_id"],
        done["operation_id"],
        "{again:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_claims_support_gains_nothing() {
    let rig = approving().await;
    let before = rig.sandbox.snapshot();
    let wire = Wire::of(&rig, &rig.tokens);
    let (url, commit) = planned(&rig, "never agreed").await;
    let asked = ask(&wire, TOOL, &commit, able(), json!({})).await;
    assert_eq!(asked["resultType"], "input_required", "{asked:#}");
    assert_eq!(
        asked["inputRequests"]["approve"]["params"]["url"],
        json!(url)
    );
    // "Accepted", without anybody having been on the page: not asked again, and not done.
    let answer = told(&ask(&wire, TOOL, &commit, able(), brought(&asked, "accept")).await);
    assert_eq!(unmet(&answer)["code"], "CONSENT_REQUIRED", "{answer:#}");
    assert_eq!(unmet(&answer)["approve_at"], json!(url));
    for (action, words) in [("decline", "declined"), ("cancel", "aside")] {
        let answer = told(&ask(&wire, TOOL, &commit, able(), brought(&asked, action)).await);
        let error = &answer["error"];
        assert_eq!(error["code"], "CONSENT_REQUIRED", "{answer:#}");
        assert!(error["message"].as_str().unwrap().contains(words));
    }
    // Who opens no pages gets the link in the answer.
    for unable in [json!({}), json!({"elicitation": {"form": {}}})] {
        let answer = told(&ask(&wire, TOOL, &commit, unable, json!({})).await);
        assert_eq!(unmet(&answer)["approve_at"], json!(url));
    }
    let (answer, failed) = wire.call(TOOL, commit).await;
    assert!(!failed);
    assert_eq!(unmet(&answer)["approve_at"], json!(url));
    assert_eq!(rig.sandbox.snapshot(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_for_its_caller_and_call() {
    let rig = approving().await;
    let before = rig.sandbox.snapshot();
    let ada = Wire::of(&rig, &rig.tokens);
    let people = rig.sandbox.facts().users;
    let same_person = rig.sign_in(&people[0]).await;
    let other_client = Wire::of(&rig, &same_person);
    let other_person = rig.sign_in(&people[1]).await;
    let bo = Wire::of(&rig, &other_person);
    let mut commit = change("bound");
    commit["commit"] = json!(true);
    let asked = ask(&ada, TOOL, &commit, able(), json!({})).await;
    let url = asked["inputRequests"]["approve"]["params"]["url"].clone();
    let mut person = Person::new(&rig, 0);
    let page = person.signed_in(url.as_str().unwrap()).await;
    person.press(&page, "approve").await;

    let ticket = brought(&asked, "accept");
    let mut other_call = commit.clone();
    other_call["description"] = json!("something else");
    let mut forged = ticket.clone();
    let text = ticket["requestState"].as_str().unwrap();
    let last = if text.ends_with('A') { "B" } else { "A" };
    forged["requestState"] = json!(format!("{}{last}", &text[..text.len() - 1]));
    let tries = [
        (&bo, &commit, &ticket),
        (&other_client, &commit, &ticket),
        (&ada, &other_call, &ticket),
        (&ada, &commit, &forged),
    ];
    for (nth, (wire, call, ticket)) in tries.into_iter().enumerate() {
        let answer = told(&ask(wire, TOOL, call, able(), ticket.clone()).await);
        assert_eq!(
            answer["error"]["code"], "CONSENT_REQUIRED",
            "{nth}: {answer:#}"
        );
    }
    assert_eq!(kinds(&rig, "APPROVAL_REFUSED"), 4);
    assert_eq!(rig.sandbox.snapshot(), before);
    rig.pass(Duration::from_mins(16));
    let late = told(&ask(&ada, TOOL, &commit, able(), ticket).await);
    assert_eq!(late["error"]["code"], "CONSENT_REQUIRED", "{late:#}");
    assert_eq!(rig.sandbox.snapshot(), before);
}

/// A person who comes to a decision while the server waits for the third time.
#[derive(Debug, Default)]
struct Slow {
    waits: AtomicU32,
    person: OnceLock<(Consent, AccountId)>,
}

#[async_trait]
impl Pause for Slow {
    async fn pause(&self, _span: Duration) {
        tokio::task::yield_now().await;
        let Some((consent, account)) = self.person.get() else {
            return;
        };
        if self.waits.fetch_add(1, Ordering::SeqCst) == 2 {
            let waiting = consent.plans(account, None, 10, |_| true).await.unwrap();
            for plan in waiting.plans {
                consent.decide(account, &plan.id, true).await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_on_the_page_is_waited_for() {
    let slow = Arc::new(Slow::default());
    let rig = Rig::with(Choice {
        consent: ConsentMode::Approve,
        pause: slow.clone(),
        ..Choice::default()
    })
    .await;
    let wire = Wire::of(&rig, &rig.tokens);
    let mut commit = change("decided while one waits");
    commit["commit"] = json!(true);
    let asked = ask(&wire, TOOL, &commit, able(), json!({})).await;
    let consent = rig.dispatcher.parts().consent.clone();
    let person = (consent, rig.principal.account.clone());
    slow.person.set(person).unwrap();
    let done = told(&ask(&wire, TOOL, &commit, able(), brought(&asked, "accept")).await);
    assert!(done["operation_id"].is_string(), "{done:#}");
    assert_eq!(slow.waits.load(Ordering::SeqCst), 3);
}
