//! Where records go: standard output, or a file that one process appends to.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use super::chain::Tip;
use crate::config::AuditTarget;

/// How much of a file's end is read for its last record, in bytes.
const TAIL: u64 = 256 * 1024;

/// Why a record could not be written.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The file cannot be opened.
    #[error("cannot open the audit file {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another process appends to the file.
    #[error("another process writes the audit file {}", .0.display())]
    Held(PathBuf),
    /// The record was not written, or may not be on the disk.
    #[error("cannot write an audit record")]
    Write(#[from] io::Error),
}

/// One chain of records.
#[derive(Debug)]
pub(super) struct Sink(Mutex<Open>);

#[derive(Debug)]
struct Open {
    tip: Tip,
    out: Out,
    /// A record was written in part: the next begins on a line of its own.
    torn: bool,
}

#[derive(Debug)]
enum Out {
    Stdout,
    File(Arc<File>),
}

impl Sink {
    /// Opens the target; a file's chain goes on where it ended.
    pub(super) fn open(target: &AuditTarget) -> Result<Self, AuditError> {
        let open = match target {
            AuditTarget::Stdout => Open {
                tip: Tip::start(),
                out: Out::Stdout,
                torn: false,
            },
            AuditTarget::File(path) => open_file(path)?,
        };
        Ok(Self(Mutex::new(open)))
    }

    /// Writes one record.
    pub(super) fn write(&self, record: Map<String, Value>) -> Result<(), AuditError> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut line, tip) = open.tip.join(record);
        if open.torn {
            line.insert(0, '\n');
        }
        line.push('\n');
        open.torn = true;
        match &mut open.out {
            Out::Stdout => {
                let mut out = io::stdout().lock();
                out.write_all(line.as_bytes())?;
                out.flush()?;
            }
            Out::File(file) => file.as_ref().write_all(line.as_bytes())?,
        }
        open.torn = false;
        open.tip = tip;
        Ok(())
    }

    /// Waits until what was written is on the disk. Others go on writing meanwhile.
    pub(super) fn flush(&self) -> Result<(), AuditError> {
        let Some(file) = self.file() else {
            return Ok(io::stdout().lock().flush()?);
        };
        match file.sync_data() {
            // A pipe or a device keeps nothing that could be waited for.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            synced => Ok(synced?),
        }
    }

    /// The file, where it is one.
    pub(super) fn file(&self) -> Option<Arc<File>> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &open.out {
            Out::Stdout => None,
            Out::File(file) => Some(Arc::clone(file)),
        }
    }
}

fn open_file(path: &Path) -> Result<Open, AuditError> {
    let failed = |source| AuditError::Open {
        path: path.to_owned(),
        source,
    };
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    file.try_lock().map_err(|error| match error {
        std::fs::TryLockError::WouldBlock => AuditError::Held(path.to_owned()),
        std::fs::TryLockError::Error(source) => failed(source),
    })?;
    let length = file.metadata().map_err(failed)?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))
        .map_err(failed)?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).map_err(failed)?;
    let tip = tail
        .split(|byte| *byte == b'\n')
        .rev()
        .filter_map(|line| std::str::from_utf8(line).ok())
        .find_map(Tip::of_line);
    Ok(Open {
        tip: tip.unwrap_or_else(Tip::start),
        torn: tail.last().is_some_and(|byte| *byte != b'\n'),
        out: Out::File(Arc::new(file)),
    })
}
