//! What nearly every part stands on, and the parts that are made from it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use tokio_util::task::TaskTracker;

use super::Ground;
use crate::audit::Audit;
use crate::auth::{ATTEMPT_LIMIT, AlertParts, Alerts, AuthEvents, AuthParts, AuthServer, Scopes};
use crate::base::fault::Fault;
use crate::base::ids::CloudId;
use crate::base::net;
use crate::config::{AlertSettings, OauthSettings, OrgSettings};
use crate::grants::{Access, AccessKind, AtlassianApp, GrantParts, Grants, OrgKey};
use crate::limits::Limits;
use crate::store::vault::Vault;
use crate::upstream::{self, Bases, Renew, Upstream};

/// Time for one exchange with Atlassian; a grant's lease outlives it.
const EXCHANGE_LIMIT: Duration = Duration::from_secs(15);
/// Time for one request of a tool, retries apart.
const REQUEST_LIMIT: Duration = Duration::from_secs(40);

/// What nearly every part stands on.
pub(super) struct Footing {
    pub(super) ground: Ground,
    pub(super) vault: Vault,
    pub(super) audit: Audit,
    pub(super) tasks: TaskTracker,
}

impl Footing {
    pub(super) fn auth(
        &self,
        issuer: String,
        offered: Scopes,
        alerts: AlertSettings,
    ) -> Result<Arc<AuthServer>> {
        Ok(Arc::new(AuthServer::new(AuthParts {
            vault: self.vault.clone(),
            clock: Arc::clone(&self.ground.clock),
            random: Arc::clone(&self.ground.random),
            events: self.events(&issuer, alerts)?,
            documents: Arc::clone(&self.ground.documents),
            issuer,
            offered,
        })))
    }

    /// The audit record, and the alarm where one is wanted.
    fn events(&self, issuer: &str, alerts: AlertSettings) -> Result<Arc<dyn AuthEvents>> {
        let record: Arc<dyn AuthEvents> = Arc::new(self.audit.clone());
        let Some(webhook) = alerts.webhook else {
            return Ok(record);
        };
        Ok(Arc::new(Alerts::new(AlertParts {
            record,
            webhook,
            http: net::client(ATTEMPT_LIMIT)?,
            clock: Arc::clone(&self.ground.clock),
            pause: Arc::clone(&self.ground.pause),
            tasks: self.tasks.clone(),
            issuer: issuer.to_owned(),
        })))
    }

    pub(super) fn grants(
        &self,
        oauth: OauthSettings,
        org: Option<OrgSettings>,
        pin: Option<CloudId>,
        issuer: &str,
    ) -> Result<Grants> {
        Ok(Grants::new(GrantParts {
            vault: self.vault.clone(),
            clock: Arc::clone(&self.ground.clock),
            random: Arc::clone(&self.ground.random),
            pause: Arc::clone(&self.ground.pause),
            events: Arc::new(self.audit.clone()),
            http: net::client(EXCHANGE_LIMIT)?,
            app: AtlassianApp {
                client_id: oauth.client_id,
                client_secret: oauth.client_secret,
                scopes: oauth.scopes,
                callback: oauth.callback_uri,
                auth_base: oauth.auth_base,
                api_base: oauth.api_base,
                site_template: oauth.site_template,
            },
            pin,
            org: org.map(|org| OrgKey {
                org_id: org.org_id,
                key: org.token,
                accounts: org.accounts,
            }),
            mend_url: format!("{issuer}/connect/api-token"),
            tasks: self.tasks.clone(),
        }))
    }

    pub(super) fn upstream(
        &self,
        bases: Bases,
        grants: Grants,
        limits: Limits,
    ) -> Result<Upstream> {
        Ok(Upstream::new(upstream::Parts {
            bases,
            http: net::client(REQUEST_LIMIT)?,
            renew: Arc::new(Renewal(grants)),
            limits,
            vault: self.vault.clone(),
            clock: Arc::clone(&self.ground.clock),
            random: Arc::clone(&self.ground.random),
            manners: self.ground.manners,
        }))
    }
}

/// Renews a caller's token through their grant.
#[derive(Debug)]
struct Renewal(Grants);

#[async_trait]
impl Renew for Renewal {
    async fn renew(&self, refused: &Access) -> Result<Option<Access>, Fault> {
        match refused.kind() {
            AccessKind::Bearer(_) => self.0.forced_refresh(refused).await.map(Some),
            AccessKind::Basic { .. }
            | AccessKind::Scoped { .. }
            | AccessKind::OrgKey { .. }
            | AccessKind::None => Ok(None),
        }
    }
}
