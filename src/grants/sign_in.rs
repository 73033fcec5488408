//! The way back from Atlassian: the code becomes a grant, the grant names a person and a site.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use url::Url;

use super::atlassian::{self, Resource, UpstreamError};
use super::record::{Grant, Site};
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
    /// The sites that they reach here; at least one.
    pub sites: Vec<Tenant>,
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
        let sites = usable(sites, self.parts.pin.as_ref())?;
        let now = self.parts.clock.now();
        let grant = Grant {
            access_token: tokens.access,
            refresh_token: tokens.refresh,
            expires_at: now.plus(Duration::from_secs(tokens.life_secs)),
            scopes: tokens.scopes,
            sites: sites.iter().map(|(_, site)| site.clone()).collect(),
            name: me.name.clone(),
            since: now,
        };
        let vault = &self.parts.vault;
        vault
            .put(&Grant::key(&me.account), &grant, Some(GRANT_TTL))
            .await?;
        for (tenant, _) in &sites {
            vault
                .put(&site_key(tenant.cloud_id()), &tenant.site(), None)
                .await?;
        }
        let hosts: Vec<&str> = sites.iter().map(|(tenant, _)| tenant.site()).collect();
        let event = AuthEvent::new(AuthEventKind::SignIn)
            .of(&me.account)
            .noting(format!("site {}", hosts.join(", ")));
        self.parts.events.record(event).await;
        Ok(SignedIn {
            person: Person {
                account: me.account,
                name: me.name,
            },
            sites: sites.into_iter().map(|(tenant, _)| tenant).collect(),
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

/// The sites that may be used: the pinned one alone, or all. Atlassian lists a site once for each
/// product, each with scopes of its own.
fn usable(
    resources: Vec<Resource>,
    pin: Option<&CloudId>,
) -> Result<Vec<(Tenant, Site)>, SignInError> {
    let mut sites: BTreeMap<CloudId, (String, BTreeSet<String>)> = BTreeMap::new();
    for resource in resources {
        if pin.is_none_or(|pin| *pin == resource.id) {
            let (_, scopes) = sites
                .entry(resource.id)
                .or_insert_with(|| (resource.url, BTreeSet::new()));
            scopes.extend(resource.scopes);
        }
    }
    if sites.is_empty() {
        return Err(SignInError::NoSite);
    }
    let made = sites.into_iter().map(|(cloud_id, (url, scopes))| {
        let host = Url::parse(&url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default();
        let tenant = Tenant::verified(cloud_id.clone(), &host, pin)?;
        let site = Site {
            cloud_id,
            host: tenant.site().to_owned(),
            scopes: scopes.into_iter().collect(),
        };
        Ok((tenant, site))
    });
    made.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(id: &str, url: &str, scope: &str) -> Resource {
        Resource {
            id: CloudId::new(id),
            url: url.to_owned(),
            scopes: vec![scope.to_owned()],
        }
    }

    #[test]
    fn the_pin_keeps_one_and_without_it_all_are_kept() {
        let two = || {
            vec![
                resource("a", "https://a.atlassian.net", "jira"),
                resource("b", "https://b.atlassian.net", "jira"),
                resource("b", "https://b.atlassian.net", "confluence"),
            ]
        };
        let pin = CloudId::new("b");
        let pinned = usable(two(), Some(&pin)).unwrap();
        assert_eq!(pinned.len(), 1);
        assert_eq!(pinned[0].0.site(), "b.atlassian.net");
        assert_eq!(pinned[0].1.scopes, ["confluence", "jira"]);
        let all = usable(two(), None).unwrap();
        let hosts: Vec<_> = all.iter().map(|(tenant, _)| tenant.site()).collect();
        assert_eq!(hosts, ["a.atlassian.net", "b.atlassian.net"]);
        let other = CloudId::new("c");
        for (sites, pin) in [(two(), Some(&other)), (Vec::new(), None)] {
            assert!(matches!(usable(sites, pin), Err(SignInError::NoSite)));
        }
        assert!(matches!(
            usable(vec![resource("a", "nonsense", "jira")], None),
            Err(SignInError::Site(_))
        ));
    }
}
