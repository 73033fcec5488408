//! Which host and which base path an operation has, by its document and the credential. This is the
//! only place where an upstream address is made.

use crate::base::fault::{Code, Fault};
use crate::base::tenant::Tenant;
use crate::grants::{Access, AccessKind, ApiTokenKind};

/// Where Atlassian is.
#[derive(Debug, Clone)]
pub struct Bases {
    /// The API gateway, `https://api.atlassian.com`, without a trailing slash.
    pub api: String,
    /// A site's address, with `{site}` for its host.
    pub site_template: String,
}

/// Why there is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressError {
    /// Atlassian offers this API to another kind of credential only.
    #[error("{api} cannot be reached with {credential}")]
    Credential {
        /// The pinned document.
        api: String,
        /// The credential, in words.
        credential: &'static str,
    },
    /// The API takes no API token with scopes.
    #[error("{0} takes no API token with scopes; it needs one without")]
    Scoped(String),
    /// The workspace of Assets was not looked up.
    #[error("the Assets workspace of the site is not known")]
    Workspace,
    /// An id that would lead elsewhere.
    #[error("{0} is not a plain identifier")]
    Identifier(&'static str),
}

impl From<AddressError> for Fault {
    fn from(error: AddressError) -> Self {
        if matches!(error, AddressError::Scoped(_)) {
            return Self::new(Code::InsufficientPermissions, error.to_string())
                .with_mend("gojira_connect gives the link; bind a token without scopes there.");
        }
        tracing::error!(%error, "no upstream address");
        Self::new(Code::UnexpectedError, error.to_string())
    }
}

impl Bases {
    /// The base address of a document's operations. `workspace` is the Assets workspace, which only
    /// that document needs.
    pub(super) fn of(
        &self,
        api: &str,
        access: &Access,
        workspace: Option<&str>,
    ) -> Result<String, AddressError> {
        match (access.kind(), access.tenant()) {
            (AccessKind::Bearer(_), Some(tenant)) => self.gateway(api, tenant, workspace),
            (AccessKind::Basic { .. }, Some(tenant)) => self.basic(api, tenant, workspace),
            (AccessKind::Scoped { .. }, Some(tenant)) if ApiTokenKind::Scoped.opens(api) => {
                self.gateway(api, tenant, workspace)
            }
            (AccessKind::Scoped { .. }, Some(_)) => Err(AddressError::Scoped(api.to_owned())),
            (AccessKind::OrgKey { .. }, _) => self.organisation(api),
            (_, None) | (AccessKind::None, _) => Err(refused(api, "no credential")),
        }
    }

    /// Base addresses for an OAuth 2.0 (3LO) access token, and for an API token with scopes.
    fn gateway(
        &self,
        api: &str,
        tenant: &Tenant,
        workspace: Option<&str>,
    ) -> Result<String, AddressError> {
        let (root, cloud) = (&self.api, cloud_id(tenant)?);
        match api {
            "jira-platform" | "jira-software" | "jira-service-management" => {
                Ok(format!("{root}/ex/jira/{cloud}"))
            }
            "jsm-forms" => Ok(format!("{root}/ex/jira/{cloud}/forms")),
            "assets" => {
                let workspace = workspace_id(workspace)?;
                Ok(format!(
                    "{root}/ex/jira/{cloud}/jsm/assets/workspace/{workspace}/v1"
                ))
            }
            "confluence-v2" => Ok(format!("{root}/ex/confluence/{cloud}/wiki/api/v2")),
            _ => Err(refused(api, "an OAuth token")),
        }
    }

    /// Base addresses for an email address and an API token.
    fn basic(
        &self,
        api: &str,
        tenant: &Tenant,
        workspace: Option<&str>,
    ) -> Result<String, AddressError> {
        let (root, cloud) = (&self.api, cloud_id(tenant)?);
        let site = self.site_template.replace("{site}", tenant.site());
        let site = site.trim_end_matches('/');
        match api {
            "jira-platform" | "jira-software" | "jira-service-management" | "confluence-v1" => {
                Ok(site.to_owned())
            }
            "confluence-v2" => Ok(format!("{site}/wiki/api/v2")),
            "jsm-forms" => Ok(format!("{root}/jira/forms/cloud/{cloud}")),
            "assets" => {
                let workspace = workspace_id(workspace)?;
                Ok(format!("{root}/jsm/assets/workspace/{workspace}/v1"))
            }
            "automation" => Ok(format!("{root}/automation/public/jira/{cloud}")),
            _ => Err(refused(api, "an API token")),
        }
    }

    /// Base addresses for the organisation's API key.
    fn organisation(&self, api: &str) -> Result<String, AddressError> {
        let root = &self.api;
        match api {
            "admin-organization" => Ok(format!("{root}/admin")),
            "admin-control" | "admin-user-management" | "admin-user-provisioning" => {
                Ok(root.clone())
            }
            "admin-api-access" => Ok(format!("{root}/admin/api-access/v1")),
            "admin-dlp" => Ok(format!("{root}/admin/dlp/v1")),
            _ => Err(refused(api, "the organisation's key")),
        }
    }
}

fn refused(api: &str, credential: &'static str) -> AddressError {
    AddressError::Credential {
        api: api.to_owned(),
        credential,
    }
}

fn cloud_id(tenant: &Tenant) -> Result<&str, AddressError> {
    plain(tenant.cloud_id().as_str()).ok_or(AddressError::Identifier("the cloud id"))
}

fn workspace_id(workspace: Option<&str>) -> Result<&str, AddressError> {
    plain(workspace.ok_or(AddressError::Workspace)?)
        .ok_or(AddressError::Identifier("the workspace id"))
}

/// Ids of Atlassian are UUIDs or words; anything else does not enter a path.
fn plain(id: &str) -> Option<&str> {
    let ok = !id.is_empty()
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    ok.then_some(id)
}

#[cfg(test)]
mod tests;
