//! Trying a bound API token again, because its owner asks.

use super::atlassian;
use super::bind::BindError;
use super::record::ApiToken;
use super::service::Grants;
use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, CloudId};

impl Grants {
    /// Asks Atlassian whether the account's token for a site is still good and still theirs; gives
    /// the moment of the answer, or `None` when no token is bound for the site.
    ///
    /// # Errors
    /// [`BindError`]; the token is kept whatever comes out.
    pub async fn check_api_token(
        &self,
        account: &AccountId,
        site: &CloudId,
    ) -> Result<Option<Timestamp>, BindError> {
        let (vault, pin) = (&self.parts.vault, self.parts.pin.as_ref());
        let Some(kept) = vault.get::<ApiToken>(&ApiToken::key(account, site)).await? else {
            return Ok(None);
        };
        let tenant = kept.tenant(pin)?;
        let (http, app) = (&self.parts.http, &self.parts.app);
        let asked = atlassian::myself(http, app, &tenant, kept.kind, &kept.email, &kept.token);
        if asked.await?.account != *account {
            return Err(BindError::OtherAccount);
        }
        Ok(Some(self.parts.clock.now()))
    }
}
