//! Which of several sites a call is for: the pinned one, the one that is named, the one of before, or
//! the only one. It is never guessed.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::record::Grant;
use super::service::{Grants, store_fault};
use crate::auth::Principal;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{AccountId, ClientId, CloudId};
use crate::base::tenant::Tenant;
use crate::store::StoreError;
use crate::store::keys::{Key, Kind, digest};

/// How long a choice is remembered after it was made.
const CHOICE_TTL: Duration = Duration::from_hours(90 * 24);

/// Which site a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim<'a> {
    /// The only one, or the one that the person named through this client before.
    Usual,
    /// The one of this host or cloud id. It is remembered.
    Named(&'a str),
    /// The one of a plan, a journal entry or a job.
    Exactly(&'a CloudId),
}

/// The sites that a person reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// All of them, by cloud id.
    pub sites: Vec<Tenant>,
    /// The one that a call through this client is for when it names none.
    pub chosen: Option<CloudId>,
}

/// Whether a caller's word means this site: its cloud id or its host.
pub fn means(site: &str, tenant: &Tenant) -> bool {
    site == tenant.cloud_id().as_str() || site.eq_ignore_ascii_case(tenant.site())
}

pub(super) fn choice_key(account: &AccountId, client: &ClientId) -> Key {
    choice_of(account, &digest(client.as_str()))
}

/// The key by the digest that stands in the index.
pub(super) fn choice_of(account: &AccountId, client: &str) -> Key {
    Key::new(Kind::SiteChoice, client, account.as_str())
}

impl Grants {
    /// The sites that the person reaches by their grant or an API token, and which of them is meant
    /// when a call through this client names none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn reach(&self, principal: &Principal) -> Result<Reach, StoreError> {
        let account = &principal.account;
        let mut sites: BTreeMap<CloudId, Tenant> = BTreeMap::new();
        let grant = self.parts.vault.get::<Grant>(&Grant::key(account)).await?;
        let granted = grant.into_iter().flat_map(|grant| grant.sites);
        let granted = granted.map(|site| (site.cloud_id, site.host));
        let bound = self.kept_tokens(account).await?.into_iter();
        for (cloud_id, host) in granted.chain(bound.map(|token| (token.cloud_id, token.site))) {
            if let Ok(tenant) = Tenant::verified(cloud_id, &host, self.parts.pin.as_ref()) {
                sites.entry(tenant.cloud_id().clone()).or_insert(tenant);
            }
        }
        let chosen = if sites.len() == 1 {
            sites.keys().next().cloned()
        } else {
            let key = choice_key(account, &principal.client);
            let remembered = self.parts.vault.get::<CloudId>(&key).await?;
            // What is no longer reached is not meant any more.
            remembered.filter(|site| sites.contains_key(site))
        };
        Ok(Reach {
            sites: sites.into_values().collect(),
            chosen,
        })
    }

    /// The site that a call is for; `None` when the person reaches none at all.
    pub(super) async fn choose(
        &self,
        principal: &Principal,
        aim: Aim<'_>,
    ) -> Result<Option<CloudId>, Fault> {
        if let Some(pin) = &self.parts.pin {
            return match aim {
                Aim::Exactly(site) if site != pin => Err(elsewhere()),
                _ => Ok(Some(pin.clone())),
            };
        }
        let reach = self.reach(principal).await.map_err(store_fault)?;
        if reach.sites.is_empty() {
            return Ok(None);
        }
        match aim {
            Aim::Usual => {
                reach.chosen.clone().map(Some).ok_or_else(|| {
                    which(&reach, "you reach several sites, and the call names none")
                })
            }
            Aim::Exactly(site) => {
                let known = reach.sites.iter().any(|known| known.cloud_id() == site);
                known.then(|| Some(site.clone())).ok_or_else(|| {
                    Fault::new(
                        Code::InsufficientPermissions,
                        "it belongs to a site that you do not reach any more",
                    )
                    .with_mend(self.sign_in_words())
                })
            }
            Aim::Named(name) => {
                let Some(site) = reach.sites.iter().find(|site| means(name, site)) else {
                    return Err(which(&reach, "/site: you reach no site of that name"));
                };
                self.remember(principal, &reach, site.cloud_id()).await?;
                Ok(Some(site.cloud_id().clone()))
            }
        }
    }

    async fn remember(
        &self,
        principal: &Principal,
        reach: &Reach,
        site: &CloudId,
    ) -> Result<(), Fault> {
        if reach.chosen.as_ref() == Some(site) {
            return Ok(());
        }
        let key = choice_key(&principal.account, &principal.client);
        let member = format!("site|{}", digest(principal.client.as_str()));
        self.keep_listed(&principal.account, &key, site, member, CHOICE_TTL)
            .await
            .map_err(store_fault)
    }
}

/// A word for another site on a server that is pinned to one.
pub(super) fn elsewhere() -> Fault {
    Fault::new(
        Code::InsufficientPermissions,
        "this server is pinned to another site",
    )
    .with_mend("Leave `site` out; this server acts on one site only.")
}

fn which(reach: &Reach, why: &str) -> Fault {
    let sites: Vec<Value> = reach
        .sites
        .iter()
        .map(|site| json!({"site": site.site(), "cloud_id": site.cloud_id()}))
        .collect();
    Fault::new(Code::ValidationError, why)
        .with_details(json!({ "sites": sites }))
        .with_mend(
            "Ask the person which site is meant and pass it as `site`; this client then keeps to it.",
        )
}
