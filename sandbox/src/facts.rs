//! What a caller needs to know of the sandbox: ids, users and keys.

use crate::auth::credentials::Credentials;
use crate::state::entropy::Entropy;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// The OAuth app registered with the sandbox.
#[derive(Debug, Clone)]
pub struct OauthApp {
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: String,
}

/// A user of the seeded site with an API token of theirs.
#[derive(Debug, Clone)]
pub struct FactsUser {
    /// Atlassian account id.
    pub account_id: String,
    /// E-mail address.
    pub email: String,
    /// Display name.
    pub name: String,
    /// API token for Basic authentication on the site, automation and forms hosts.
    pub api_token: String,
    /// Scoped API token, good on the gateway only.
    pub scoped_api_token: String,
    /// Whether the user administers the site.
    pub site_admin: bool,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsSite {
    /// Cloud id.
    pub cloud_id: String,
    /// Host name.
    pub site: String,
}

/// What a caller of the sandbox needs to know of it.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Cloud id of the first site.
    pub cloud_id: String,
    /// Host name of the first site.
    pub site: String,
    /// Organisation id.
    pub org_id: String,
    /// Organisation API key.
    pub org_api_key: String,
    /// All sites; the second is there only when it was asked for.
    pub sites: Vec<FactsSite>,
    /// Assets workspace id of the first site.
    pub workspace_id: String,
    /// Active users; the first one administers site and organisation. The first two reach the second
    /// site and administer it, too.
    pub users: Vec<FactsUser>,
}

/// Gives every active user an API token and a scoped one, and gathers what there is to know.
pub(crate) fn gather(
    tenants: &[Tenant],
    credentials: &mut Credentials,
    secrets: &mut Entropy,
) -> Facts {
    let home = &tenants[0];
    let mut users = Vec::new();
    for user in home.of(Kind::User).values().filter(|u| u["active"] == true) {
        let text = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
        let (account_id, email) = (text("accountId"), text("emailAddress"));
        let (api_token, scoped) = (secrets.token("token-"), secrets.token("scoped-"));
        credentials.add_api_token(api_token.clone(), &email, &account_id, None);
        let reach = [
            "read:jira-work",
            "read:jira-user",
            "manage:jira-configuration",
            "read:space:confluence",
        ];
        let reach = reach.map(str::to_owned).to_vec();
        credentials.add_api_token(scoped.clone(), &email, &account_id, Some(reach));
        users.push(FactsUser {
            account_id,
            email,
            name: text("displayName"),
            api_token,
            scoped_api_token: scoped,
            site_admin: user["siteAdmin"] == true,
        });
    }
    Facts {
        cloud_id: home.cloud_id.clone(),
        site: home.site.clone(),
        sites: tenants
            .iter()
            .map(|tenant| FactsSite {
                cloud_id: tenant.cloud_id.clone(),
                site: tenant.site.clone(),
            })
            .collect(),
        org_id: home.org_id.clone(),
        org_api_key: credentials.organisation_key().to_owned(),
        workspace_id: home.workspace_id.clone(),
        users,
    }
}
