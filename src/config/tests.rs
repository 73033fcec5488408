//! The parser tells everything at once, and nothing secret.

use super::parse::KnownGroup;
use super::*;

fn known() -> Vec<KnownGroup> {
    vec![
        KnownGroup {
            name: "read_projects",
            scopes: vec!["read:jira-work"],
            organisation: false,
        },
        KnownGroup {
            name: "admin_org",
            scopes: vec!["read:orgs:admin"],
            organisation: true,
        },
    ]
}

fn good() -> Environment {
    Environment::from(vec![
        ("ATLASSIAN_OAUTH_CLIENT_ID", "app"),
        ("ATLASSIAN_OAUTH_CLIENT_SECRET", "very-secret-value"),
        ("ATLASSIAN_OAUTH_SCOPES", "auto"),
        (
            "ATLASSIAN_CALLBACK_URI",
            "https://mcp.example.com/oauth/atlassian-callback",
        ),
        ("MCP_SERVER_URL", "https://mcp.example.com"),
        (
            "TOKEN_ENCRYPTION_KEY",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ),
        ("GOJIRA_ENABLED_GROUPS", "read_projects"),
    ])
}

fn read(env: &Environment) -> Result<Settings, ConfigProblems> {
    let groups = known();
    Settings::read(
        env,
        &Known {
            groups: &groups,
            tools: &["project_list"],
        },
    )
}

fn names(env: &Environment) -> Vec<&'static str> {
    read(env)
        .unwrap_err()
        .0
        .iter()
        .map(|problem| problem.name)
        .collect()
}

#[test]
fn each_way_of_consent_has_its_word() {
    for (word, mode) in [
        ("plan", ConsentMode::Plan),
        ("commit", ConsentMode::Commit),
        ("approve", ConsentMode::Approve),
    ] {
        let settings = read(&good().with("GOJIRA_CONSENT", word)).unwrap();
        assert_eq!(settings.policy.consent, mode, "{word}");
    }
}

#[test]
fn a_good_set_is_read_with_its_defaults() {
    let settings = read(&good()).unwrap();
    assert_eq!(settings.server.port, 8081);
    assert_eq!(settings.limits.per_user_per_min, 60);
    assert_eq!(settings.policy.consent, ConsentMode::Plan);
    assert!(
        settings
            .oauth
            .scopes
            .iter()
            .any(|scope| scope == "read:jira-work")
    );
    assert!(
        settings
            .oauth
            .scopes
            .iter()
            .any(|scope| scope == "offline_access")
    );
    assert!(!format!("{settings:?}").contains("very-secret-value"));
}

