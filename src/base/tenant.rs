//! The one Atlassian site that a call may reach.

use super::ids::CloudId;

/// A verified site: cloud id and host belong together.
///
/// [`Tenant::verified`] is the only way to make one; everything that builds an address takes a
/// `Tenant`, so that an id and a host from different sites cannot meet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tenant {
    cloud_id: CloudId,
    site: String,
}

/// Why a site was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TenantError {
    /// The site is not the one this server is pinned to.
    #[error("site {cloud_id} is not the site that this server is pinned to")]
    NotPinned {
        /// The refused cloud id.
        cloud_id: CloudId,
    },
    /// There is no cloud id, or it is none.
    #[error("cloud id {0:?} is no identifier")]
    CloudId(CloudId),
    /// The host of the site is not a plain host name.
    #[error("site host {0:?} is not a host name")]
    Host(String),
}

impl Tenant {
    /// Builds the tenant from what Atlassian itself said of it, checked against the pin.
    ///
    /// `site` is the bare host (`acme.atlassian.net`).
    ///
    /// # Errors
    /// [`TenantError`] when the pin names another site, the cloud id is none or the host is not a
    /// plain host name.
    pub fn verified(
        cloud_id: CloudId,
        site: &str,
        pin: Option<&CloudId>,
    ) -> Result<Self, TenantError> {
        if pin.is_some_and(|pin| *pin != cloud_id) {
            return Err(TenantError::NotPinned { cloud_id });
        }
        let id = cloud_id.as_str();
        let named = (1..=64).contains(&id.len())
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !named {
            return Err(TenantError::CloudId(cloud_id));
        }
        let plain = !site.is_empty()
            && site.len() <= 253
            && !site.starts_with(['.', '-'])
            && site.contains('.')
            && site
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        if !plain || site.contains("..") {
            return Err(TenantError::Host(site.to_owned()));
        }
        Ok(Self {
            cloud_id,
            site: site.to_ascii_lowercase(),
        })
    }

    /// The cloud id.
    pub const fn cloud_id(&self) -> &CloudId {
        &self.cloud_id
    }

    /// The host, without scheme.
    pub fn site(&self) -> &str {
        &self.site
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pin_decides() {
        let pin = CloudId::new("a");
        assert!(Tenant::verified(CloudId::new("a"), "acme.atlassian.net", Some(&pin)).is_ok());
        assert!(Tenant::verified(CloudId::new("b"), "acme.atlassian.net", Some(&pin)).is_err());
        assert!(Tenant::verified(CloudId::new("b"), "acme.atlassian.net", None).is_ok());
    }

    #[test]
    fn nothing_is_no_cloud_id() {
        for nothing in ["", " ", "a/b", "..", "a b"] {
            let id = CloudId::new(nothing);
            for pin in [None, Some(&id)] {
                let built = Tenant::verified(id.clone(), "acme.atlassian.net", pin);
                assert!(matches!(built, Err(TenantError::CloudId(_))), "{nothing:?}");
            }
        }
    }

    #[test]
    fn a_host_is_nothing_but_a_host() {
        for bad in [
            "",
            "acme",
            "acme.net/path",
            "a.b@c.net",
            "acme.net:443",
            "..net",
            "a..b",
            "-a.b",
        ] {
            assert!(
                Tenant::verified(CloudId::new("a"), bad, None).is_err(),
                "{bad}"
            );
        }
    }
}
