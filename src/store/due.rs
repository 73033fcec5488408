//! What is to be looked at again, of all accounts, by the moment of the next look, by one replica at
//! a time.

use std::fmt::Display;
use std::time::Duration;

use super::keys::{Key, Kind};
use super::vault::Vault;
use super::{Order, Span, Step, StoreError};
use crate::base::clock::Timestamp;
use crate::base::ids::AccountId;

/// How long one replica has a thing to itself while it looks; longer than any look takes.
const LOOK_TTL: Duration = Duration::from_mins(1);

/// An index of things of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// The index.
    pub index: &'static str,
    /// What the name of a thing's lease begins with.
    pub lease: &'static str,
}

impl Due {
    /// Account and id of at most `most` things that are to be looked at by `moment`, those that have
    /// waited longest first.
    pub async fn by(
        self,
        vault: &Vault,
        moment: Timestamp,
        most: usize,
    ) -> Result<Vec<(AccountId, String)>, StoreError> {
        let span = Span {
            from: i64::MIN,
            to: moment.0,
            offset: 0,
            limit: most,
            order: Order::Ascending,
        };
        let found = vault.store().range(self.index, span).await?;
        Ok(found
            .iter()
            .filter_map(|found| found.member.rsplit_once('|'))
            .map(|(account, id)| (AccountId::new(account), id.to_owned()))
            .collect())
    }

    /// The step after which a thing is looked at next at `moment`.
    pub fn at(
        self,
        account: &AccountId,
        id: &impl Display,
        moment: Timestamp,
        ttl: Duration,
    ) -> Step {
        Step::Append {
            index: self.index.to_owned(),
            score: moment.0,
            member: member(account, id),
            ttl: Some(ttl),
        }
    }

    /// The step after which a thing is not looked at any more.
    pub fn never(self, account: &AccountId, id: &impl Display) -> Step {
        Step::Remove {
            index: self.index.to_owned(),
            member: member(account, id),
        }
    }

    /// Takes the right to look at a thing; false when another replica is looking.
    pub async fn claim(
        self,
        vault: &Vault,
        account: &AccountId,
        id: &impl Display,
    ) -> Result<bool, StoreError> {
        let lease = self.lease_of(account, id);
        vault.put_if_absent(&lease, &true, Some(LOOK_TTL)).await
    }

    /// Gives the right to look back, so that the next look need not wait until it runs out.
    pub async fn release(
        self,
        vault: &Vault,
        account: &AccountId,
        id: &impl Display,
    ) -> Result<(), StoreError> {
        vault.delete(&self.lease_of(account, id)).await
    }

    fn lease_of(self, account: &AccountId, id: &impl Display) -> Key {
        let name = format!("{}-{id}", self.lease);
        Key::new(Kind::Lease, name, account.as_str())
    }
}

/// How an index of all accounts names a thing.
pub fn member(account: &AccountId, id: &impl Display) -> String {
    format!("{account}|{id}")
}
