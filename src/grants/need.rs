//! What a tool needs of a person's credentials, and which of the two serves it.

use super::api_token::token_status;
use super::record::{ApiToken, Grant};
use super::service::{Grants, store_fault};
use crate::base::fault::Fault;
use crate::base::ids::{AccountId, CloudId};
use crate::catalog;
use crate::catalog::model::{Credential, Tool};

/// What a tool needs.
#[derive(Debug, Clone)]
pub struct Need {
    /// The credential that its group is set up for.
    credential: Credential,
    either: Option<Either>,
}

/// What decides where all operations of a tool take an OAuth token as well as an API token.
#[derive(Debug, Clone)]
struct Either {
    /// The scopes that an OAuth token must have.
    scopes: Vec<&'static str>,
    /// The documents that an API token must open.
    apis: Vec<&'static str>,
}

impl From<Credential> for Need {
    fn from(credential: Credential) -> Self {
        Self {
            credential,
            either: None,
        }
    }
}

impl From<&'static Tool> for Need {
    fn from(tool: &'static Tool) -> Self {
        let either = catalog::takes_either(tool).then(|| Either {
            scopes: catalog::scopes_of(tool),
            apis: tool.operations().map(|operation| operation.api).collect(),
        });
        Self {
            credential: tool.credential,
            either,
        }
    }
}

impl Need {
    /// The credential that its group is set up for.
    pub(super) const fn credential(&self) -> Credential {
        self.credential
    }
}

impl Grants {
    /// The credential to use on a site. Where both would do: the OAuth token, if the person's grant
    /// reaches the site with every scope of the tool; else an API token, if one is bound that opens
    /// what the tool calls; else the one that the tool's group is set up for, for its words.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn serving(
        &self,
        account: &AccountId,
        site: &CloudId,
        need: &Need,
    ) -> Result<Credential, Fault> {
        let Some(either) = &need.either else {
            return Ok(need.credential);
        };
        let vault = &self.parts.vault;
        let grant = vault.get::<Grant>(&Grant::key(account)).await;
        let covers = |grant: &Grant| {
            let has = |scope: &&str| grant.scopes.iter().any(|held| held == scope);
            grant.sites.iter().any(|reached| reached.cloud_id == *site)
                && either.scopes.iter().all(has)
        };
        if grant.map_err(store_fault)?.as_ref().is_some_and(covers) {
            return Ok(Credential::Oauth);
        }
        let token = vault.get::<ApiToken>(&ApiToken::key(account, site)).await;
        let opens = |token: &ApiToken| {
            !token_status(token, self.parts.clock.now()).has_expired()
                && either.apis.iter().all(|api| token.kind.opens(api))
        };
        if token.map_err(store_fault)?.as_ref().is_some_and(opens) {
            return Ok(Credential::ApiToken);
        }
        Ok(need.credential)
    }
}
