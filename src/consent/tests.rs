//! What a commit needs, and that a plan is spent once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::gate::{Asked, Consent, Decision, Unmet};
use super::plan::{PLAN_TTL, Plan, Preview};
use crate::auth::{Principal, Scopes};
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::ids::{AccountId, ClientId, CloudId, PlanId};
use crate::base::random::CountingRandom;
use crate::base::secret::Secret;
use crate::catalog::fixture::TOOL;
use crate::config::ConsentMode;
use crate::policy::{Permitted, Policy, Rules};
use crate::seal::Ring;
use crate::store::sqlite::SqliteStore;
use crate::store::vault::Vault;

struct Desk {
    consent: Consent,
    clock: HeldClock,
    _dir: tempfile::TempDir,
}

impl Desk {
    fn new(mode: ConsentMode) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = HeldClock::at(Timestamp(1_000_000));
        let store = SqliteStore::open(&dir.path().join("store"), Arc::new(clock.clone())).unwrap();
        let random = Arc::new(CountingRandom::default());
        let ring = Ring::new(Secret::new([7; 32]), Vec::new(), random.clone());
        let vault = Vault::new(Arc::new(store), Arc::new(ring));
        Self {
            consent: Consent::new(vault, random, mode),
            clock,
            _dir: dir,
        }
    }

    async fn settle(&self, account: &str, preview: Preview, asked: Asked) -> Decision {
        let permitted = permitted(account, &preview);
        self.consent
            .settle(permitted, preview, &asked)
            .await
            .unwrap()
    }

    async fn plan(&self) -> Plan {
        match self
            .settle("alice", preview(json!(1)), Asked::default())
            .await
        {
            Decision::Preview { plan, unmet: None } => plan,
            other => panic!("{other:?}"),
        }
    }
}

fn permitted(account: &str, preview: &Preview) -> Permitted {
    let principal = Principal {
        account: AccountId::new(account),
        client: ClientId::new("client"),
        scopes: Scopes::ALL,
        family: "family".to_owned(),
        name: None,
    };
    let rules = Rules {
        groups: [TOOL.group.to_owned()].into(),
        ..Rules::default()
    };
    Policy::new(rules)
        .permit(&principal, &TOOL, preview.arguments.clone())
        .unwrap()
}

fn preview(state: Value) -> Preview {
    Preview {
        arguments: [("project".to_owned(), json!("ACME"))]
            .into_iter()
            .collect(),
        reverts: None,
        overwrite: false,
        change_set: None,
        tenant: Some(CloudId::new("cloud")),
        state,
    }
}

fn commit(plan: Option<&PlanId>) -> Asked {
    Asked {
        commit: true,
        plan_id: plan.cloned(),
    }
}

fn unmet(decision: Decision) -> Unmet {
    match decision {
        Decision::Preview {
            unmet: Some(unmet), ..
        } => unmet,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_plan_is_committed_once() {
    let desk = Desk::new(ConsentMode::Plan);
    let plan = desk.plan().await;
    let again = || desk.settle("alice", preview(json!(1)), commit(Some(&plan.id)));
    assert!(matches!(again().await, Decision::Consented(_)));
    assert_eq!(unmet(again().await), Unmet::Unknown);
}

#[tokio::test]
async fn without_a_plan_there_is_no_commit() {
    let desk = Desk::new(ConsentMode::Plan);
    let decision = desk.settle("alice", preview(json!(1)), commit(None)).await;
    assert_eq!(unmet(decision), Unmet::NoPlan);
    let waived = Desk::new(ConsentMode::Commit);
    let decision = waived
        .settle("alice", preview(json!(1)), commit(None))
        .await;
    assert!(matches!(decision, Decision::Consented(_)));
}

#[tokio::test]
async fn a_plan_is_for_one_caller_call_and_site() {
    for mode in [ConsentMode::Plan, ConsentMode::Commit] {
        let desk = Desk::new(mode);
        let plan = desk.plan().await;
        let asked = || commit(Some(&plan.id));
        let decision = desk.settle("bob", preview(json!(1)), asked()).await;
        assert_eq!(unmet(decision), Unmet::Unknown);
        let mut other = preview(json!(1));
        other.arguments.insert("project".to_owned(), json!("OTHER"));
        assert_eq!(
            unmet(desk.settle("alice", other, asked()).await),
            Unmet::Other
        );
        let mut elsewhere = preview(json!(1));
        elsewhere.tenant = Some(CloudId::new("another"));
        let decision = desk.settle("alice", elsewhere, asked()).await;
        assert_eq!(unmet(decision), Unmet::Other);
        let mut revert = preview(json!(1));
        revert.reverts = Some(crate::base::ids::OperationId::new("op"));
        assert_eq!(
            unmet(desk.settle("alice", revert, asked()).await),
            Unmet::Other
        );
    }
}

#[tokio::test]
async fn a_changed_target_makes_the_plan_stale() {
    let desk = Desk::new(ConsentMode::Plan);
    let plan = desk.plan().await;
    let decision = desk
        .settle("alice", preview(json!(2)), commit(Some(&plan.id)))
        .await;
    let changed = json!([{"op": "replace", "path": "", "value": 2}]);
    assert_eq!(unmet(decision), Unmet::Stale { changed });
}

#[tokio::test]
async fn a_plan_ends() {
    let desk = Desk::new(ConsentMode::Plan);
    let plan = desk.plan().await;
    assert_eq!(plan.expires_at, Timestamp(1_000_000).plus(PLAN_TTL));
    desk.clock.advance(PLAN_TTL + Duration::from_secs(1));
    let decision = desk
        .settle("alice", preview(json!(1)), commit(Some(&plan.id)))
        .await;
    assert_eq!(unmet(decision), Unmet::Unknown);
}