#[test]
fn everything_missing_is_told_at_once() {
    let names = names(&Environment::default());
    for name in [
        "ATLASSIAN_OAUTH_CLIENT_ID",
        "ATLASSIAN_OAUTH_CLIENT_SECRET",
        "ATLASSIAN_OAUTH_SCOPES",
        "ATLASSIAN_CALLBACK_URI",
        "MCP_SERVER_URL",
        "TOKEN_ENCRYPTION_KEY",
        "GOJIRA_ENABLED_GROUPS",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
}

#[test]
fn each_wrong_value_is_refused_by_name() {
    for (name, value, told) in [
        ("MCP_SERVER_URL", "http://mcp.example.com", "MCP_SERVER_URL"),
        ("MCP_PORT", "70000", "MCP_PORT"),
        ("TOKEN_ENCRYPTION_KEY", "short", "TOKEN_ENCRYPTION_KEY"),
        (
            "GOJIRA_ENABLED_GROUPS",
            "read_project",
            "GOJIRA_ENABLED_GROUPS",
        ),
        (
            "GOJIRA_ENABLED_GROUPS",
            "admin_org",
            "GOJIRA_ENABLED_GROUPS",
        ),
        ("GOJIRA_DISABLED_TOOLS", "nothing", "GOJIRA_DISABLED_TOOLS"),
        ("GOJIRA_READ_ONLY", "perhaps", "GOJIRA_READ_ONLY"),
        ("GOJIRA_CONSENT", "never", "GOJIRA_CONSENT"),
        ("GOJIRA_WRITE_FENCE", "ACME", "GOJIRA_WRITE_FENCE"),
        ("GOJIRA_REDONLY", "true", "GOJIRA_*"),
        (
            "ATLASSIAN_PINNED_CLOUD_ID",
            "acme.atlassian.net",
            "ATLASSIAN_PINNED_CLOUD_ID",
        ),
        ("TLS_CERT_PATH", "/etc/cert.pem", "TLS_CERT_PATH"),
        ("TRUSTED_PROXIES", "10.0.0.0/8 proxy", "TRUSTED_PROXIES"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "TRUSTED_PROXIES"),
        (
            "GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK",
            "http://alerts.example.com/hook",
            "GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK",
        ),
        (
            "GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK",
            "alerts",
            "GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK",
        ),
        (
            "ATLASSIAN_OAUTH_SCOPES",
            "read:jira-work",
            "ATLASSIAN_OAUTH_SCOPES",
        ),
        (
            "ATLASSIAN_OAUTH_SCOPES",
            "offline_access",
            "ATLASSIAN_OAUTH_SCOPES",
        ),
        (
            "ATLASSIAN_CALLBACK_URI",
            "https://other.example.com/oauth/atlassian-callback",
            "ATLASSIAN_CALLBACK_URI",
        ),
        (
            "ATLASSIAN_SITE_URL_TEMPLATE",
            "https://site",
            "ATLASSIAN_SITE_URL_TEMPLATE",
        ),
        ("GOJIRA_STORE_URL", "redis://127.0.0.1", "GOJIRA_STORE_URL"),
        (
            "GOJIRA_ENABLE_ORG_ADMIN",
            "true",
            "GOJIRA_ORG_ADMIN_ACCOUNT_IDS",
        ),
        (
            "GOJIRA_AUDIT_LOG_TARGET",
            "somewhere",
            "GOJIRA_AUDIT_LOG_TARGET",
        ),
        ("RATE_LIMIT_PER_USER", "none", "RATE_LIMIT_PER_USER"),
    ] {
        let names = names(&good().with(name, value));
        assert!(names.contains(&told), "{name}={value}: {names:?}");
    }
}

#[test]
fn proxies_and_the_address_of_alarms_are_read_and_the_latter_never_shown() {
    let env = good()
        .with("TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7 2001:db8::/32")
        .with(
            "GOJIRA_REFRESH_REUSE_ALERT_WEBHOOK",
            "https://alerts.example.com/hook?token=hidden-part",
        );
    let settings = read(&env).unwrap();
    assert_eq!(settings.server.trusted_proxies.len(), 3);
    let webhook = settings.alerts.webhook.as_ref().unwrap();
    assert!(webhook.expose().ends_with("hidden-part"));
    assert!(!format!("{settings:?}").contains("hidden-part"));
    for variable in NAMES {
        assert!(!variable.shown(&env).contains("hidden-part"));
    }
}

#[test]
fn empty_means_unset_and_a_secret_may_come_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    std::fs::write(&path, "from-file\n").unwrap();
    let env = good()
        .with("ATLASSIAN_OAUTH_CLIENT_SECRET", "")
        .with("ATLASSIAN_OAUTH_CLIENT_SECRET_FILE", path.to_string_lossy());
    assert_eq!(
        read(&env).unwrap().oauth.client_secret.expose(),
        "from-file"
    );
    let bad_key = good()
        .with("TOKEN_ENCRYPTION_KEY", "")
        .with("TOKEN_ENCRYPTION_KEY_FILE", path.to_string_lossy());
    assert_eq!(names(&bad_key), ["TOKEN_ENCRYPTION_KEY"]);
    let both = good().with("ATLASSIAN_OAUTH_CLIENT_SECRET_FILE", path.to_string_lossy());
    assert!(names(&both).contains(&"ATLASSIAN_OAUTH_CLIENT_SECRET"));
}

#[test]
fn a_file_of_settings_gives_way_to_the_environment() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("env");
    std::fs::write(
        &path,
        "# notes\nexport MCP_PORT=\"9000\"\nLOG_LEVEL='debug'\n\n",
    )
    .unwrap();
    let env = good().with("LOG_LEVEL", "warn").with_file(&path).unwrap();
    let settings = read(&env).unwrap();
    assert_eq!(
        (settings.server.port, settings.log_level.as_str()),
        (9000, "warn")
    );
    std::fs::write(&path, "nonsense\n").unwrap();
    assert!(matches!(
        good().with_file(&path),
        Err(EnvFileError::Line { line: 1, .. })
    ));
}
