//! What every backend must do, written once over the trait: each backend's tests run all of it.

use std::sync::Arc;
use std::time::Duration;

use super::keys::{Key, Kind};
use super::vault::Vault;
use super::{
    Applied, Budget, Durability, Entry, Expected, Order, Span, Spend, Step, Store, StoreError,
};
use crate::base::clock::HeldClock;
use crate::base::random::SystemRandom;
use crate::base::secret::Secret;
use crate::seal::{OpenFault, Ring};

fn put(key: &str, value: &[u8], ttl: Option<Duration>) -> Step {
    Step::Put {
        key: key.to_owned(),
        value: value.to_vec(),
        ttl,
    }
}

fn expect(key: &str, value: Expected) -> Step {
    Step::Expect {
        key: key.to_owned(),
        value,
    }
}

fn append(index: &str, score: i64, member: &str) -> Step {
    Step::Append {
        index: index.to_owned(),
        score,
        member: member.to_owned(),
        ttl: None,
    }
}

async fn apply(store: &dyn Store, steps: Vec<Step>) -> Applied {
    store.apply(Durability::Durable, steps).await.unwrap()
}

fn everything(order: Order) -> Span {
    Span {
        from: i64::MIN,
        to: i64::MAX,
        offset: 0,
        limit: 100,
        order,
    }
}

/// Runs the whole suite on an empty store that lives by `clock`.
pub(crate) async fn holds(store: Arc<dyn Store>, clock: &HeldClock) {
    values_come_back_until_they_expire(store.as_ref(), clock).await;
    steps_are_done_whole_or_not_at_all(store.as_ref()).await;
    one_of_many_takes(&store).await;
    one_of_many_swaps(&store).await;
    indexes_are_ordered_and_paged(store.as_ref(), clock).await;
    buckets_empty_and_refill(&store, clock).await;
    the_sweep_frees_only_what_expired(store.as_ref(), clock).await;
    a_replaced_value_expires_when_the_first_would_have(store.as_ref(), clock).await;
    the_dump_shows_every_name(store.as_ref(), clock).await;
    sealed_values_open_in_their_own_place_only(&store).await;
}

async fn values_come_back_until_they_expire(store: &dyn Store, clock: &HeldClock) {
    store.ping().await.unwrap();
    assert_eq!(store.get("v:none").await.unwrap(), None);
    let bytes: Vec<u8> = (0..=255).collect();
    apply(
        store,
        vec![
            put("v:a", &bytes, None),
            put("v:b", b"b", Some(Duration::from_secs(10))),
        ],
    )
    .await;
    assert_eq!(store.get("v:a").await.unwrap(), Some(bytes));
    assert_eq!(store.get("v:b").await.unwrap(), Some(b"b".to_vec()));
    clock.advance(Duration::from_secs(10));
    assert_eq!(store.get("v:b").await.unwrap(), None);
    assert_eq!(store.take("v:b").await.unwrap(), None);
    let absent = vec![expect("v:b", Expected::Absent), put("v:b", b"again", None)];
    assert_eq!(apply(store, absent).await, Applied::Done);
}

async fn steps_are_done_whole_or_not_at_all(store: &dyn Store) {
    let steps = vec![
        put("s:a", b"1", None),
        append("s:idx", 1, "a"),
        expect("s:missing", Expected::Bytes(b"x".to_vec())),
    ];
    assert_eq!(apply(store, steps).await, Applied::Refused);
    assert_eq!(store.get("s:a").await.unwrap(), None);
    assert!(
        store
            .range("s:idx", everything(Order::Ascending))
            .await
            .unwrap()
            .is_empty()
    );
    apply(store, vec![put("s:a", b"1", None)]).await;
    let swap = vec![
        expect("s:a", Expected::Bytes(b"1".to_vec())),
        put("s:a", b"2", None),
        Step::Delete {
            key: "s:b".to_owned(),
        },
    ];
    assert_eq!(apply(store, swap.clone()).await, Applied::Done);
    assert_eq!(apply(store, swap).await, Applied::Refused);
    assert_eq!(store.get("s:a").await.unwrap(), Some(b"2".to_vec()));
}

async fn one_of_many_takes(store: &Arc<dyn Store>) {
    apply(store.as_ref(), vec![put("t:once", b"x", None)]).await;
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let store = Arc::clone(store);
            tokio::spawn(async move { store.take("t:once").await.unwrap().is_some() })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += usize::from(task.await.unwrap());
    }
    assert_eq!(taken, 1);
}

