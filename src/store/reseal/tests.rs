//! A change of key beside working servers, with a wrong key, with a bad value, and ended half way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use super::{Left, Resealing, Why, count, reseal};
use crate::base::clock::{HeldClock, Timestamp};
use crate::base::random::SystemRandom;
use crate::base::secret::Secret;
use crate::seal::Ring;
use crate::store::gated::{Gate, Gated};
use crate::store::keys::{Key, Kind};
use crate::store::sqlite::SqliteStore;
use crate::store::vault::Vault;
use crate::store::{Durability, Step, Store, StoreError};

const VALUES: usize = 60;

fn ring(current: u8, older: &[u8]) -> Arc<Ring> {
    let older = older.iter().map(|byte| Secret::new([*byte; 32])).collect();
    let current = Secret::new([current; 32]);
    Arc::new(Ring::new(current, older, Arc::new(SystemRandom)))
}

fn key(at: usize) -> Key {
    Key::new(Kind::Grant, "record", format!("account-{at}"))
}

/// A store with values that key 1 sealed, each its own number.
async fn old_store(clock: &HeldClock) -> (Arc<dyn Store>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&dir.path().join("s.db"), Arc::new(clock.clone())).unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    let vault = Vault::new(Arc::clone(&store), ring(1, &[]));
    for at in 0..VALUES {
        vault.put(&key(at), &at, None).await.unwrap();
    }
    (store, dir)
}

fn clock() -> HeldClock {
    HeldClock::at(Timestamp(1_000_000))
}

fn anew(seen: &Resealing) -> usize {
    seen.keys.values().map(|tally| tally.anew).sum()
}

#[tokio::test]
async fn all_that_an_older_key_sealed_is_sealed_with_the_current_one() {
    let (store, _dir) = old_store(&clock()).await;
    let new = ring(2, &[1]);
    let before = store.dump().await.unwrap();
    let counted = count(store.as_ref(), &new).await.unwrap();
    assert_eq!(counted.keys[&ring(1, &[]).current_id()].older, VALUES);
    assert_eq!(counted.left.len(), VALUES);
    assert!(counted.left.iter().all(|left| left.why == Why::Counted));
    assert_eq!(
        store.dump().await.unwrap(),
        before,
        "counting changed something"
    );

    let seen = reseal(store.as_ref(), &new).await.unwrap();
    let tally = seen.keys[&ring(1, &[]).current_id()];
    assert_eq!((tally.older, tally.anew, tally.closed), (VALUES, VALUES, 0));
    assert_eq!((seen.races, seen.left.len()), (0, 0));
    let alone = Vault::new(Arc::clone(&store), ring(2, &[]));
    for at in 0..VALUES {
        assert_eq!(alone.get(&key(at)).await.unwrap(), Some(at));
    }
    let again = count(store.as_ref(), &new).await.unwrap();
    assert_eq!(again.keys[&new.current_id()].current, VALUES);
    assert_eq!((again.keys.len(), again.left.len()), (1, 0));
}

#[tokio::test]
async fn a_value_expires_when_it_would_have() {
    let clock = clock();
    let (store, _dir) = old_store(&clock).await;
    let old = Vault::new(Arc::clone(&store), ring(1, &[]));
    let short = Key::new(Kind::Session, "one", "");
    old.put(&short, &"x", Some(Duration::from_mins(1)))
        .await
        .unwrap();
    clock.advance(Duration::from_secs(59));
    reseal(store.as_ref(), &ring(2, &[1])).await.unwrap();
    let new = Vault::new(Arc::clone(&store), ring(2, &[]));
    assert!(new.get::<String>(&short).await.unwrap().is_some());
    clock.advance(Duration::from_secs(1));
    assert!(new.get::<String>(&short).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_that_servers_write_meanwhile_is_lost() {
    let (store, _dir) = old_store(&clock()).await;
    let vault = Vault::new(Arc::clone(&store), ring(2, &[1]));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let vault = vault.clone();
            tokio::spawn(async move {
                let mut added = [0_usize; VALUES];
                for round in 0..VALUES * 2 {
                    let at = (round * 7 + writer * 13) % VALUES;
                    let held = vault.hold::<usize>(&key(at)).await.unwrap().unwrap();
                    let more = held.value + 1000;
                    if vault.swap(&key(at), &held, &more, None).await.unwrap() {
                        added[at] += 1000;
                    }
                }
                added
            })
        })
        .collect();
    let seen = reseal(store.as_ref(), &ring(2, &[1])).await.unwrap();
    assert_eq!(seen.left, []);
    let mut expected: Vec<usize> = (0..VALUES).collect();
    for writer in writers {
        for (sum, more) in expected.iter_mut().zip(writer.await.unwrap()) {
            *sum += more;
        }
    }
    let alone = Vault::new(Arc::clone(&store), ring(2, &[]));
    for (at, sum) in expected.into_iter().enumerate() {
        assert_eq!(alone.get(&key(at)).await.unwrap(), Some(sum));
    }
}

