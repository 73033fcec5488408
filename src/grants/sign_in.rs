//! The way back from Atlassian: the code becomes a grant, the grant names a person and a site.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::atlassian::{self, Resource, UpstreamError};
use super::record::Grant;
use super::refresh::GRANT_TTL;
use super::service::Grants;
use crate::auth::{AuthEvent, AuthEventKind, Person};
use crate::base::ids::CloudId;
use crate::base::tenant::{Tenant, TenantError};
use crate::store::StoreError;
use crate::store::keys::{Key, Kind};

/// A person who signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// Their site.
    pub tenant: Tenant,
}

/// Why a sign-in came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Atlassian did not play along.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// The person gave access to no site, or not to the pinned one.
    #[error("the sign-in reaches no site that this server may use")]
    NoSite,
    /// Several sites and no pin: which one is meant is not to be guessed.
    #[error(
        "the sign-in reaches {0} sites and this server is pinned to none; its operator must set ATLASSIAN_PINNED_CLOUD_ID"
    )]
    SeveralSites(usize),
    /// The site is not acceptable.
    #[error(transparent)]
    Site(#[from] TenantError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn site_key(cloud_id: &CloudId) -> Key {
    Key::new(Kind::Discovery, "site", cloud_id.as_str())
}

impl Grants {
    /// Exchanges the code of a callback, learns who came and keeps their grant.
    ///
    /// # Errors
    /// [`SignInError`]; nothing is kept then.
    pub async fn sign_in(&self, code: &str) -> Result<SignedIn, SignInError> {
        let (http, app) = (&self.parts.http, &self.parts.app);
        let tokens = atlassian::exchange_code(http, app, code).await?;
        let me = atlassian::me(http, app, &tokens.access).await?;
        let sites = atlassian::accessible_resources(http, app, &tokens.access).await?;
        let tenant = the_site(sites, self.parts.pin.as_ref())?;
        let now = self.parts.clock.now();
        let grant = Grant {
            access_token: tokens.access,
            refresh_token: tokens.refresh,
            expires_at: now.plus(Duration::from_secs(tokens.life_secs)),
            scopes: tokens.scopes,
            cloud_id: tenant.cloud_id().clone(),
            site: tenant.site().to_owned(),
            name: me.name.clone(),
            since: now,
        };
        let vault = &self.parts.vault;
        vault
            .put(&Grant::key(&me.account), &grant, Some(GRANT_TTL))
            .await?;
        vault
            .put(&site_key(tenant.cloud_id()), &tenant.site(), None)
            .await?;
        let event = AuthEvent::new(AuthEventKind::SignIn)
            .of(&me.account)
            .noting(format!("site {}", tenant.site()));
        self.parts.events.record(event).await;
        Ok(SignedIn {
            person: Person {
                account: me.account,
                name: me.name,
            },
            tenant,
        })
    }

    /// The site as the consent page names it: its host when somebody signed in before, else the pin.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn site_label(&self) -> Result<Option<String>, StoreError> {
        let Some(pin) = &self.parts.pin else {
            return Ok(None);
        };
        let known = self.parts.vault.get::<String>(&site_key(pin)).await?;
        Ok(Some(known.unwrap_or_else(|| format!("cloud id {pin}"))))
    }
}

/// The one site that is meant. Atlassian lists a site once for each product.
fn the_site(resources: Vec<Resource>, pin: Option<&CloudId>) -> Result<Tenant, SignInError> {
    let mut sites: BTreeMap<CloudId, String> = BTreeMap::new();
    for resource in resources {
        if pin.is_none_or(|pin| *pin == resource.id) {
            sites.entry(resource.id).or_insert(resource.url);
        }
    }
    let count = sites.len();
    let mut sites = sites.into_iter();
    let (Some((cloud_id, url)), None) = (sites.next(), sites.next()) else {
        return Err(match count {
            0 => SignInError::NoSite,
            _ => SignInError::SeveralSites(count),
        });
    };
    let host = Url::parse(&url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_default();
    Ok(Tenant::verified(cloud_id, &host, pin)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(id: &str, url: &str) -> Resource {
        Resource {
            id: CloudId::new(id),
            url: url.to_owned(),
        }
    }

    #[test]
    fn the_pin_chooses_and_nothing_is_guessed() {
        let two = || {
            vec![
                resource("a", "https://a.atlassian.net"),
                resource("b", "https://b.atlassian.net"),
                resource("b", "https://b.atlassian.net"),
            ]
        };
        let pin = CloudId::new("b");
        let tenant = the_site(two(), Some(&pin)).unwrap();
        assert_eq!(tenant.site(), "b.atlassian.net");
        assert!(matches!(
            the_site(two(), None),
            Err(SignInError::SeveralSites(2))
        ));
        let other = CloudId::new("c");
        assert!(matches!(
            the_site(two(), Some(&other)),
            Err(SignInError::NoSite)
        ));
        let one = vec![resource("a", "https://a.atlassian.net")];
        assert!(the_site(one, None).is_ok());
        assert!(matches!(
            the_site(vec![resource("a", "nonsense")], None),
            Err(SignInError::Site(_))
        ));
    }
}
