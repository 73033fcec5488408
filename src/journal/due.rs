//! Entries whose fate is open, by the moment from which they may be looked at.

use super::book::{Journal, key};
use super::entry::Entry;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, OperationId};
use crate::store::due::Due;
use crate::store::{Durability, Step, StoreError, keys};

const OPEN: Due = Due {
    index: keys::JOURNAL_OPEN,
    lease: "settle",
};

impl Journal {
    /// At most `most` open entries that may be looked at by `moment`, those that have waited longest
    /// first. An entry enters with the moment at which it was opened.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn due(
        &self,
        moment: Timestamp,
        most: usize,
    ) -> Result<Vec<(AccountId, OperationId)>, StoreError> {
        let due = OPEN.by(&self.vault, moment, most).await?;
        let entries = due.into_iter();
        Ok(entries
            .map(|(account, id)| (account, OperationId::new(id)))
            .collect())
    }

    /// Takes the right to look at an entry; false when another replica is looking.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn claim_look(
        &self,
        account: &AccountId,
        id: &OperationId,
    ) -> Result<bool, StoreError> {
        OPEN.claim(&self.vault, account, id).await
    }

    /// Gives the right to look back, so that the next look need not wait until it runs out.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn end_look(&self, account: &AccountId, id: &OperationId) -> Result<(), StoreError> {
        OPEN.release(&self.vault, account, id).await
    }

    /// An open entry is not to be looked at before `moment`.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn look_later(
        &self,
        account: &AccountId,
        id: &OperationId,
        moment: Timestamp,
    ) -> Result<(), StoreError> {
        let step = OPEN.at(account, id, moment, self.ttl);
        self.lightly(step).await
    }

    /// An entry is not looked at any more: its fate is known, or will never be.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn look_no_more(
        &self,
        account: &AccountId,
        id: &OperationId,
    ) -> Result<(), StoreError> {
        self.lightly(OPEN.never(account, id)).await
    }

    /// Writes what was concluded of an open entry, unless it is known better by now; gives the entry
    /// as it stands.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; the entry stays open then.
    pub async fn conclude(&self, entry: Entry) -> Result<Entry, StoreError> {
        self.finish(&entry).await?;
        let own = key(&entry.account, &entry.id);
        Ok(self.vault.get(&own).await?.unwrap_or(entry))
    }

    /// A step whose loss costs no more than another look.
    async fn lightly(&self, step: Step) -> Result<(), StoreError> {
        let store = self.vault.store();
        store.apply(Durability::Relaxed, vec![step]).await?;
        Ok(())
    }
}
