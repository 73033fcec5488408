//! A credential for what the server looks at by itself: the fate of a write that nobody saw, or work
//! that goes on at Atlassian. There is no bearer at hand then, only the grant that the person left.

use super::access::Access;
use super::need::Need;
use super::service::Grants;
use super::sites::elsewhere;
use crate::base::fault::Fault;
use crate::base::ids::{AccountId, CloudId};
use crate::catalog::model::Credential;

impl Grants {
    /// The credential with which an account's own record may be looked into: on the site of the
    /// record, as long as the person has not signed out (or left the organisation's gate). It is for
    /// reads only; what is written always needs a caller.
    ///
    /// # Errors
    /// As [`Grants::access_on`].
    pub async fn access_for(
        &self,
        account: &AccountId,
        need: impl Into<Need>,
        site: Option<&CloudId>,
    ) -> Result<Access, Fault> {
        let need = need.into();
        match need.credential() {
            Credential::Local => return Ok(Access::none(account.clone())),
            Credential::OrgAdmin => return self.org_key(account),
            Credential::Oauth | Credential::ApiToken => {}
        }
        let site = site.ok_or_else(|| self.not_signed_in())?;
        if self.parts.pin.as_ref().is_some_and(|pin| pin != site) {
            return Err(elsewhere());
        }
        self.fit(account, site, &need).await
    }
}
