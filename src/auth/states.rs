//! The state sent to Atlassian: what the person went there for, bound to their browser.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::authorization::AuthorizationRequest;
use super::browser::Browser;
use super::server::AuthServer;
use crate::base::ids::PlanId;
use crate::base::random::{RandomError, token};
use crate::store::StoreError;
use crate::store::keys::{Key, Kind};

/// How long a person may take at Atlassian.
const TTL: Duration = Duration::from_mins(10);

/// What a person goes to Atlassian for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To let a client act for them; they agreed to it before.
    Client(Box<AuthorizationRequest>),
    /// To use one of our own pages, to which they return.
    Session(OwnPage),
}

/// A page of ours that a person signs in for. A list, never an address from the outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnPage {
    /// What is connected to the person.
    Overview,
    /// Their API tokens.
    ApiToken,
    /// What waits for their approval.
    Plans,
    /// One plan, by an id that was checked for its shape.
    Plan(PlanId),
}

#[derive(Serialize, Deserialize)]
struct Record {
    browser: String,
    purpose: Purpose,
}

/// Why no state, code or session could be made.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The person took back their approval on the way.
    #[error("the person withdrew their consent")]
    Withdrawn,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl AuthServer {
    /// Makes a state for the way to Atlassian.
    pub async fn open_state(
        &self,
        purpose: Purpose,
        browser: &Browser,
    ) -> Result<String, StateError> {
        let state = token(self.random.as_ref())?;
        let record = Record {
            browser: browser.mark(),
            purpose,
        };
        self.vault
            .put(&Key::of_secret(Kind::State, &state), &record, Some(TTL))
            .await?;
        Ok(state)
    }

    /// Takes a state that came back. A foreign browser gets nothing and spends nothing.
    pub async fn close_state(
        &self,
        state: &str,
        browser: &Browser,
    ) -> Result<Option<Purpose>, StoreError> {
        let key = Key::of_secret(Kind::State, state);
        let Some(held) = self.vault.hold::<Record>(&key).await? else {
            return Ok(None);
        };
        if held.value.browser != browser.mark() || !self.vault.delete_held(&key, &held).await? {
            return Ok(None);
        }
        Ok(Some(held.value.purpose))
    }
}
