//! A step is let through only as it was planned, on what was seen, and while its run is under way.

use std::sync::Arc;

use serde_json::{Map, json};

use super::*;
use crate::auth::{Principal, Scopes};
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::ids::{ClientId, CloudId};
use crate::base::random::CountingRandom;
use crate::base::secret::Secret;
use crate::catalog;
use crate::change_sets::SetState;
use crate::config::ConsentMode;
use crate::consent::{Asked, Decision, Shown};
use crate::policy::{Policy, Rules};
use crate::seal::Ring;
use crate::store::sqlite::SqliteStore;
use crate::store::vault::Vault;

/// The tool of the steps. That it is a read matters to nobody here.
const TOOL: &str = "project_get";

struct Desk {
    consent: Consent,
    sets: ChangeSets,
    begun: Begun,
    _dir: tempfile::TempDir,
}

/// What a step is tried with.
struct Try<'a> {
    account: &'a str,
    at: usize,
    project: &'a str,
    state: Value,
    left: Left,
    names: &'a [&'a str],
}

/// The second step, as it was planned: the project that the first one made.
const AS_PLANNED: Try<'static> = Try {
    account: "alice",
    at: 1,
    project: "ACME",
    state: Value::Null,
    left: Left::Nothing,
    names: &[],
};

impl Desk {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(HeldClock::at(Timestamp(1_000_000)));
        let store = SqliteStore::open(&dir.path().join("store"), clock).unwrap();
        let random = Arc::new(CountingRandom::default());
        let ring = Ring::new(Secret::new([7; 32]), Vec::new(), random.clone());
        let vault = Vault::new(Arc::new(store), Arc::new(ring));
        let ttl = std::time::Duration::from_hours(1);
        let sets = ChangeSets::new(vault.clone(), random.clone(), ttl);
        let consent = Consent::new(vault, random, ConsentMode::Commit);
        let begun = begin(&consent, &sets).await;
        Self {
            consent,
            sets,
            begun,
            _dir: dir,
        }
    }

    async fn step(&self, tried: Try<'_>) -> Result<Consented, StepUnmet> {
        let preview = Preview {
            change_set: Some(self.begun.run().set.as_str().to_owned()),
            names: tried.names.iter().map(|name| (*name).to_owned()).collect(),
            ..preview(json!({"project": tried.project}), tried.state)
        };
        let permitted = permitted(
            tried.account,
            catalog::tool(TOOL).unwrap(),
            preview.arguments.clone(),
        );
        let made = Made {
            id: Some("ACME".to_owned()),
            result: Value::Null,
        };
        let due = Due {
            begun: &self.begun,
            at: tried.at,
            made: &BTreeMap::from([("make".to_owned(), made)]),
            left: &tried.left,
        };
        let hold = Hold::nothing();
        let sets = &self.sets;
        self.consent
            .step(sets, due, permitted, preview, &hold)
            .await
    }
}

fn permitted(account: &str, tool: &'static Tool, arguments: Map<String, Value>) -> Permitted {
    let principal = Principal {
        account: AccountId::new(account),
        client: ClientId::new("client"),
        scopes: Scopes::ALL,
        family: "family".to_owned(),
        name: None,
    };
    let rules = Rules {
        groups: [tool.group.to_owned()].into(),
        ..Rules::default()
    };
    Policy::new(rules)
        .permit(&principal, tool, arguments)
        .unwrap()
}

fn preview(arguments: Value, state: Value) -> Preview {
    Preview {
        arguments: serde_json::from_value(arguments).unwrap(),
        reverts: None,
        overwrite: false,
        change_set: None,
        tenant: Some(CloudId::new("cloud")),
        state,
        names: Vec::new(),
    }
}

