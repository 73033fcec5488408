//! The only place that reads the environment, with `NAME_FILE` for secrets and files of settings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the settings come from: variables by name; an empty one is as if it were unset.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

/// A file of settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum EnvFileError {
    /// The file cannot be read.
    #[error("cannot read {path:?}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not `NAME=value`.
    #[error("{path:?}, line {line}: expected NAME=value")]
    Line {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
        let vars = std::env::vars();
        vars.collect::<Vec<_>>().into()
    }

    /// Adds a file of `NAME=value` lines; what is set already wins.
    ///
    /// Blank lines and lines that begin with `#` are skipped, `export ` before a name is allowed,
    /// and a value may stand in single or double quotes.
    ///
    /// # Errors
    /// [`EnvFileError`] when the file cannot be read or has another kind of line.
    pub fn with_file(mut self, path: &Path) -> Result<Self, EnvFileError> {
        let text = std::fs::read_to_string(path).map_err(|source| EnvFileError::Read {
            path: path.to_owned(),
            source,
        })?;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line = line.strip_prefix("export ").unwrap_or(line);
            let Some((name, value)) = line.split_once('=') else {
                return Err(EnvFileError::Line {
                    path: path.to_owned(),
                    line: at + 1,
                });
            };
            self.0
                .entry(name.trim().to_owned())
                .or_insert_with(|| unquoted(value.trim()).to_owned());
        }
        Ok(self)
    }

    /// Sets one variable, over what was there.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Takes these variables from another set, where they are set there.
    #[must_use]
    pub fn with_some_of(mut self, other: &Self, names: &[&str]) -> Self {
        for name in names {
            if let Some(value) = other.get(name) {
                self.0.insert((*name).to_owned(), value.to_owned());
            }
        }
        self
    }

    /// A variable; `None` when unset or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The names that are set and begin with `prefix`.
    pub fn names(&self, prefix: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(name, _)| name.as_str())
            .filter(move |name| name.starts_with(prefix))
    }
}

impl<N: Into<String>, V: Into<String>> From<Vec<(N, V)>> for Environment {
    fn from(pairs: Vec<(N, V)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
        {
            return inner;
        }
    }
    value
}
