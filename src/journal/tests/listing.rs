//! Walks of a journal: complete, in bounds, and the same after every page.

use super::*;
use crate::store::{Durability, keys};

/// Writes this many entries at two moments, oldest first.
async fn fill(desk: &Desk, count: usize) {
    let account = AccountId::new("alice");
    let mut steps = Vec::new();
    for at in 0..count {
        let mut one = entry(&format!("op-{at:05}"));
        one.account = account.clone();
        one.opened_at = Timestamp(i64::from(at >= count / 2));
        one.state = State::Applied;
        let set = (at % 1000 == 7).then(|| "cs".to_owned());
        one.change_set.clone_from(&set);
        let key = super::super::book::key(&account, &one.id);
        steps.push(desk.journal.vault.put_step(&key, &one, None).unwrap());
        let mut indexes = vec![keys::journal_index("alice"), keys::JOURNAL_ALL.to_owned()];
        indexes.extend(set.map(|set| keys::journal_set_index("alice", &set)));
        steps.extend(indexes.into_iter().map(|index| Step::Append {
            index,
            score: one.opened_at.0,
            member: crate::store::due::member(&account, &one.id),
            ttl: None,
        }));
    }
    desk.store.apply(Durability::Relaxed, steps).await.unwrap();
}

#[tokio::test]
async fn a_long_journal_is_walked_in_bounds() {
    let desk = Desk::new();
    fill(&desk, 2_500).await;
    let alice = AccountId::new("alice");
    let seldom = Filter {
        limit: 10,
        ..Filter::default()
    };
    let fits = |entry: &Entry| entry.id.as_str() == "op-00003";
    let first = desk.journal.walk(Some(&alice), &seldom, None, fits).await;
    let first = first.unwrap();
    assert!(first.found.is_empty());
    assert_eq!(first.looked_at, 2_000);
    let second = desk.journal.walk(Some(&alice), &seldom, first.next, fits);
    let second = second.await.unwrap();
    assert_eq!((second.found.len(), second.looked_at), (1, 500));
    assert_eq!(second.next, None);
    // The index of a set is as short as the set.
    let of_set = Filter {
        change_set: Some("cs".to_owned()),
        ..seldom
    };
    let set = desk.journal.walk(Some(&alice), &of_set, None, |_| true);
    let set = set.await.unwrap();
    assert_eq!((set.found.len(), set.looked_at), (3, 3));
    // An auditor who does not know the owner finds the newest only.
    let any = async |id: &str| {
        let id = OperationId::new(id);
        desk.journal.get_of_any(&id).await.unwrap()
    };
    assert!(any("op-02499").await.is_some());
    assert!(any("op-00000").await.is_none());
}

#[tokio::test]
async fn pages_hold_every_entry_once() {
    let desk = Desk::new();
    fill(&desk, 250).await;
    let alice = AccountId::new("alice");
    let seven = Filter {
        limit: 7,
        ..Filter::default()
    };
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let walk = desk.journal.walk(Some(&alice), &seven, after, |_| true);
        let walk = walk.await.unwrap();
        ids.extend(walk.found.iter().map(|(entry, _)| entry.id.to_string()));
        match walk.next {
            // The place goes through a cursor between two calls.
            Some(place) => after = Place::parse(&place.text()),
            None => break,
        }
    }
    let wanted: Vec<String> = (0..250).rev().map(|at| format!("op-{at:05}")).collect();
    assert_eq!(ids, wanted);
    assert_eq!(Place::parse("nothing"), None);
}
