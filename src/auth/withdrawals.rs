//! When a person took back what they had agreed to: what began before that moment does not count
//! any more, also where nothing was stored yet that could be taken away.

use std::time::Duration;

use super::server::AuthServer;
use super::sessions::SESSION_TTL;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ClientId};
use crate::store::keys::{Key, Kind, digest};
use crate::store::vault::{expect_absent, expect_held};
use crate::store::{Step, StoreError};

/// How long the moment is remembered: longer than a browser session and than a way to Atlassian,
/// which are what may have begun before it.
const TTL: Duration = SESSION_TTL.saturating_add(Duration::from_mins(10));
/// Stands where the digest of a client stands, for the end of everything.
const EVERYTHING: &str = "everything";

fn key(account: &AccountId, client: Option<&ClientId>) -> Key {
    let what = client.map_or_else(|| EVERYTHING.to_owned(), |id| digest(id.as_str()));
    Key::new(Kind::Withdrawal, what, account.as_str())
}

impl AuthServer {
    /// The moment as the store has it, so that replicas whose clocks differ agree on what was first.
    pub(super) fn moment(&self) -> Timestamp {
        self.vault.store().now()
    }

    /// Notes that the person took back, now, what they let this client do; `None` is everything.
    pub(super) async fn note_withdrawal(
        &self,
        account: &AccountId,
        client: Option<&ClientId>,
    ) -> Result<(), StoreError> {
        let key = key(account, client);
        self.vault.put(&key, &self.moment(), Some(TTL)).await
    }

    /// The steps that hold as long as nothing is taken back meanwhile; `None` when what the person
    /// agreed to at `agreed_at` has been taken back already.
    pub(super) async fn expect_standing(
        &self,
        account: &AccountId,
        client: &ClientId,
        agreed_at: Timestamp,
    ) -> Result<Option<Vec<Step>>, StoreError> {
        let mut steps = Vec::new();
        for key in [key(account, Some(client)), key(account, None)] {
            match self.vault.hold::<Timestamp>(&key).await? {
                // What happened within one millisecond is taken for taken back.
                Some(held) if agreed_at <= held.value => return Ok(None),
                Some(held) => steps.push(expect_held(&key, &held)),
                None => steps.push(expect_absent(&key)),
            }
        }
        Ok(Some(steps))
    }

    /// Whether the person signed out of everything at or after this moment, which is no more than
    /// an hour ago.
    pub async fn signed_out_since(
        &self,
        account: &AccountId,
        moment: Timestamp,
    ) -> Result<bool, StoreError> {
        let ended = self.vault.get::<Timestamp>(&key(account, None)).await?;
        Ok(ended.is_some_and(|ended| moment <= ended))
    }
}
