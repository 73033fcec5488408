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
    warning: Option<String>,
}

/// The credential itself.
#[derive(Debug, Clone)]
pub enum AccessKind {
    /// The caller's Atlassian access token.
    Bearer(Secret<String>),
    /// The caller's own API token without scopes, good on the site's own host.
    Basic {
        /// The address that the token belongs to.
        email: String,
        /// The token.
        token: Secret<String>,
    },
    /// The caller's own API token with scopes, good on the gateway alone.
    Scoped {
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
            warning: None,
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
            warning: None,
        }
    }

    /// The caller's API token with scopes on a site.
    pub const fn scoped(
        account: AccountId,
        tenant: Tenant,
        email: String,
        token: Secret<String>,
    ) -> Self {
        Self {
            account,
            tenant: Some(tenant),
            kind: AccessKind::Scoped { email, token },
            warning: None,
        }
    }

    /// Adds what the caller should hear about the credential.
    #[must_use]
    pub fn warning_of(mut self, warning: Option<String>) -> Self {
        self.warning = warning;
        self
    }

    /// The organisation's key. It belongs to no site.
    pub const fn org_key(account: AccountId, org_id: String, key: Secret<String>) -> Self {
        Self {
            account,
            tenant: None,
            kind: AccessKind::OrgKey { org_id, key },
            warning: None,
        }
    }

    /// No credential and no site.
    pub const fn none(account: AccountId) -> Self {
        Self {
            account,
            tenant: None,
            kind: AccessKind::None,
            warning: None,
        }
    }

    /// The person on whose behalf the call is made.
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// The site; always there except for the organisation's key and [`AccessKind::None`].
    pub const fn tenant(&self) -> Option<&Tenant> {
        self.tenant.as_ref()
    }

    /// What the caller should hear about the credential, e.g. that it expires soon.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// The credential.
    pub const fn kind(&self) -> &AccessKind {
        &self.kind
    }
}
