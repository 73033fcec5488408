//! What is kept of a person's Atlassian credentials.

use serde::{Deserialize, Serialize};

use super::kind::ApiTokenKind;

use crate::base::clock::Timestamp;
use crate::base::ids::{AccountId, CloudId};
use crate::base::secret::Secret;
use crate::base::tenant::{Tenant, TenantError};
use crate::store::keys::{Key, Kind};

/// A person's grant: what Atlassian gave for them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Grant {
    #[serde(with = "exposed")]
    pub(super) access_token: Secret<String>,
    #[serde(with = "optional")]
    pub(super) refresh_token: Option<Secret<String>>,
    pub(super) expires_at: Timestamp,
    pub(super) scopes: Vec<String>,
    pub(super) sites: Vec<Site>,
    pub(super) name: Option<String>,
    pub(super) since: Timestamp,
}

/// A site that a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Site {
    pub(super) cloud_id: CloudId,
    pub(super) host: String,
    pub(super) scopes: Vec<String>,
}

/// A person's own API token for one site.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ApiToken {
    pub(super) email: String,
    #[serde(with = "exposed")]
    pub(super) token: Secret<String>,
    pub(super) kind: ApiTokenKind,
    pub(super) cloud_id: CloudId,
    pub(super) site: String,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) since: Timestamp,
}

impl Grant {
    pub(super) fn key(account: &AccountId) -> Key {
        Key::new(Kind::Grant, "record", account.as_str())
    }

    /// One of its sites, judged by the pin of today; `None` when it does not reach that one.
    pub(super) fn tenant(
        &self,
        site: &CloudId,
        pin: Option<&CloudId>,
    ) -> Result<Option<Tenant>, TenantError> {
        self.sites
            .iter()
            .find(|known| known.cloud_id == *site)
            .map(|known| Tenant::verified(known.cloud_id.clone(), &known.host, pin))
            .transpose()
    }
}

impl ApiToken {
    pub(super) fn key(account: &AccountId, site: &CloudId) -> Key {
        Key::new(Kind::ApiToken, site.as_str(), account.as_str())
    }

    /// The site, judged by the pin of today.
    pub(super) fn tenant(&self, pin: Option<&CloudId>) -> Result<Tenant, TenantError> {
        Tenant::verified(self.cloud_id.clone(), &self.site, pin)
    }
}

/// A secret inside a value that is sealed as a whole.
mod exposed {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Secret;

    pub(super) fn serialize<S: Serializer>(
        secret: &Secret<String>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Secret<String>, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

/// The same for one that may be missing.
mod optional {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Secret;

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub(super) fn serialize<S: Serializer>(
        secret: &Option<Secret<String>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(Secret::expose).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Secret<String>>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.map(Secret::new))
    }
}
