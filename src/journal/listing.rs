//! Finding entries again.

use super::book::{Journal, key};
use super::entry::{Entry, State};
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, OperationId};
use crate::store::keys;
use crate::store::{Order, Span, StoreError};

/// How many members of an index are read at once.
const PAGE: usize = 100;

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
    /// Of a site: what was done with the organisation's key is left out.
    pub of_sites_only: bool,
    /// Of this change set.
    pub change_set: Option<String>,
    /// At most so many.
    pub limit: usize,
}

impl Filter {
    fn takes(&self, entry: &Entry) -> bool {
        self.tool.as_ref().is_none_or(|tool| entry.tool == *tool)
            && !(self.of_sites_only && entry.tenant.is_none())
            && self.state.is_none_or(|state| entry.state == state)
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

    /// One entry of any account, for auditors.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn get_of_any(&self, id: &OperationId) -> Result<Option<Entry>, StoreError> {
        let mut offset = 0;
        loop {
            let members = self
                .members(keys::JOURNAL_ALL, &Filter::default(), offset)
                .await?;
            let owner = members
                .iter()
                .find(|(_, found)| found == id)
                .map(|(account, _)| account);
            if let Some(account) = owner {
                return self.get(account, id).await;
            }
            if members.len() < PAGE {
                return Ok(None);
            }
            offset += PAGE;
        }
    }

    /// The entries of an account, or of all (for auditors), newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn list(
        &self,
        account: Option<&AccountId>,
        filter: &Filter,
    ) -> Result<Vec<Entry>, StoreError> {
        let index = account.map_or_else(
            || keys::JOURNAL_ALL.to_owned(),
            |account| keys::journal_index(account.as_str()),
        );
        self.collect(&index, filter).await
    }

    async fn collect(&self, index: &str, filter: &Filter) -> Result<Vec<Entry>, StoreError> {
        let mut entries = Vec::new();
        let mut offset = 0;
        loop {
            let members = self.members(index, filter, offset).await?;
            for (account, id) in &members {
                if let Some(entry) = self.get(account, id).await?
                    && filter.takes(&entry)
                {
                    entries.push(entry);
                    if entries.len() >= filter.limit {
                        return Ok(entries);
                    }
                }
            }
            if members.len() < PAGE {
                return Ok(entries);
            }
            offset += PAGE;
        }
    }

    async fn members(
        &self,
        index: &str,
        filter: &Filter,
        offset: usize,
    ) -> Result<Vec<(AccountId, OperationId)>, StoreError> {
        let span = Span {
            from: filter.since.map_or(i64::MIN, |since| since.0),
            to: filter.until.map_or(i64::MAX, |until| until.0),
            offset,
            limit: PAGE,
            order: Order::Descending,
        };
        let found = self.vault.store().range(index, span).await?;
        Ok(found
            .iter()
            .filter_map(|entry| entry.member.rsplit_once('|'))
            .map(|(account, id)| (AccountId::new(account), OperationId::new(id)))
            .collect())
    }
}
