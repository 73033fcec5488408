//! Budgets over a real store and a held clock.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::base::clock::{Clock, HeldClock, Timestamp};
use crate::base::fault::Code;
use crate::base::ids::{AccountId, CloudId};
use crate::config::LimitSettings;
use crate::store::fixture::vault;

struct House {
    _dir: tempfile::TempDir,
    clock: HeldClock,
    limits: Limits,
}

fn house(per_user_per_min: u32, near_limit_extra: u32) -> House {
    let clock = HeldClock::at(Timestamp(1_795_415_820_000));
    let (vault, dir) = vault(Arc::new(clock.clone()));
    let settings = LimitSettings {
        per_user_per_min,
        near_limit_extra,
    };
    House {
        _dir: dir,
        limits: Limits::new(vault, Arc::new(clock.clone()), settings),
        clock,
    }
}

async fn spend_until_short(limits: &Limits, who: &str) -> (u32, Option<u64>) {
    let account = AccountId::new(who);
    for done in 0..10_000 {
        if let Err(fault) = limits.spend(&account, None).await {
            assert_eq!(fault.code, Code::RateLimited);
            return (done, fault.retry_after_ms);
        }
    }
    panic!("the budget has no end")
}

#[tokio::test]
async fn a_person_has_so_many_calls_a_minute() {
    let house = house(6, 0);
    let (done, wait) = spend_until_short(&house.limits, "ann").await;
    assert_eq!(done, 6);
    assert!(
        wait.is_some_and(|wait| (1..=10_000).contains(&wait)),
        "{wait:?}"
    );
    assert_eq!(spend_until_short(&house.limits, "bob").await.0, 6);
    house.clock.advance(Duration::from_secs(10));
    assert_eq!(spend_until_short(&house.limits, "ann").await.0, 1);
}

#[tokio::test]
async fn a_site_has_a_budget_of_its_own() {
    let house = house(2, 0);
    let site = CloudId::new("cloud");
    let mut done = 0;
    for person in 0..30 {
        let account = AccountId::new(format!("p{person}"));
        if house.limits.spend(&account, Some(&site)).await.is_ok() {
            done += 1;
        }
    }
    assert_eq!(done, 20);
}

#[tokio::test]
async fn a_near_limit_deducts_at_once_and_halves_the_rate_until_the_reset() {
    let house = house(20, 5);
    let ann = AccountId::new("ann");
    let until = Some(house.clock.now().plus(Duration::from_mins(2)));
    house.limits.near(&ann, Near { until }).await;
    assert_eq!(spend_until_short(&house.limits, "ann").await.0, 7);
    house.clock.advance(Duration::from_mins(1));
    assert_eq!(spend_until_short(&house.limits, "ann").await.0, 10);
    house.clock.advance(Duration::from_mins(1));
    assert_eq!(spend_until_short(&house.limits, "ann").await.0, 20);
}

#[tokio::test]
async fn without_a_reset_only_the_deduction_counts() {
    let house = house(20, 5);
    house
        .limits
        .near(&AccountId::new("ann"), Near { until: None })
        .await;
    assert_eq!(spend_until_short(&house.limits, "ann").await.0, 15);
}

#[tokio::test]
async fn looks_that_nobody_asked_for_take_nothing_from_the_person_and_end_near_the_limit() {
    let house = house(12, 0);
    let (ann, bob) = (AccountId::new("ann"), AccountId::new("bob"));
    assert!(house.limits.spare(&ann, None).await);
    assert!(house.limits.spare(&ann, None).await);
    assert!(!house.limits.spare(&ann, None).await, "a sixth of twelve");
    assert_eq!(spend_until_short(&house.limits, "ann").await.0, 12);
    assert!(house.limits.spare(&bob, None).await, "each has their own");
    house.limits.near(&bob, Near { until: None }).await;
    assert!(!house.limits.spare(&bob, None).await);
    house.clock.advance(Duration::from_secs(61));
    assert!(house.limits.spare(&bob, None).await);
    let until = house.clock.now().plus(Duration::from_mins(5));
    house.limits.near(&bob, Near { until: Some(until) }).await;
    house.clock.advance(Duration::from_mins(4));
    assert!(!house.limits.spare(&bob, None).await);
    house.clock.advance(Duration::from_mins(2));
    assert!(house.limits.spare(&bob, None).await);
}

#[tokio::test]
async fn a_site_bears_only_so_many_looks_of_all_persons() {
    let house = house(6, 0);
    let site = CloudId::new("cloud");
    let mut seen = 0;
    for nth in 0..20 {
        let who = AccountId::new(format!("person-{nth}"));
        seen += u32::from(house.limits.spare(&who, Some(&site)).await);
    }
    assert_eq!(seen, 10);
}