async fn one_of_many_swaps(store: &Arc<dyn Store>) {
    let tasks: Vec<_> = (0..32)
        .map(|turn| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                let steps = vec![
                    expect("c:lease", Expected::Absent),
                    put("c:lease", format!("{turn}").as_bytes(), None),
                ];
                store.apply(Durability::Durable, steps).await.unwrap() == Applied::Done
            })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap());
    }
    assert_eq!(won, 1);
}

async fn indexes_are_ordered_and_paged(store: &dyn Store, clock: &HeldClock) {
    let steps = (0..5)
        .map(|at| append("i:x", 10 - at, &format!("m{at}")))
        .collect();
    apply(store, steps).await;
    apply(store, vec![append("i:x", 99, "m0")]).await;
    let members = |entries: Vec<Entry>| -> Vec<String> {
        entries.into_iter().map(|entry| entry.member).collect()
    };
    let up = store
        .range("i:x", everything(Order::Ascending))
        .await
        .unwrap();
    assert_eq!(members(up), ["m4", "m3", "m2", "m1", "m0"]);
    let span = Span {
        from: 7,
        to: 99,
        offset: 1,
        limit: 2,
        order: Order::Descending,
    };
    assert_eq!(
        members(store.range("i:x", span).await.unwrap()),
        ["m1", "m2"]
    );
    let gone = Step::Remove {
        index: "i:x".to_owned(),
        member: "m1".to_owned(),
    };
    let short = Step::Append {
        index: "i:x".to_owned(),
        score: 1,
        member: "short".to_owned(),
        ttl: Some(Duration::from_secs(1)),
    };
    apply(store, vec![gone, short]).await;
    assert_eq!(
        store
            .range("i:x", everything(Order::Ascending))
            .await
            .unwrap()
            .len(),
        5
    );
    clock.advance(Duration::from_secs(1));
    assert_eq!(
        store
            .range("i:x", everything(Order::Ascending))
            .await
            .unwrap()
            .len(),
        4
    );
}

async fn buckets_empty_and_refill(store: &Arc<dyn Store>, clock: &HeldClock) {
    let budget = Budget {
        capacity: 10,
        refill: Duration::from_secs(10),
    };
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let store = Arc::clone(store);
            tokio::spawn(async move { store.spend("b:x", budget, 1).await.unwrap() })
        })
        .collect();
    let mut spent = 0;
    for task in tasks {
        spent += usize::from(matches!(task.await.unwrap(), Spend::Spent { .. }));
    }
    assert_eq!(spent, 10);
    let Spend::Short { wait } = store.spend("b:x", budget, 2).await.unwrap() else {
        panic!("an empty bucket gave");
    };
    assert_eq!(wait, Duration::from_secs(2));
    clock.advance(wait);
    assert_eq!(
        store.spend("b:x", budget, 2).await.unwrap(),
        Spend::Spent { left: 0 }
    );
    clock.advance(Duration::from_secs(1000));
    assert_eq!(
        store.spend("b:x", budget, 1).await.unwrap(),
        Spend::Spent { left: 9 }
    );
}

async fn the_sweep_frees_only_what_expired(store: &dyn Store, clock: &HeldClock) {
    apply(
        store,
        vec![
            put("w:a", b"a", None),
            put("w:b", b"b", Some(Duration::from_secs(1))),
        ],
    )
    .await;
    clock.advance(Duration::from_secs(1));
    assert!(store.sweep().await.unwrap() >= 1);
    let dump = store.dump().await.unwrap();
    let keys: Vec<String> = dump.values.into_iter().map(|(key, _)| key).collect();
    assert!(
        keys.contains(&"w:a".to_owned()) && !keys.contains(&"w:b".to_owned()),
        "{keys:?}"
    );
}