async fn begin(consent: &Consent, sets: &ChangeSets) -> Begun {
    let set = sets.start(&AccountId::new("alice"), "Trial").await.unwrap();
    let call = |name: &str, project: &str| {
        let arguments = json!({"project": project});
        json!({"name": name, "tool": TOOL, "arguments": arguments})
    };
    let steps = [call("make", "NEW"), call("use", "${make.id}")];
    let preview = Preview {
        change_set: Some(set.id.as_str().to_owned()),
        ..preview(json!({ "steps": steps }), json!({"use": null}))
    };
    let apply = catalog::tool(APPLY).unwrap();
    let permitted = permitted("alice", apply, Map::new());
    let asked = Asked {
        commit: true,
        plan_id: None,
    };
    let hold = Hold::nothing();
    let settled = consent.settle(
        permitted,
        preview,
        std::future::ready(Shown::default()),
        &asked,
        &hold,
    );
    let Decision::Consented(consented) = settled.await.unwrap() else {
        panic!("a preview");
    };
    let begun = consent.begin(
        sets,
        consented,
        PlanId::new("plan"),
        (JobId::new("job"), Vec::new()),
    );
    begun.await.unwrap()
}

#[tokio::test]
async fn the_planned_step_is_recorded_under_its_own_id_and_under_a_guard() {
    let desk = Desk::new().await;
    let consented = desk.step(AS_PLANNED).await.unwrap();
    let step = &desk.begun.run().steps[1];
    assert_eq!(consented.operation(), Some(&step.operation));
    assert_eq!(consented.guard().len(), 1);
    // Another call that goes on with the run has the same ids.
    let account = AccountId::new("alice");
    let plan = PlanId::new("plan");
    let resumed = desk.consent.resume(&desk.sets, &account, &plan).await;
    assert_eq!(resumed.unwrap().unwrap().run(), desk.begun.run());
    let other = AccountId::new("bob");
    let resumed = desk.consent.resume(&desk.sets, &other, &plan).await;
    assert!(resumed.unwrap().is_none());
}

#[tokio::test]
async fn another_call_person_step_or_state_is_not_let_through() {
    let desk = Desk::new().await;
    for (wrong, stale) in [
        (
            Try {
                account: "bob",
                ..AS_PLANNED
            },
            false,
        ),
        (
            Try {
                at: 0,
                ..AS_PLANNED
            },
            false,
        ),
        (
            Try {
                at: 2,
                ..AS_PLANNED
            },
            false,
        ),
        (
            Try {
                project: "${make.id}",
                ..AS_PLANNED
            },
            false,
        ),
        (
            Try {
                state: json!(1),
                ..AS_PLANNED
            },
            true,
        ),
        (
            Try {
                left: Left::As(json!(1)),
                ..AS_PLANNED
            },
            true,
        ),
    ] {
        match desk.step(wrong).await.unwrap_err() {
            StepUnmet::Stale => assert!(stale),
            StepUnmet::Other => assert!(!stale),
            other => panic!("{other:?}"),
        }
    }
    let unlocked = Try {
        names: &["project|ACME"],
        ..AS_PLANNED
    };
    let refused = desk.step(unlocked).await.unwrap_err();
    assert!(matches!(refused, StepUnmet::NotHeld(name) if name == "project|ACME"));
}

#[tokio::test]
async fn what_an_earlier_step_left_stands_in_for_what_was_seen() {
    let desk = Desk::new().await;
    for left in [Left::As(json!(1)), Left::Untold] {
        let tried = Try {
            state: json!(1),
            left,
            ..AS_PLANNED
        };
        assert!(desk.step(tried).await.is_ok());
    }
    // Nothing was seen of the first step's target, which is not there yet.
    let first = Try {
        at: 0,
        project: "NEW",
        state: json!(7),
        ..AS_PLANNED
    };
    assert!(desk.step(first).await.is_ok());
}

#[tokio::test]
async fn a_run_that_is_over_lets_nothing_through() {
    let desk = Desk::new().await;
    let run = desk.begun.run();
    desk.sets.end(run, SetState::Stopped, &[]).await.unwrap();
    let refused = desk.step(AS_PLANNED).await.unwrap_err();
    assert!(matches!(refused, StepUnmet::MovedOn));
    let account = AccountId::new("alice");
    let joined = desk.sets.may_join(&account, &run.set, None).await;
    assert!(matches!(joined, Err(SetError::NotOpen { .. })));
}
