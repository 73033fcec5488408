//! The contract suite over the SQLite backend, and what is SQLite's own.

use std::sync::Arc;
use std::time::Duration;

use super::{OpenError, SqliteStore};
use crate::base::clock::{HeldClock, SystemClock, Timestamp};
use crate::base::random::SystemRandom;
use crate::base::secret::Secret;
use crate::seal::Ring;
use crate::store::keys::{Key, Kind};
use crate::store::vault::Vault;
use crate::store::{Durability, Step, Store, StoreError, contract};

fn ring(byte: u8) -> Arc<Ring> {
    Arc::new(Ring::new(
        Secret::new([byte; 32]),
        Vec::new(),
        Arc::new(SystemRandom),
    ))
}

fn put(key: &str, value: &[u8]) -> Vec<Step> {
    vec![Step::Put {
        key: key.to_owned(),
        value: value.to_vec(),
        ttl: None,
    }]
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let clock = HeldClock::at(Timestamp(1_000_000));
    let store = SqliteStore::open(&dir.path().join("s.db"), Arc::new(clock.clone())).unwrap();
    contract::holds(Arc::new(store), &clock).await;
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart_and_for_a_second_process() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let first = SqliteStore::open(&path, Arc::new(SystemClock)).unwrap();
    first
        .apply(Durability::Durable, put("k", b"v"))
        .await
        .unwrap();
    let second = SqliteStore::open(&path, Arc::new(SystemClock)).unwrap();
    assert_eq!(second.get("k").await.unwrap(), Some(b"v".to_vec()));
    drop(first);
    let third = SqliteStore::open(&path, Arc::new(SystemClock)).unwrap();
    assert_eq!(third.take("k").await.unwrap(), Some(b"v".to_vec()));
    assert_eq!(second.get("k").await.unwrap(), None);
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let refused = SqliteStore::open(&path, Arc::new(SystemClock)).unwrap_err();
    assert!(matches!(refused, OpenError::Newer { found: 99, .. }));
}

#[tokio::test]
async fn a_file_that_was_removed_or_replaced_takes_nothing_more() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s.db");
    let store = SqliteStore::open(&path, Arc::new(SystemClock)).unwrap();
    let durable = || store.apply(Durability::Durable, put("k", b"v"));
    durable().await.unwrap();
    std::fs::rename(&path, dir.path().join("elsewhere.db")).unwrap();
    assert!(durable().await.is_err());
    assert!(store.take("k").await.is_err());
    assert!(store.ping().await.is_err());
    std::fs::write(&path, b"another file").unwrap();
    assert!(durable().await.is_err());
    std::fs::rename(dir.path().join("elsewhere.db"), &path).unwrap();
    durable().await.unwrap();
    store.ping().await.unwrap();
}

#[tokio::test]
async fn the_vault_opens_a_value_under_its_own_key_only_and_keeps_what_it_cannot_open() {
    let dir = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> =
        Arc::new(SqliteStore::open(&dir.path().join("s.db"), Arc::new(SystemClock)).unwrap());
    let vault = Vault::new(Arc::clone(&store), ring(1));
    let own = Key::new(Kind::Grant, "site", "alice");
    let other = Key::new(Kind::Grant, "site", "mallory");
    vault
        .put(&own, &"a token", Some(Duration::from_mins(1)))
        .await
        .unwrap();
    assert_eq!(
        vault.get::<String>(&own).await.unwrap().as_deref(),
        Some("a token")
    );

    let sealed = store.get(&own.text()).await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("a token"));
    store
        .apply(Durability::Durable, put(&other.text(), &sealed))
        .await
        .unwrap();
    let copied = vault.get::<String>(&other).await.unwrap_err();
    assert!(matches!(copied, StoreError::Sealed { .. }));

    let stale = Vault::new(Arc::clone(&store), ring(2));
    assert!(stale.get::<String>(&own).await.is_err());
    assert_eq!(store.get(&own.text()).await.unwrap(), Some(sealed));
}

#[tokio::test]
async fn a_held_value_is_swapped_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&dir.path().join("s.db"), Arc::new(SystemClock)).unwrap();
    let vault = Vault::new(Arc::new(store), ring(1));
    let key = Key::new(Kind::Journal, "1", "alice");
    assert!(vault.put_if_absent(&key, &1_u32, None).await.unwrap());
    assert!(!vault.put_if_absent(&key, &1_u32, None).await.unwrap());
    let held = vault.hold::<u32>(&key).await.unwrap().unwrap();
    assert!(vault.swap(&key, &held, &2_u32, None).await.unwrap());
    assert!(!vault.swap(&key, &held, &3_u32, None).await.unwrap());
    assert!(!vault.delete_held(&key, &held).await.unwrap());
}
