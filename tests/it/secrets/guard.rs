//! What each world holds: it looks, at the world's end, through all that was written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use atlassian_sandbox::Sandbox;

use super::{known, written};

/// Looks, at its end, through what was logged and audited while it lived.
pub(crate) struct Guard {
    sandbox: Arc<Sandbox>,
    dir: PathBuf,
    begun: usize,
}

impl Guard {
    /// Begins to listen. `dir` holds the audit records and must be there at the guard's end.
    pub(crate) fn over(sandbox: &Arc<Sandbox>, dir: PathBuf) -> Self {
        known::add_all_of(sandbox);
        Self {
            sandbox: Arc::clone(sandbox),
            dir,
            begun: written::begin(),
        }
    }

    /// All that was written since the world began: the log and the audit records.
    pub(super) fn written(&self) -> Written {
        Written {
            log: written::since(self.begun),
            audit: audit_records(&self.dir),
        }
    }
}

/// What a world wrote, and others who logged meanwhile.
pub(super) struct Written {
    pub(super) log: Vec<u8>,
    pub(super) audit: Vec<u8>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        // A test that fails has said why already.
        if std::thread::panicking() {
            written::end(self.begun, 0);
            return;
        }
        // Before anything is looked through: what the site gave out last is known as well.
        known::add_all_of(&self.sandbox);
        let Written { log, audit } = self.written();
        written::end(self.begun, log.len());
        look_through("the log", &log);
        look_through("the audit record", &audit);
    }
}

/// Fails the test when a piece of a known secret stands in a text.
pub(crate) fn look_through(what: &str, text: &[u8]) {
    if let Some(name) = known::find(text) {
        let lines = text.split(|byte| *byte == b'\n');
        let which = lines
            .zip(1..)
            .filter(|(line, _)| known::find(line).is_some())
            .map(|(_, number)| number)
            .collect::<Vec<u32>>();
        panic!("{name} stands in {what}, in the lines {which:?}");
    }
}

/// The audit records under a directory, files that are named so, one after another.
pub(crate) fn audit_records(dir: &Path) -> Vec<u8> {
    let entries = std::fs::read_dir(dir);
    let entries = entries.unwrap_or_else(|err| panic!("the audit record went too early: {err}"));
    let mut all = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            all.extend(audit_records(&path));
        } else if path.to_string_lossy().contains("audit") {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}
