//! A vault over a temporary file, for unit tests of what stands above the store.

use std::sync::Arc;

use super::sqlite::SqliteStore;
use super::vault::Vault;
use crate::base::clock::SharedClock;
use crate::base::random::CountingRandom;
use crate::base::secret::Secret;
use crate::seal::Ring;

/// The vault, and the directory that must live as long.
pub(crate) fn vault(clock: SharedClock) -> (Vault, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&dir.path().join("s.db"), clock).unwrap();
    let ring = Ring::new(
        Secret::new([7; 32]),
        Vec::new(),
        Arc::new(CountingRandom::default()),
    );
    (Vault::new(Arc::new(store), Arc::new(ring)), dir)
}
