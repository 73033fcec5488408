//! Token families: one for each sign-in, findable by person, ended as a whole.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::codes::Person;
use super::events::{AuthEvent, AuthEventKind};
use super::principal::{Principal, Scopes};
use super::server::AuthServer;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, ClientId};
use crate::store::keys::{Key, Kind, family_index};
use crate::store::vault::delete_step;
use crate::store::{Durability, Order, Span, Step, StoreError};

/// Life of a family, whatever its use.
pub(super) const FAMILY_TTL: Duration = Duration::from_hours(90 * 24);
/// Families read at a time.
const PAGE: usize = 200;

/// What all tokens of one sign-in share.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Family {
    pub(super) person: Person,
    pub(super) client: ClientId,
    pub(super) scopes: Scopes,
    pub(super) resource: String,
    pub(super) since: Timestamp,
    /// When it last gave tokens.
    pub(super) last_used: Timestamp,
}

pub(super) fn family_key(family: &str) -> Key {
    // The id stands where other keys have their owner, so that the group of keys is the same.
    Key::new(Kind::Family, "record", family)
}

impl AuthServer {
    /// Notes a new family in the person's list.
    pub(super) async fn index_family(&self, id: &str, family: &Family) -> Result<(), StoreError> {
        let step = Step::Append {
            index: family_index(family.person.account.as_str()),
            score: family.since.0,
            member: id.to_owned(),
            ttl: Some(FAMILY_TTL),
        };
        // Durable, because a family that is not listed could not be withdrawn.
        self.vault.apply(vec![step]).await?;
        Ok(())
    }

    /// The living families of a person, newest first. Ids of families that ended otherwise leave
    /// the list on the way.
    pub(super) async fn families(
        &self,
        account: &AccountId,
    ) -> Result<Vec<(String, Family)>, StoreError> {
        let index = family_index(account.as_str());
        let mut span = Span {
            from: i64::MIN,
            to: i64::MAX,
            offset: 0,
            limit: PAGE,
            order: Order::Descending,
        };
        let (mut living, mut ended) = (Vec::new(), Vec::new());
        loop {
            let page = self.vault.store().range(&index, span).await?;
            let last = page.len() < PAGE;
            for entry in page {
                match self.vault.get::<Family>(&family_key(&entry.member)).await? {
                    Some(family) => living.push((entry.member, family)),
                    None => ended.push(Step::Remove {
                        index: index.clone(),
                        member: entry.member,
                    }),
                }
            }
            if last {
                break;
            }
            span.offset += PAGE;
        }
        if !ended.is_empty() {
            let store = self.vault.store();
            store.apply(Durability::Relaxed, ended).await?;
        }
        Ok(living)
    }

    /// Whether the sign-in that a caller came with still stands: neither withdrawn nor ended.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn is_signed_in(&self, principal: &Principal) -> Result<bool, StoreError> {
        let key = family_key(&principal.family);
        let family = self.vault.get::<Family>(&key).await?;
        Ok(family.is_some_and(|family| {
            family.person.account == principal.account
                && family.client == principal.client
                && family.scopes.covers(principal.scopes)
        }))
    }

    /// Ends a family: none of its tokens is good without its record.
    pub(super) async fn end_family(&self, id: &str, account: &AccountId) -> Result<(), StoreError> {
        self.vault.apply(vec![delete_step(&family_key(id))]).await?;
        let step = Step::Remove {
            index: family_index(account.as_str()),
            member: id.to_owned(),
        };
        self.vault
            .store()
            .apply(Durability::Relaxed, vec![step])
            .await?;
        Ok(())
    }

    pub(super) async fn tell_family(&self, kind: AuthEventKind, id: &str, family: &Family) {
        self.tell(
            AuthEvent::new(kind)
                .of(&family.person.account)
                .by(&family.client)
                .in_family(id),
        )
        .await;
    }
}
