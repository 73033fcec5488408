//! What a call reaches Atlassian with: a credential, and the site it is good for.

use crate::base::ids::AccountId;
use crate::base::secret::Secret;
use crate::base::tenant::Tenant;

/// A credential that is fit to be used now, with the site it belongs to. Only
/// `Grants` hands it out; it is never stored.
#[derive(Debug, Clone)]
pub struct Access {
    account: AccountId,
    tenant: Option<Tenant>,
    kind: AccessKind,
}

/// The credential itself.
#[derive(Debug, Clone)]
pub enum AccessKind {
    /// The caller's Atlassian access token.
    Bearer(Secret<String>),
    /// The caller's own API token.
    Basic {
        /// The address that the token belongs to.
        email: String,
        /// The token.
        token: Secret<String>,
    },
    /// The organisation's API key.
    OrgKey {
        /// The organisation.
        org_id: String,
        /// The key.
        key: Secret<String>,
    },
    /// None: the call does not leave the server.
    None,
}

impl Access {
    /// The caller's access token on a site.
    pub const fn bearer(account: AccountId, tenant: Tenant, token: Secret<String>) -> Self {
        Self {
            account,
            tenant: Some(tenant),
            kind: AccessKind::Bearer(token),
        }
    }

    /// The caller's API token on a site.
    pub const fn basic(
        account: AccountId,
        tenant: Tenant,
        email: String,
        token: Secret<String>,
    ) -> Self {
        Self {
            account,
            tenant: Some(tenant),
            kind: AccessKind::Basic { email, token },
        }
    }

    /// The organisation's key. It belongs to no site.
    pub const fn org_key(account: AccountId, org_id: String, key: Secret<String>) -> Self {
        Self {
            account,
            tenant: None,
            kind: AccessKind::OrgKey { org_id, key },
        }
    }

    /// No credential and no site.
    pub const fn none(account: AccountId) -> Self {
        Self {
            account,
            tenant: None,
            kind: AccessKind::None,
        }
    }

    /// The person on whose behalf the call is made.
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// The site; always there for [`AccessKind::Bearer`] and [`AccessKind::Basic`].
    pub const fn tenant(&self) -> Option<&Tenant> {
        self.tenant.as_ref()
    }

    /// The credential.
    pub const fn kind(&self) -> &AccessKind {
        &self.kind
    }
}