#[tokio::test]
async fn a_stale_key_destroys_nothing() {
    let (store, _dir) = old_store(&clock()).await;
    let before = store.dump().await.unwrap();
    let seen = reseal(store.as_ref(), &ring(3, &[4])).await.unwrap();
    assert_eq!(seen.keys[&ring(1, &[]).current_id()].closed, VALUES);
    assert_eq!((anew(&seen), seen.left.len()), (0, VALUES));
    assert_eq!(store.dump().await.unwrap(), before);
}

#[tokio::test]
async fn a_bad_value_is_named_and_stays() {
    let (store, _dir) = old_store(&clock()).await;
    let (altered, torn) = (key(7).text(), key(8).text());
    let mut bytes = store.get(&altered).await.unwrap().unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let put = |key: &str, value: &[u8]| Step::Put {
        key: key.to_owned(),
        value: value.to_vec(),
        ttl: None,
    };
    let steps = vec![put(&altered, &bytes), put(&torn, b"no seal")];
    store.apply(Durability::Durable, steps).await.unwrap();
    let seen = reseal(store.as_ref(), &ring(2, &[1])).await.unwrap();
    let left = |key: &str, key_id: &str| Left {
        key: key.to_owned(),
        key_id: key_id.to_owned(),
        why: Why::Closed,
    };
    let old = ring(1, &[]).current_id();
    assert_eq!(seen.left, [left(&altered, &old), left(&torn, "unreadable")]);
    assert_eq!(anew(&seen), VALUES - 2);
    assert_eq!(store.get(&altered).await.unwrap(), Some(bytes));
    assert_eq!(store.get(&torn).await.unwrap(), Some(b"no seal".to_vec()));
}

/// Ends a run after some writes, or changes values meanwhile as servers do.
#[derive(Debug)]
struct Troubled {
    writes_left: AtomicI64,
    busy: Option<Vault>,
}

#[async_trait]
impl Gate for Troubled {
    async fn pass(&self, _: &[Step]) -> Result<(), StoreError> {
        if self.writes_left.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(StoreError::backend(std::io::Error::other("ended")));
        }
        if let Some(server) = &self.busy {
            server.put(&key(0), &"busy", None).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_run_that_was_ended_half_way_is_continued_by_the_next() {
    let (store, _dir) = old_store(&clock()).await;
    let new = ring(2, &[1]);
    let ended = Gated {
        store: Arc::clone(&store),
        gate: Troubled {
            writes_left: AtomicI64::new(20),
            busy: None,
        },
    };
    assert!(reseal(&ended, &new).await.is_err());
    let seen = reseal(store.as_ref(), &new).await.unwrap();
    assert_eq!(seen.keys[&new.current_id()].current, 20);
    assert_eq!(anew(&seen), VALUES - 20);
    let alone = Vault::new(Arc::clone(&store), ring(2, &[]));
    for at in 0..VALUES {
        assert_eq!(alone.get(&key(at)).await.unwrap(), Some(at));
    }
}

#[tokio::test]
async fn a_server_that_still_seals_with_the_old_key_is_noticed() {
    let (store, _dir) = old_store(&clock()).await;
    let busy = Gated {
        store: Arc::clone(&store),
        gate: Troubled {
            writes_left: AtomicI64::new(i64::MAX),
            busy: Some(Vault::new(Arc::clone(&store), ring(1, &[]))),
        },
    };
    let seen = reseal(&busy, &ring(2, &[1])).await.unwrap();
    assert_eq!(seen.left.len(), 1, "{seen:?}");
    assert_eq!(seen.left[0].why, Why::Contended);
    assert!(seen.races > 1);
    let value = Vault::new(store, ring(1, &[])).get::<String>(&key(0)).await;
    assert_eq!(value.unwrap().as_deref(), Some("busy"));
}
