//! Entries whose fate is open, by the moment from which they may be looked at.

use std::time::Duration;

use super::book::{Journal, key, member};
use super::entry::Entry;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, OperationId};
use crate::store::keys::{self, Key, Kind};
use crate::store::{Durability, Order, Span, Step, StoreError};

/// How long one replica has an entry to itself while it looks; longer than any look takes.
const LOOK_TTL: Duration = Duration::from_mins(1);

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
        let span = Span {
            from: i64::MIN,
            to: moment.0,
            offset: 0,
            limit: most,
            order: Order::Ascending,
        };
        let found = self.vault.store().range(keys::JOURNAL_OPEN, span).await?;
        Ok(found
            .iter()
            .filter_map(|found| found.member.rsplit_once('|'))
            .map(|(account, id)| (AccountId::new(account), OperationId::new(id)))
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
        let lease = look_key(account, id);
        self.vault
            .put_if_absent(&lease, &true, Some(LOOK_TTL))
            .await
    }

    /// Gives the right to look back, so that the next look need not wait until it runs out.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn end_look(&self, account: &AccountId, id: &OperationId) -> Result<(), StoreError> {
        self.vault.delete(&look_key(account, id)).await
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
        let step = Step::Append {
            index: keys::JOURNAL_OPEN.to_owned(),
            score: moment.0,
            member: member(account, id),
            ttl: Some(self.ttl),
        };
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
        let step = Step::Remove {
            index: keys::JOURNAL_OPEN.to_owned(),
            member: member(account, id),
        };
        self.lightly(step).await
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

fn look_key(account: &AccountId, id: &OperationId) -> Key {
    Key::new(Kind::Lease, format!("settle-{id}"), account.as_str())
}
