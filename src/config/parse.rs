//! From variables to [`Settings`]: the one parser, for the server, for `check` and for tests.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use url::Url;

use super::checks;
use super::env::Environment;
use super::model::{JournalSettings, Settings};
use crate::base::ids::AccountId;
use crate::base::secret::Secret;

/// What the settings are checked against: facts of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Group names with the OAuth scopes their tools need; a group that needs the organisation's
    /// key says so.
    pub groups: &'a [KnownGroup],
    /// Tool names and aliases.
    pub tools: &'a [&'static str],
}

/// A group as the settings need to know it.
#[derive(Debug, Clone)]
pub struct KnownGroup {
    /// Its name.
    pub name: &'static str,
    /// OAuth scopes its tools need.
    pub scopes: Vec<&'static str>,
    /// Whether its tools use the organisation's key.
    pub organisation: bool,
}

/// One thing wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The variable.
    pub name: &'static str,
    /// What is wrong and how to mend it; never shows a secret.
    pub what: String,
}

/// Everything wrong with the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
pub struct ConfigProblems(pub Vec<ConfigProblem>);

impl fmt::Display for ConfigProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} problem(s) with the settings:", self.0.len())?;
        for problem in &self.0 {
            writeln!(f, "  {}: {}", problem.name, problem.what)?;
        }
        Ok(())
    }
}

/// Collects problems while it reads.
pub(super) struct Reader<'a> {
    pub(super) env: &'a Environment,
    pub(super) problems: Vec<ConfigProblem>,
}

impl Settings {
    /// Reads and checks all settings.
    ///
    /// # Errors
    /// [`ConfigProblems`] with every problem at once.
    pub fn read(env: &Environment, known: &Known<'_>) -> Result<Self, ConfigProblems> {
        let mut reader = Reader {
            env,
            problems: Vec::new(),
        };
        let settings = reader.all(known);
        if let Some(settings) = &settings {
            checks::together(settings, known, &mut reader.problems);
        }
        checks::unknown_names(env, &mut reader.problems);
        match settings {
            Some(settings) if reader.problems.is_empty() => Ok(settings),
            _ => Err(ConfigProblems(reader.problems)),
        }
    }
}

impl Reader<'_> {
    fn all(&mut self, known: &Known<'_>) -> Option<Settings> {
        let policy = self.policy(known);
        let server = self.server();
        let oauth = self.oauth(known, policy.as_ref());
        let store = self.store();
        let seal = self.seal();
        let org = self.org();
        let limits = self.limits();
        let journal = self.number("GOJIRA_OPERATION_JOURNAL_TTL_DAYS", 30, 1, 3650);
        let audit = self.audit();
        let alerts = self.alerts();
        Some(Settings {
            oauth: oauth?,
            server: server?,
            store: store?,
            seal: seal?,
            policy: policy?,
            org: org?,
            limits: limits?,
            journal: JournalSettings {
                ttl: Duration::from_secs(journal? * 86_400),
            },
            audit: audit?,
            alerts: alerts?,
            log_level: self.text("LOG_LEVEL").unwrap_or("info").to_owned(),
        })
    }

    pub(super) fn wrong(&mut self, name: &'static str, what: impl Into<String>) {
        self.problems.push(ConfigProblem {
            name,
            what: what.into(),
        });
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.env.get(name)
    }

    pub(super) fn required(&mut self, name: &'static str, hint: &str) -> Option<String> {
        let found = self.text(name).map(str::to_owned);
        if found.is_none() {
            self.wrong(name, format!("is required: {hint}"));
        }
        found
    }

    /// A secret from the variable, or from the file that `NAME_FILE` names.
    pub(super) fn secret(
        &mut self,
        name: &'static str,
        file_name: &'static str,
    ) -> Option<Secret<String>> {
        match (self.text(name), self.text(file_name)) {
            (Some(_), Some(_)) => {
                self.wrong(
                    name,
                    format!("is set, and so is {file_name}: set one of them"),
                );
                None
            }
            (Some(value), None) => Some(Secret::from(value)),
            (None, None) => None,
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) if !text.trim().is_empty() => Some(Secret::from(text.trim())),
                Ok(_) => {
                    self.wrong(file_name, "names an empty file");
                    None
                }
                Err(err) => {
                    self.wrong(file_name, format!("cannot be read: {err}"));
                    None
                }
            },
        }
    }

    pub(super) fn number(
        &mut self,
        name: &'static str,
        default: u64,
        least: u64,
        most: u64,
    ) -> Option<u64> {
        let Some(text) = self.text(name).map(str::to_owned) else {
            return Some(default);
        };
        match text.parse() {
            Ok(value) if (least..=most).contains(&value) => Some(value),
            _ => {
                self.wrong(
                    name,
                    format!("must be a whole number from {least} to {most}"),
                );
                None
            }
        }
    }

    pub(super) fn flag(&mut self, name: &'static str) -> Option<bool> {
        match self.text(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false" | "0" | "no") => Some(false),
            Some("true" | "1" | "yes") => Some(true),
            Some(_) => {
                self.wrong(name, "must be true or false");
                None
            }
        }
    }

    pub(super) fn list(&self, name: &str) -> BTreeSet<String> {
        let text = self.text(name).unwrap_or_default();
        text.split(|c: char| c == ',' || c.is_whitespace())
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// An absolute URL; plain http is for loopback addresses only.
    pub(super) fn url(&mut self, name: &'static str, text: &str) -> Option<Url> {
        let Ok(url) = Url::parse(text) else {
            self.wrong(name, "must be an absolute URL");
            return None;
        };
        if !checks::is_secure(&url) {
            self.wrong(
                name,
                "must be https (plain http is for loopback addresses only)",
            );
            return None;
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            self.wrong(name, "must have no query, fragment or user");
            return None;
        }
        Some(url)
    }

    pub(super) fn base(&mut self, name: &'static str, default: &str) -> Option<String> {
        let text = self.text(name).unwrap_or(default).to_owned();
        let url = self.url(name, &text)?;
        Some(url.as_str().trim_end_matches('/').to_owned())
    }

    pub(super) fn accounts(&self, name: &str) -> BTreeSet<AccountId> {
        self.list(name).into_iter().map(AccountId::new).collect()
    }
}
