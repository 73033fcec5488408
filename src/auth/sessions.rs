//! Sessions of a person's browser on our own pages.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::browser::Browser;
use super::codes::Person;
use super::server::AuthServer;
use super::states::StateError;
use crate::base::clock::Timestamp;
use crate::base::random::token;
use crate::store::StoreError;
use crate::store::keys::{Key, Kind};

/// How long a session lives.
pub(super) const SESSION_TTL: Duration = Duration::from_hours(1);

/// A signed-in browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// Who is signed in.
    pub person: Person,
    browser: String,
    /// When it was opened, by the store's clock.
    since: Timestamp,
}

impl AuthServer {
    /// Signs the browser in; gives the value of its session cookie.
    pub async fn open_session(
        &self,
        person: Person,
        browser: &Browser,
    ) -> Result<String, StateError> {
        let cookie = token(self.random.as_ref())?;
        let session = Session {
            person,
            browser: browser.mark(),
            since: self.moment(),
        };
        self.vault
            .put(
                &Key::of_secret(Kind::Session, &cookie),
                &session,
                Some(SESSION_TTL),
            )
            .await?;
        Ok(cookie)
    }

    /// The session of a cookie, if it is this browser's and the person has not signed out of
    /// everything since, here or in another browser.
    pub async fn session(
        &self,
        cookie: &str,
        browser: &Browser,
    ) -> Result<Option<Session>, StoreError> {
        let found = self
            .vault
            .get::<Session>(&Key::of_secret(Kind::Session, cookie))
            .await?;
        let Some(session) = found.filter(|session| session.browser == browser.mark()) else {
            return Ok(None);
        };
        let account = &session.person.account;
        let over = self.signed_out_since(account, session.since).await?;
        Ok((!over).then_some(session))
    }

    /// Ends a session.
    pub async fn close_session(&self, cookie: &str) -> Result<(), StoreError> {
        self.vault
            .delete(&Key::of_secret(Kind::Session, cookie))
            .await
    }
}
