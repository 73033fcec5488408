//! The comparison as a person reads it: the text of a change request.

use std::{fmt, iter};

use super::affected::{Affected, affected};
use super::change::{Diff, Name, Place};
use crate::problem::Problems;
use crate::spec::uses::Use;

/// What a newer document would change, and for which tools.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    api: String,
    versions: (String, String),
    diff: Diff,
    affected: Vec<Affected>,
    misfits: Problems,
}

impl Report {
    /// Puts together what is known: the comparison, the tools, and the corrections of the older
    /// document that no longer fit the newer.
    pub fn new(
        api: &str,
        versions: (String, String),
        diff: Diff,
        uses: &[Use],
        misfits: Problems,
    ) -> Self {
        let affected = affected(api, &diff, uses);
        Self {
            api: api.to_owned(),
            versions,
            diff,
            affected,
            misfits,
        }
    }

    /// Whether a tool breaks.
    pub fn breaks(&self) -> bool {
        self.affected.iter().any(|affected| affected.breaks)
    }

    fn tools(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for tool in &self.affected {
            let mark = if tool.breaks { "**breaks** " } else { "" };
            writeln!(f, "- {mark}`{}` ({} `{}`)", tool.tool, tool.role, tool.key)?;
            for what in &tool.what {
                writeln!(f, "  - {what}")?;
            }
        }
        Ok(())
    }

    fn changes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, changes) in &self.diff.changed {
            let mut told = changes
                .iter()
                .filter(|change| change.place != Place::Deprecation);
            let Some(first) = told.next() else { continue };
            writeln!(f, "- {name}")?;
            for change in iter::once(first).chain(told) {
                let mark = if change.breaks() { " (breaking)" } else { "" };
                writeln!(f, "  - {}{}{mark}", change.place.title(), change.what)?;
            }
        }
        Ok(())
    }

    fn newly_deprecated(&self) -> Vec<Name> {
        let changed = self.diff.changed.iter();
        changed
            .filter(|(_, changes)| {
                changes
                    .iter()
                    .any(|c| c.place == Place::Deprecation && c.breaks())
            })
            .map(|(name, _)| name.clone())
            .collect()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} `{}`", self.method, self.path, self.id)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# {}: {} -> {}\n",
            self.api, self.versions.0, self.versions.1
        )?;
        let breaking = self
            .affected
            .iter()
            .filter(|affected| affected.breaks)
            .count();
        writeln!(
            f,
            "{} operations added, {} removed, {} changed. {breaking} uses by tools break, {} more are touched.",
            self.diff.added.len(),
            self.diff.removed.len(),
            self.diff.changed.len(),
            self.affected.len() - breaking,
        )?;
        if !self.affected.is_empty() {
            writeln!(f, "\n## Tools\n")?;
            self.tools(f)?;
        }
        let deprecated = self.newly_deprecated();
        let lists = [
            ("Operations added", &self.diff.added),
            ("Operations removed", &self.diff.removed),
            ("Operations deprecated", &deprecated),
        ];
        for (title, names) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
            writeln!(f, "\n## {title}\n")?;
            for name in names {
                writeln!(f, "- {name}")?;
            }
        }
        if !self.diff.changed.is_empty() {
            writeln!(f, "\n## Operations changed\n")?;
            self.changes(f)?;
        }
        if !self.misfits.0.is_empty() {
            writeln!(f, "\n## Corrections that no longer fit\n")?;
            for misfit in &self.misfits.0 {
                writeln!(
                    f,
                    "- {}:{}: {}; {}",
                    misfit.file, misfit.line, misfit.what, misfit.mend
                )?;
            }
        }
        Ok(())
    }
}