async fn a_replaced_value_expires_when_the_first_would_have(store: &dyn Store, clock: &HeldClock) {
    let replace = |value: &[u8]| Step::Replace {
        key: "r:a".to_owned(),
        value: value.to_vec(),
    };
    assert_eq!(apply(store, vec![replace(b"0")]).await, Applied::Refused);
    assert_eq!(store.get("r:a").await.unwrap(), None);
    apply(store, vec![put("r:a", b"1", Some(Duration::from_secs(10)))]).await;
    clock.advance(Duration::from_secs(9));
    let swap = vec![expect("r:a", Expected::Bytes(b"1".to_vec())), replace(b"2")];
    assert_eq!(apply(store, swap.clone()).await, Applied::Done);
    assert_eq!(apply(store, swap).await, Applied::Refused);
    assert_eq!(store.get("r:a").await.unwrap(), Some(b"2".to_vec()));
    clock.advance(Duration::from_secs(1));
    assert_eq!(store.get("r:a").await.unwrap(), None);
    assert_eq!(apply(store, vec![replace(b"3")]).await, Applied::Refused);
    let lasting = vec![put("r:b", b"1", None), append("r:idx", 1, "m")];
    apply(store, lasting).await;
    let replace = Step::Replace {
        key: "r:b".to_owned(),
        value: b"2".to_vec(),
    };
    assert_eq!(apply(store, vec![replace]).await, Applied::Done);
    clock.advance(Duration::from_hours(24 * 400));
    assert_eq!(store.get("r:b").await.unwrap(), Some(b"2".to_vec()));
}

async fn the_dump_shows_every_name(store: &dyn Store, clock: &HeldClock) {
    let short = Some(Duration::from_secs(1));
    let gone = Step::Append {
        index: "d:gone".to_owned(),
        score: 1,
        member: "m".to_owned(),
        ttl: short,
    };
    apply(store, vec![put("d:gone", b"x", short), gone]).await;
    clock.advance(Duration::from_secs(1));
    apply(store, vec![put("d:a", b"x", None), append("d:idx", 7, "m")]).await;
    let budget = Budget {
        capacity: 1,
        refill: Duration::from_secs(10),
    };
    store.spend("d:bucket", budget, 1).await.unwrap();
    let dump = store.dump().await.unwrap();
    let values: Vec<_> = dump
        .values
        .iter()
        .filter(|(key, _)| key.starts_with("d:"))
        .collect();
    assert_eq!(values, [&("d:a".to_owned(), b"x".to_vec())]);
    let members: Vec<_> = dump
        .members
        .iter()
        .filter(|(index, _)| index.starts_with("d:"))
        .collect();
    let entry = Entry {
        score: 7,
        member: "m".to_owned(),
    };
    assert_eq!(members, [&("d:idx".to_owned(), entry)]);
    assert!(
        dump.budgets.contains(&"d:bucket".to_owned()),
        "{:?}",
        dump.budgets
    );
}

async fn sealed_values_open_in_their_own_place_only(store: &Arc<dyn Store>) {
    let vault = |current: u8, older: &[u8]| {
        let older = older.iter().map(|byte| Secret::new([*byte; 32])).collect();
        let ring = Ring::new(Secret::new([current; 32]), older, Arc::new(SystemRandom));
        Vault::new(Arc::clone(store), Arc::new(ring))
    };
    let of = |owner: &str| Key::new(Kind::Grant, "record", owner);
    let (ada, bo) = (of("ada"), of("bo"));
    let own = vault(1, &[]);
    own.put(&ada, &"of ada", None).await.unwrap();
    own.put(&bo, &"of bo", None).await.unwrap();
    let fault = |read: Result<Option<String>, StoreError>| match read.unwrap_err() {
        StoreError::Sealed { fault, .. } => fault,
        other => panic!("{other}"),
    };
    // Another key is told apart from a damage, and an older key is as good as the current one.
    let foreign = fault(vault(2, &[3]).get(&ada).await);
    assert!(matches!(foreign, OpenFault::UnknownKey { .. }), "{foreign}");
    let later = vault(2, &[3, 1]).get::<String>(&ada).await.unwrap();
    assert_eq!(later.as_deref(), Some("of ada"));

    // The two swap places: neither opens any more.
    let [one, two] = [ada.text(), bo.text()];
    let first = store.get(&one).await.unwrap().unwrap();
    let second = store.get(&two).await.unwrap().unwrap();
    let swap = vec![put(&one, &second, None), put(&two, &first, None)];
    apply(store.as_ref(), swap).await;
    for key in [&ada, &bo] {
        let damaged = fault(own.get(key).await);
        assert!(matches!(damaged, OpenFault::Damaged { .. }), "{damaged}");
    }
    // Nothing of it was removed: in its own place each opens again.
    let back = vec![put(&one, &first, None), put(&two, &second, None)];
    apply(store.as_ref(), back).await;
    let again = own.get::<String>(&bo).await.unwrap();
    assert_eq!(again.as_deref(), Some("of bo"));
}
