//! Sessions of a person's browser on our own pages.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::browser::Browser;
use super::codes::Person;
use super::server::AuthServer;
use super::states::StateError;
use crate::base::random::token;
use crate::store::StoreError;
use crate::store::keys::{Key, Kind};

/// How long a session lives.
const TTL: Duration = Duration::from_hours(1);

/// A signed-in browser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// Who is signed in.
    pub person: Person,
    browser: String,
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
        };
        self.vault
            .put(&Key::of_secret(Kind::Session, &cookie), &session, Some(TTL))
            .await?;
        Ok(cookie)
    }

    /// The session of a cookie, if it is this browser's.
    pub async fn session(
        &self,
        cookie: &str,
        browser: &Browser,
    ) -> Result<Option<Session>, StoreError> {
        let found = self
            .vault
            .get::<Session>(&Key::of_secret(Kind::Session, cookie))
            .await?;
        Ok(found.filter(|session| session.browser == browser.mark()))
    }

    /// Ends a session.
    pub async fn close_session(&self, cookie: &str) -> Result<(), StoreError> {
        self.vault
            .delete(&Key::of_secret(Kind::Session, cookie))
            .await
    }
}
