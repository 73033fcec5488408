//! What the settings must satisfy together.

use std::collections::BTreeSet;

use url::{Host, Url};

use super::env::Environment;
use super::model::Settings;
use super::parse::{ConfigProblem, Known};
use super::show::NAMES;

/// Whether a URL may carry secrets: https, or http on a loopback address.
pub(super) fn is_secure(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        },
        _ => false,
    }
}

/// The scopes that the enabled groups need, with those that every sign-in needs.
pub(super) fn needed_scopes(known: &Known<'_>, enabled: &BTreeSet<String>) -> Vec<String> {
    let always = [
        "offline_access",
        "read:me",
        "read:account",
        "read:jira-user",
    ];
    let mut scopes: BTreeSet<&str> = always.into_iter().collect();
    for group in known.groups {
        if enabled.contains(group.name) && !group.organisation {
            scopes.extend(group.scopes.iter().copied());
        }
    }
    scopes.into_iter().map(str::to_owned).collect()
}

/// Adds what is wrong only when settings are seen together.
pub(super) fn together(settings: &Settings, known: &Known<'_>, problems: &mut Vec<ConfigProblem>) {
    let mut wrong = |name, what: String| problems.push(ConfigProblem { name, what });
    let public = &settings.server.public_url;
    let callback = &settings.oauth.callback_uri;
    if callback.origin() != public.origin()
        || !callback.path().ends_with("/oauth/atlassian-callback")
    {
        wrong(
            "ATLASSIAN_CALLBACK_URI",
            format!(
                "must be {}/oauth/atlassian-callback, as registered with Atlassian",
                public.as_str().trim_end_matches('/')
            ),
        );
    }
    if let Some(pin) = &settings.policy.pin {
        let fits = |c: char| c.is_ascii_hexdigit() || c == '-';
        if pin.as_str().len() != 36 || !pin.as_str().chars().all(fits) {
            wrong(
                "ATLASSIAN_PINNED_CLOUD_ID",
                "must be the cloud id that https://<your site>/_edge/tenant_info tells".to_owned(),
            );
        }
    }
    for group in known
        .groups
        .iter()
        .filter(|group| settings.policy.groups.contains(group.name))
    {
        if group.organisation && settings.org.is_none() {
            wrong(
                "GOJIRA_ENABLED_GROUPS",
                format!(
                    "{} needs GOJIRA_ENABLE_ORG_ADMIN=true and its settings",
                    group.name
                ),
            );
        }
        let missing: Vec<&str> = group
            .scopes
            .iter()
            .filter(|_| !group.organisation)
            .filter(|scope| !settings.oauth.scopes.iter().any(|have| have == *scope))
            .copied()
            .collect();
        if !missing.is_empty() {
            wrong(
                "ATLASSIAN_OAUTH_SCOPES",
                format!("{} needs also: {}", group.name, missing.join(" ")),
            );
        }
    }
}

/// Settings that this version does not have: an operator who sets one relies on it.
const NOT_YET: &[(&str, &str)] = &[
    ("TLS_CERT_PATH", "end TLS in a proxy in front of the server"),
    ("TLS_KEY_PATH", "end TLS in a proxy in front of the server"),
];

/// A misspelt name would be silently ignored, so it is a problem.
pub(super) fn unknown_names(env: &Environment, problems: &mut Vec<ConfigProblem>) {
    for (name, instead) in NOT_YET {
        if env.get(name).is_some() {
            problems.push(ConfigProblem {
                name,
                what: format!("is not supported by this version: {instead}, and unset it"),
            });
        }
    }
    for name in env.names("GOJIRA_") {
        let known = NAMES.iter().any(|variable| {
            variable.name == name
                || (variable.secret && name.strip_suffix("_FILE") == Some(variable.name))
        });
        if !known {
            problems.push(ConfigProblem {
                name: "GOJIRA_*",
                what: format!("{name} is no setting; see `gojira-mcp check --help`"),
            });
        }
    }
}
