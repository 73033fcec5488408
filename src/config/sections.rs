//! The settings by concern: each reader gives one struct of the model, or tells why not.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::checks;
use super::model::{
    AuditSettings, AuditTarget, ConsentMode, Fence, LimitSettings, OauthSettings, OrgSettings,
    PolicySettings, SealSettings, ServerSettings, StoreSettings, Surface,
};
use super::parse::{Known, Reader};
use crate::base::ids::CloudId;
use crate::base::secret::Secret;
use crate::seal::SealKey;

impl Reader<'_> {
    pub(super) fn oauth(
        &mut self,
        known: &Known<'_>,
        policy: Option<&PolicySettings>,
    ) -> Option<OauthSettings> {
        let client_id = self.required(
            "ATLASSIAN_OAUTH_CLIENT_ID",
            "the client id of your OAuth 2.0 app in Atlassian's developer console",
        );
        let secret = self.secret(
            "ATLASSIAN_OAUTH_CLIENT_SECRET",
            "ATLASSIAN_OAUTH_CLIENT_SECRET_FILE",
        );
        if secret.is_none() {
            self.wrong(
                "ATLASSIAN_OAUTH_CLIENT_SECRET",
                "is required: the secret of that app (or ATLASSIAN_OAUTH_CLIENT_SECRET_FILE)",
            );
        }
        let callback = self
            .required(
                "ATLASSIAN_CALLBACK_URI",
                "MCP_SERVER_URL followed by /oauth/atlassian-callback",
            )
            .and_then(|text| self.url("ATLASSIAN_CALLBACK_URI", &text));
        let scopes = self.scopes(known, policy);
        let auth_base = self.base("ATLASSIAN_AUTH_BASE_URL", "https://auth.atlassian.com");
        let api_base = self.base("ATLASSIAN_API_BASE_URL", "https://api.atlassian.com");
        let template = self
            .text("ATLASSIAN_SITE_URL_TEMPLATE")
            .unwrap_or("https://{site}")
            .trim_end_matches('/')
            .to_owned();
        if template.contains("{site}") {
            let example = template.replace("{site}", "example.atlassian.net");
            self.url("ATLASSIAN_SITE_URL_TEMPLATE", &example)?;
        } else {
            self.wrong("ATLASSIAN_SITE_URL_TEMPLATE", "must hold {site}");
        }
        Some(OauthSettings {
            client_id: client_id?,
            client_secret: secret?,
            scopes: scopes?,
            callback_uri: callback?,
            auth_base: auth_base?,
            api_base: api_base?,
            site_template: template,
        })
    }

    fn scopes(
        &mut self,
        known: &Known<'_>,
        policy: Option<&PolicySettings>,
    ) -> Option<Vec<String>> {
        let text = self.required(
            "ATLASSIAN_OAUTH_SCOPES",
            "`auto` computes it from GOJIRA_ENABLED_GROUPS; else a list that holds offline_access",
        )?;
        if text == "auto" {
            return Some(checks::needed_scopes(known, &policy?.groups));
        }
        let scopes: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if !scopes.iter().any(|scope| scope == "offline_access") {
            self.wrong(
                "ATLASSIAN_OAUTH_SCOPES",
                "must hold offline_access: without it nobody stays signed in",
            );
        }
        Some(scopes)
    }

    pub(super) fn server(&mut self) -> Option<ServerSettings> {
        let port = self.number("MCP_PORT", 8081, 0, 65_535);
        let public_url = self
            .required(
                "MCP_SERVER_URL",
                "the address that clients use, e.g. https://mcp.example.com",
            )
            .and_then(|text| self.url("MCP_SERVER_URL", &text));
        let allowed_origins = self.list("ALLOWED_ORIGINS").into_iter().collect();
        let trusted_proxies = self.trusted_proxies();
        Some(ServerSettings {
            public_url: public_url?,
            port: u16::try_from(port?).ok()?,
            allowed_origins,
            trusted_proxies: trusted_proxies?,
        })
    }

    pub(super) fn store(&mut self) -> Option<StoreSettings> {
        let name = if self.text("GOJIRA_STORE_URL").is_none() && self.text("REDIS_URL").is_some() {
            "REDIS_URL"
        } else {
            "GOJIRA_STORE_URL"
        };
        let text = self.text(name).unwrap_or("gojira.db").to_owned();
        if text.starts_with("redis:") || text.starts_with("rediss:") || text.starts_with("valkey:")
        {
            self.wrong(
                name,
                "this version keeps its store in an SQLite file: give a path",
            );
            return None;
        }
        let path = text
            .strip_prefix("sqlite://")
            .or_else(|| text.strip_prefix("sqlite:"))
            .unwrap_or(&text);
        if path.contains("://") {
            self.wrong(name, "must be the path of an SQLite file");
            return None;
        }
        Some(StoreSettings::Sqlite(PathBuf::from(path)))
    }

    pub(super) fn seal(&mut self) -> Option<SealSettings> {
        let hint = "32 random bytes in base64; `gojira-mcp generate-key` prints one";
        let current = self.secret("TOKEN_ENCRYPTION_KEY", "TOKEN_ENCRYPTION_KEY_FILE");
        let older = self.secret(
            "TOKEN_ENCRYPTION_KEYS_OLD",
            "TOKEN_ENCRYPTION_KEYS_OLD_FILE",
        );
        if current.is_none() {
            self.wrong("TOKEN_ENCRYPTION_KEY", format!("is required: {hint}"));
        }
        let given = current.is_some();
        let key = current.and_then(|text| seal_key(text.expose()));
        if given && key.is_none() {
            self.wrong("TOKEN_ENCRYPTION_KEY", format!("must be {hint}"));
        }
        let mut opened = Vec::new();
        for part in older.iter().flat_map(|text| text.expose().split(',')) {
            match seal_key(part.trim()) {
                Some(key) => opened.push(key),
                None => self.wrong(
                    "TOKEN_ENCRYPTION_KEYS_OLD",
                    format!("every key, between commas, must be {hint}"),
                ),
            }
        }
        Some(SealSettings {
            current: key?,
            older: opened,
        })
    }

    pub(super) fn policy(&mut self, known: &Known<'_>) -> Option<PolicySettings> {
        let groups = self.list("GOJIRA_ENABLED_GROUPS");
        let names: Vec<&str> = known.groups.iter().map(|group| group.name).collect();
        if groups.is_empty() {
            self.wrong(
                "GOJIRA_ENABLED_GROUPS",
                format!(
                    "is required and has no default; choose among: {}",
                    names.join(", ")
                ),
            );
        }
        for group in &groups {
            if !names.contains(&group.as_str()) {
                self.wrong(
                    "GOJIRA_ENABLED_GROUPS",
                    format!("{group:?} is no group; there are: {}", names.join(", ")),
                );
            }
        }
        let disabled_tools = self.list("GOJIRA_DISABLED_TOOLS");
        for tool in &disabled_tools {
            if !known.tools.contains(&tool.as_str()) {
                self.wrong("GOJIRA_DISABLED_TOOLS", format!("{tool:?} is no tool"));
            }
        }
        let read_only = self.flag("GOJIRA_READ_ONLY");
        let fence = self.fence();
        let consent = match self.text("GOJIRA_CONSENT") {
            None | Some("plan") => Some(ConsentMode::Plan),
            Some("commit") => Some(ConsentMode::Commit),
            Some("approve") => Some(ConsentMode::Approve),
            Some(_) => {
                self.wrong("GOJIRA_CONSENT", "must be plan, commit or approve");
                None
            }
        };
        let surface = match self.text("GOJIRA_SURFACE") {
            None => Some(None),
            Some("catalog") => Some(Some(Surface::Catalog)),
            Some("full") => Some(Some(Surface::Full)),
            Some(_) => {
                self.wrong("GOJIRA_SURFACE", "must be catalog or full");
                None
            }
        };
        let auditors = self.accounts("GOJIRA_AUDITOR_ACCOUNT_IDS");
        let pin = self.text("ATLASSIAN_PINNED_CLOUD_ID").map(CloudId::new);
        Some(PolicySettings {
            groups,
            disabled_tools,
            read_only: read_only?,
            fence,
            consent: consent?,
            surface: surface?,
            auditors,
            pin,
        })
    }

    fn fence(&mut self) -> Option<Fence> {
        self.text("GOJIRA_WRITE_FENCE")?;
        let mut fence = Fence::default();
        for item in self.list("GOJIRA_WRITE_FENCE") {
            match item.split_once(':') {
                Some(("project", name)) if !name.is_empty() => {
                    fence.projects.insert(name.to_owned());
                }
                Some(("space", name)) if !name.is_empty() => {
                    fence.spaces.insert(name.to_owned());
                }
                Some(("schema", name)) if !name.is_empty() => {
                    fence.schemas.insert(name.to_owned());
                }
                _ => self.wrong(
                    "GOJIRA_WRITE_FENCE",
                    format!("{item:?} must be project:KEY, space:KEY or schema:ID"),
                ),
            }
        }
        Some(fence)
    }

    /// `Some(None)` when the gate is shut, `None` when it is set up wrongly.
    #[expect(
        clippy::option_option,
        reason = "wrong, shut and open are three things"
    )]
    pub(super) fn org(&mut self) -> Option<Option<OrgSettings>> {
        if !self.flag("GOJIRA_ENABLE_ORG_ADMIN")? {
            return Some(None);
        }
        let org_id = self.required("GOJIRA_ORG_ID", "the id of the organisation");
        let token = self.secret("GOJIRA_ORG_ADMIN_TOKEN", "GOJIRA_ORG_ADMIN_TOKEN_FILE");
        if token.is_none() {
            self.wrong(
                "GOJIRA_ORG_ADMIN_TOKEN",
                "is required: the API key of the organisation",
            );
        }
        let accounts = self.accounts("GOJIRA_ORG_ADMIN_ACCOUNT_IDS");
        if accounts.is_empty() {
            self.wrong(
                "GOJIRA_ORG_ADMIN_ACCOUNT_IDS",
                "is required with GOJIRA_ENABLE_ORG_ADMIN: the account ids that may use the key",
            );
        }
        Some(Some(OrgSettings {
            org_id: org_id?,
            token: token?,
            accounts,
        }))
    }

    pub(super) fn limits(&mut self) -> Option<LimitSettings> {
        let text = self.text("RATE_LIMIT_PER_USER").unwrap_or("60").to_owned();
        let bare = text.strip_suffix("/min").unwrap_or(&text);
        let per_user = match bare.trim().parse::<u32>() {
            Ok(count) if (1..=100_000).contains(&count) => Some(count),
            _ => {
                self.wrong(
                    "RATE_LIMIT_PER_USER",
                    "must be calls a minute, from 1 to 100000",
                );
                None
            }
        };
        let extra = self.number("GOJIRA_NEAR_LIMIT_EXTRA_DEDUCT", 5, 0, 1000);
        Some(LimitSettings {
            per_user_per_min: per_user?,
            near_limit_extra: u32::try_from(extra?).ok()?,
        })
    }

    pub(super) fn audit(&mut self) -> Option<AuditSettings> {
        let target = self.audit_target("GOJIRA_AUDIT_LOG_TARGET");
        let org_target = self.audit_target("GOJIRA_ORG_ADMIN_AUDIT_LOG_TARGET");
        Some(AuditSettings {
            target: target?.unwrap_or(AuditTarget::Stdout),
            org_target: org_target?,
        })
    }

    #[expect(
        clippy::option_option,
        reason = "wrong, unset and set are three things"
    )]
    fn audit_target(&mut self, name: &'static str) -> Option<Option<AuditTarget>> {
        match self.text(name) {
            None => Some(None),
            Some("stdout") => Some(Some(AuditTarget::Stdout)),
            Some(text) => {
                if let Some(path) = text.strip_prefix("file:").filter(|path| !path.is_empty()) {
                    return Some(Some(AuditTarget::File(PathBuf::from(path))));
                }
                self.wrong(name, "must be stdout or file:PATH");
                None
            }
        }
    }
}

fn seal_key(text: &str) -> Option<SealKey> {
    let bytes = STANDARD.decode(text).ok()?;
    <[u8; 32]>::try_from(bytes).ok().map(Secret::new)
}
