//! What a commit needs, and that a plan is spent once.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::gate::{Asked, Consent, ConsentError, Decision, Unmet};
use super::hold::{HOLD_TTL, Hold};
use super::plan::{PLAN_TTL, Plan, Preview};
use super::shown::Shown;
use crate::auth::{Principal, Scopes};
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::ids::{AccountId, ClientId, CloudId, OperationId, PlanId};
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
        let hold = self.hold(&preview.names).await.unwrap();
        let settled = self
            .consent
            .settle(permitted, preview, ready(shown()), &asked, &hold)
            .await;
        hold.release().await;
        settled.unwrap()
    }

    async fn hold(&self, names: &[String]) -> Option<Hold> {
        let site = CloudId::new("cloud");
        self.consent.hold(Some(&site), names).await.unwrap()
    }

    async fn plan(&self) -> Plan {
        match self
            .settle("alice", preview(json!(1)), Asked::default())
            .await
        {
            Decision::Preview { plan, unmet: None } => *plan,
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

fn shown() -> Shown {
    Shown {
        target: json!({"kind": "project", "id": "ACME"}),
        undo: "by restoring it".to_owned(),
        ..Shown::default()
    }
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
        names: names(&["project|ACME"]),
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(str::to_owned).collect()
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
    assert_eq!(unmet(again().await), Unmet::Used { operation: None });
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
        revert.reverts = Some(OperationId::new("op"));
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
    let (was, is) = (json!(1), json!(2));
    assert_eq!(unmet(decision), Unmet::Stale { was, is });
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

#[tokio::test]
async fn a_plan_keeps_what_was_shown() {
    let desk = Desk::new(ConsentMode::Plan);
    let plan = desk.plan().await;
    let alice = permitted("alice", &preview(json!(1)));
    let kept = desk.consent.plan(alice.principal(), &plan.id).await;
    assert_eq!(kept.unwrap().unwrap().shown, shown());
}

#[tokio::test]
async fn what_is_not_locked_is_not_committed() {
    let desk = Desk::new(ConsentMode::Plan);
    let plan = desk.plan().await;
    let preview = preview(json!(1));
    for hold in [
        Hold::nothing(),
        desk.hold(&names(&["project|OTHER"])).await.unwrap(),
    ] {
        let permitted = permitted("alice", &preview);
        let asked = commit(Some(&plan.id));
        let settled = desk
            .consent
            .settle(permitted, preview.clone(), ready(shown()), &asked, &hold)
            .await;
        assert!(matches!(settled, Err(ConsentError::NotHeld(name)) if name == "project|ACME"));
    }
}

#[tokio::test]
async fn of_two_locks_on_one_thing_one_is_given() {
    let desk = Desk::new(ConsentMode::Plan);
    let both = names(&["project|ACME", "project|10000"]);
    let first = desk.hold(&both).await.unwrap();
    assert!(desk.hold(&names(&["project|10000"])).await.is_none());
    let elsewhere = CloudId::new("another");
    let other = desk.consent.hold(Some(&elsewhere), &both).await.unwrap();
    assert!(other.is_some());
    let mut beside = desk.hold(&names(&["project|OTHER"])).await.unwrap();
    assert!(!beside.add(&both).await.unwrap());
    first.release().await;
    assert!(beside.add(&both).await.unwrap());
    assert!(desk.hold(&names(&["project|10000"])).await.is_none());
}

#[tokio::test]
async fn a_lock_outlives_no_crash() {
    let desk = Desk::new(ConsentMode::Plan);
    let own = names(&["project|ACME"]);
    // A process that ends without a word, as far as the store can tell.
    desk.hold(&own).await.unwrap().leave();
    assert!(desk.hold(&own).await.is_none());
    desk.clock.advance(HOLD_TTL + Duration::from_secs(1));
    let mut second = desk.hold(&own).await.unwrap();
    desk.clock.advance(HOLD_TTL / 2);
    assert!(second.renew().await.unwrap());
    desk.clock.advance(HOLD_TTL * 9 / 10);
    assert!(desk.hold(&own).await.is_none());
    desk.clock.advance(HOLD_TTL / 5);
    let third = desk.hold(&own).await.unwrap();
    assert!(!second.renew().await.unwrap());
    // What another holds now is not released by who was too late.
    second.release().await;
    assert!(desk.hold(&own).await.is_none());
    third.release().await;
    assert!(desk.hold(&own).await.is_some());
}

#[tokio::test]
async fn a_lock_that_is_dropped_is_released() {
    let desk = Desk::new(ConsentMode::Plan);
    let own = names(&["project|ACME"]);
    drop(desk.hold(&own).await.unwrap());
    for _ in 0..1000 {
        if desk.hold(&own).await.is_some() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("still locked");
}

#[tokio::test]
async fn a_person_agrees_before_a_plan_is_spent() {
    let desk = Desk::new(ConsentMode::Approve);
    let plan = desk.plan().await;
    let again = || desk.settle("alice", preview(json!(1)), commit(Some(&plan.id)));
    for _ in 0..2 {
        match again().await {
            Decision::Preview { plan: kept, unmet } => {
                assert_eq!(
                    (kept.id, unmet),
                    (plan.id.clone(), Some(Unmet::NotApproved))
                );
            }
            Decision::Consented(_) => panic!("nobody has agreed"),
        }
    }
    let (alice, bob) = (AccountId::new("alice"), AccountId::new("bob"));
    let decide = |account: &AccountId, approved| {
        let (account, id) = (account.clone(), plan.id.clone());
        let consent = desk.consent.clone();
        async move { consent.decide(&account, &id, approved).await.unwrap() }
    };
    assert_eq!(decide(&bob, true).await, None);
    assert_eq!(unmet(again().await), Unmet::NotApproved);
    assert!(decide(&alice, true).await.unwrap().is_approved());
    assert!(matches!(again().await, Decision::Consented(_)));
    assert_eq!(decide(&alice, false).await, None, "spent is spent");

    let second = desk.plan().await;
    let id = &second.id;
    let refused = desk
        .consent
        .decide(&alice, id, false)
        .await
        .unwrap()
        .unwrap();
    assert!(refused.is_refused());
    let still = desk
        .consent
        .decide(&alice, id, true)
        .await
        .unwrap()
        .unwrap();
    assert!(still.is_refused(), "a refusal is not taken back");
    let decision = desk
        .settle("alice", preview(json!(1)), commit(Some(id)))
        .await;
    assert_eq!(unmet(decision), Unmet::Refused);
}

#[tokio::test]
async fn plans_are_listed_by_their_own_person_until_they_are_gone() {
    let desk = Desk::new(ConsentMode::Plan);
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(desk.plan().await.id);
        desk.clock.advance(Duration::from_secs(1));
    }
    let alice = AccountId::new("alice");
    let listed = async || {
        let plans = desk
            .consent
            .plans(&alice, None, 10, |_| true)
            .await
            .unwrap();
        plans
            .plans
            .into_iter()
            .map(|plan| plan.id)
            .collect::<Vec<_>>()
    };
    let newest: Vec<PlanId> = made.iter().rev().cloned().collect();
    assert_eq!(listed().await, newest);
    let bob = AccountId::new("bob");
    let none = desk.consent.plans(&bob, None, 10, |_| true).await.unwrap();
    assert!(none.plans.is_empty() && none.more.is_none());
    let first = desk.consent.plans(&alice, None, 2, |_| true).await.unwrap();
    assert_eq!(first.more.as_ref(), Some(&newest[1]));
    let rest = desk
        .consent
        .plans(&alice, first.more.as_ref(), 2, |_| true)
        .await
        .unwrap();
    assert_eq!((rest.plans.len(), rest.more), (1, None));

    assert!(
        desk.consent
            .discard(&bob, &made[0])
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        desk.consent
            .discard(&alice, &made[0])
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        desk.consent
            .discard(&alice, &made[0])
            .await
            .unwrap()
            .is_none()
    );
    let spent = desk.settle("alice", preview(json!(1)), commit(Some(&made[1])));
    assert!(matches!(spent.await, Decision::Consented(_)));
    assert_eq!(listed().await, [made[2].clone()]);
    desk.clock.advance(PLAN_TTL);
    assert!(listed().await.is_empty());
}

#[tokio::test]
async fn a_spent_plan_remembers_what_it_became() {
    let desk = Desk::new(ConsentMode::Plan);
    let plan = desk.plan().await;
    let again = || desk.settle("alice", preview(json!(1)), commit(Some(&plan.id)));
    assert!(matches!(again().await, Decision::Consented(_)));
    let (alice, operation) = (AccountId::new("alice"), OperationId::new("op"));
    desk.consent.became(&alice, &plan.id, &operation).await;
    let operation = Some(operation);
    assert_eq!(unmet(again().await), Unmet::Used { operation });
}
