//! Finding entries again: walks of an index, newest first, that look at a bounded number of entries
//! and say where to go on.

use super::book::{Journal, key};
use super::entry::{Entry, State};
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, OperationId};
use crate::store::keys;
use crate::store::{self, Order, Span, StoreError};

/// How many members of an index are read at once.
const PAGE: usize = 100;
/// How many entries one walk looks at: opening one takes some ten microseconds, so that a walk in
/// which nothing fits still ends soon.
const LOOKED_AT: usize = 2_000;

/// Which entries are wanted, newest first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Until this moment.
    pub until: Option<Timestamp>,
    /// Of this tool.
    pub tool: Option<String>,
    /// In this state.
    pub state: Option<State>,
    /// Of a target with this id, and of this kind where one is given.
    pub target: Option<(Option<String>, String)>,
    /// Of a site: what was done with the organisation's key is left out.
    pub of_sites_only: bool,
    /// Of this change set.
    pub change_set: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// A place in an index, after which a walk goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    score: i64,
    member: String,
}

/// What a walk has found.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    /// The entries that fit, each with its place.
    pub found: Vec<(Entry, Place)>,
    /// Where the walk ended; `None` when there is nothing more.
    pub next: Option<Place>,
    /// How many entries were looked at.
    pub looked_at: usize,
}

impl Place {
    /// As text for a cursor.
    pub fn text(&self) -> String {
        format!("{}|{}", self.score, self.member)
    }

    /// Reads what [`Place::text`] has written.
    pub fn parse(text: &str) -> Option<Self> {
        let (score, member) = text.split_once('|')?;
        Some(Self {
            score: score.parse().ok()?,
            member: member.to_owned(),
        })
    }

    /// What the index is ordered by.
    pub const fn score(&self) -> i64 {
        self.score
    }

    /// Whether a walk that goes on after this place has passed a member already.
    pub fn has_passed(&self, member: &store::Entry) -> bool {
        (member.score, &member.member) >= (self.score, &self.member)
    }
}

impl From<store::Entry> for Place {
    fn from(entry: store::Entry) -> Self {
        Self {
            score: entry.score,
            member: entry.member,
        }
    }
}

impl Filter {
    fn takes(&self, entry: &Entry) -> bool {
        let of_target = |(kind, id): &(Option<String>, String)| {
            entry.target.as_ref().is_some_and(|target| {
                target.id.as_ref() == Some(id)
                    && kind.as_ref().is_none_or(|kind| target.kind == *kind)
            })
        };
        self.tool.as_ref().is_none_or(|tool| entry.tool == *tool)
            && !(self.of_sites_only && entry.tenant.is_none())
            && self.state.is_none_or(|state| entry.state == state)
            && self.target.as_ref().is_none_or(of_target)
            && self
                .change_set
                .as_ref()
                .is_none_or(|set| entry.change_set.as_ref() == Some(set))
    }
}

impl Journal {
    /// One entry of an account.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn get(
        &self,
        account: &AccountId,
        id: &OperationId,
    ) -> Result<Option<Entry>, StoreError> {
        self.vault.get(&key(account, id)).await
    }

    /// One entry of any account, for auditors, who do not always know whose it is; only among the
    /// newest.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn get_of_any(&self, id: &OperationId) -> Result<Option<Entry>, StoreError> {
        for at in (0..LOOKED_AT).step_by(PAGE) {
            let members = self
                .members(keys::JOURNAL_ALL, &Filter::default(), None, at)
                .await?;
            let owner = members.iter().filter_map(|found| owned(&found.member));
            for (account, found) in owner {
                if found == *id {
                    return self.get(&account, id).await;
                }
            }
            if members.len() < PAGE {
                break;
            }
        }
        Ok(None)
    }

    /// The newest entries of an account, or of all (for auditors).
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn list(
        &self,
        account: Option<&AccountId>,
        filter: &Filter,
    ) -> Result<Vec<Entry>, StoreError> {
        let walk = self.walk(account, filter, None, |_| true).await?;
        Ok(walk.found.into_iter().map(|(entry, _)| entry).collect())
    }

    /// Walks the entries of an account, or of all (for auditors), after a place, and gives those
    /// that the filter and `fits` take. It ends when there are enough, when there are no more, or
    /// when it has looked at many.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn walk(
        &self,
        account: Option<&AccountId>,
        filter: &Filter,
        after: Option<Place>,
        fits: impl Fn(&Entry) -> bool + Send + Sync,
    ) -> Result<Walk, StoreError> {
        let index = match (account, &filter.change_set) {
            (None, _) => keys::JOURNAL_ALL.to_owned(),
            (Some(account), None) => keys::journal_index(account.as_str()),
            (Some(account), Some(set)) => keys::journal_set_index(account.as_str(), set),
        };
        let mut walk = Walk::default();
        let mut offset = 0;
        loop {
            let members = self.members(&index, filter, after.as_ref(), offset).await?;
            let last = members.len() < PAGE;
            offset += members.len();
            for member in members {
                if after
                    .as_ref()
                    .is_some_and(|after| after.has_passed(&member))
                {
                    continue;
                }
                let Some((account, id)) = owned(&member.member) else {
                    continue;
                };
                let place = Place::from(member);
                walk.looked_at += 1;
                if let Some(entry) = self.get(&account, &id).await?
                    && filter.takes(&entry)
                    && fits(&entry)
                {
                    walk.found.push((entry, place.clone()));
                }
                if walk.found.len() >= filter.limit || walk.looked_at >= LOOKED_AT {
                    walk.next = Some(place);
                    return Ok(walk);
                }
            }
            if last {
                return Ok(walk);
            }
        }
    }

    async fn members(
        &self,
        index: &str,
        filter: &Filter,
        after: Option<&Place>,
        offset: usize,
    ) -> Result<Vec<store::Entry>, StoreError> {
        let until = filter.until.map_or(i64::MAX, |until| until.0);
        let span = Span {
            from: filter.since.map_or(i64::MIN, |since| since.0),
            to: after.map_or(until, |after| until.min(after.score)),
            offset,
            limit: PAGE,
            order: Order::Descending,
        };
        self.vault.store().range(index, span).await
    }
}

/// Whose entry a member stands for, and which.
fn owned(member: &str) -> Option<(AccountId, OperationId)> {
    let (account, id) = member.rsplit_once('|')?;
    Some((AccountId::new(account), OperationId::new(id)))
}
