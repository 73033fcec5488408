//! The file behind the store, and whether its path still leads to it.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The file that was opened. SQLite goes on writing to it after somebody has removed or replaced
/// it, and everything written then is lost with the process.
#[derive(Debug)]
pub(super) struct OpenFile {
    path: PathBuf,
    identity: Identity,
}

/// Device and inode.
type Identity = (u64, u64);

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileError {
    /// Nothing can be found at its path.
    #[error("the store {path:?} has gone")]
    Gone {
        /// The file.
        path: PathBuf,
        /// The system's words.
        #[source]
        source: io::Error,
    },
    /// Another file has taken its place.
    #[error("the store {path:?} was replaced while it was open; start again")]
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

impl OpenFile {
    /// Remembers which file is at `path` now.
    ///
    /// # Errors
    /// [`FileError::Gone`] when there is none.
    pub(super) fn at(path: &Path) -> Result<Self, FileError> {
        Ok(Self {
            identity: identity(path)?,
            path: path.to_owned(),
        })
    }

    /// Whether what is written now will be found at the next start.
    ///
    /// # Errors
    /// [`FileError`] when it will not.
    pub(super) fn check(&self) -> Result<(), FileError> {
        if identity(&self.path)? == self.identity {
            Ok(())
        } else {
            Err(FileError::Replaced {
                path: self.path.clone(),
            })
        }
    }
}

fn identity(path: &Path) -> Result<Identity, FileError> {
    match std::fs::metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino())),
        Err(source) => Err(FileError::Gone {
            path: path.to_owned(),
            source,
        }),
    }
}
