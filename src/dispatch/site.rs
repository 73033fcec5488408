//! The credential and the site of a call: chosen once, counted once, and warned of where needed.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::call::Frame;
use super::dispatcher::Dispatcher;
use super::turn::Turn;
use crate::base::fault::{Code, Fault};
use crate::base::ids::{CloudId, PlanId};
use crate::catalog::model::Tool;
use crate::grants::{Access, Aim, means};

/// What a call and the calls within it have learnt on their way.
#[derive(Debug, Default)]
pub(super) struct Noted {
    site_spent: AtomicBool,
    warnings: Mutex<Vec<String>>,
    /// What the caller was told of that has no end.
    told: AtomicU32,
    /// The plan that a person was asked about before this call.
    pub(super) asked_about: OnceLock<PlanId>,
}

impl Noted {
    fn warn(&self, warning: &str) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if !warnings.iter().any(|known| known == warning) {
            warnings.push(warning.to_owned());
        }
    }

    /// How many things were told of, with one more.
    pub(super) fn one_more(&self) -> u32 {
        self.told.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// How many things were told of.
    pub(super) fn told(&self) -> u32 {
        self.told.load(Ordering::Relaxed)
    }

    /// What the caller should hear beside the answer.
    pub(super) fn warnings(&self) -> Vec<String> {
        let warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        warnings.clone()
    }
}

impl Turn {
    /// A credential for the tool, on the site that is meant: the named one, else that of the plan
    /// which is committed, else the usual one.
    ///
    /// # Errors
    /// What stands in the way, with the link that mends it.
    pub async fn access(&self) -> Result<Access, Fault> {
        let planned = self.planned_site().await?;
        let aim = match (&self.automatic.site, &planned) {
            (Some(site), _) => Aim::Named(site),
            (None, Some(site)) => Aim::Exactly(site),
            (None, None) => Aim::Usual,
        };
        self.dispatcher.access(&self.frame, self.tool(), aim).await
    }

    /// A credential for a tool on the site of what is recorded; `None` is the organisation. Another
    /// site that the caller names is refused.
    ///
    /// # Errors
    /// As [`Turn::access`].
    pub(super) async fn access_of(
        &self,
        tool: &'static Tool,
        site: Option<&CloudId>,
    ) -> Result<Access, Fault> {
        let aim = site.map_or(Aim::Usual, Aim::Exactly);
        let access = self.dispatcher.access(&self.frame, tool, aim).await?;
        match (&self.automatic.site, access.tenant()) {
            (Some(named), Some(tenant)) if !means(named, tenant) => Err(Fault::new(
                Code::ValidationError,
                format!("/site: the operation was made on {}", tenant.site()),
            )
            .with_mend("Leave `site` out; an operation is undone on its own site.")),
            _ => Ok(access),
        }
    }

    async fn planned_site(&self) -> Result<Option<CloudId>, Fault> {
        let parts = self.dispatcher.parts();
        if let Some(in_set) = self.in_set.as_ref().filter(|_| parts.pin.is_none()) {
            return Ok(in_set.site.clone());
        }
        let Some(id) = self
            .automatic
            .plan_id
            .as_ref()
            .filter(|_| parts.pin.is_none())
        else {
            return Ok(None);
        };
        let plan = parts.consent.plan(self.principal(), id).await;
        let plan = plan.map_err(|error| {
            tracing::error!(%error, "cannot read a plan");
            Fault::new(Code::UnexpectedError, "the plan could not be read")
        })?;
        Ok(plan.and_then(|plan| plan.preview.tenant))
    }
}

impl Dispatcher {
    async fn access(
        &self,
        frame: &Frame,
        tool: &'static Tool,
        aim: Aim<'_>,
    ) -> Result<Access, Fault> {
        let (parts, principal) = (self.parts(), &frame.principal);
        let access = parts.grants.access_on(principal, tool, aim).await?;
        let apis = tool.operations().map(|operation| operation.api);
        parts.grants.demand_open(&access, apis)?;
        // A pinned server has counted the call for its one site already.
        if let Some(tenant) = access.tenant().filter(|_| parts.pin.is_none())
            && !frame.noted.site_spent.swap(true, Ordering::Relaxed)
        {
            let limits = &parts.limits;
            limits
                .spend_of_site(&principal.account, tenant.cloud_id())
                .await?;
        }
        if let Some(warning) = access.warning() {
            frame.noted.warn(warning);
        }
        Ok(access)
    }
}
