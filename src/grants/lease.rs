//! The lease on a refresh: one holder for each account, across replicas.

use std::time::Duration;

use crate::base::ids::AccountId;
use crate::base::random::{Random, token};
use crate::store::StoreError;
use crate::store::keys::{Key, Kind};
use crate::store::vault::Vault;

/// Longer than any exchange with Atlassian may take, so that a live holder never loses it.
pub(super) const TTL: Duration = Duration::from_secs(45);

/// A lease that is held.
#[derive(Debug)]
pub(super) struct Lease {
    key: Key,
    holder: String,
}

impl Lease {
    /// Takes the lease on an account's refresh; `None` when another holds it.
    pub(super) async fn take(
        vault: &Vault,
        random: &dyn Random,
        account: &AccountId,
    ) -> Result<Option<Self>, StoreError> {
        let holder = token(random).map_err(StoreError::backend)?;
        let key = Key::new(Kind::Lease, "refresh", account.as_str());
        let taken = vault.put_if_absent(&key, &holder, Some(TTL)).await?;
        Ok(taken.then_some(Self { key, holder }))
    }

    /// Gives it back, unless it ran out and another took it.
    pub(super) async fn give_back(self, vault: &Vault) -> Result<(), StoreError> {
        if let Some(held) = vault.hold::<String>(&self.key).await?
            && held.value == self.holder
        {
            vault.delete_held(&self.key, &held).await?;
        }
        Ok(())
    }
}
