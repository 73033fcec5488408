//! Everything that was logged in this process, by all worlds together.
//!
//! Tests run at once in one process and log through one subscriber, so a world cannot have a log of
//! its own. It looks through all that was logged since it began, and what was logged while no world
//! lived falls to the next one.

use std::io;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// What is listened to: all but the sandbox, which is not ours, knows the secrets and may say so.
pub(crate) const FILTER: &str = "debug,gojira_mcp=trace,rmcp=debug,atlassian_sandbox=off";

static WRITTEN: Mutex<Written> = Mutex::new(Written::new());
static LISTEN: Once = Once::new();

/// The log. Places in it are counted from the beginning of the process.
struct Written {
    text: Vec<u8>,
    /// Bytes before `text`, which every world has looked through.
    past: usize,
    /// Where each living world began.
    begun: Vec<usize>,
}

impl Written {
    const fn new() -> Self {
        Self {
            text: Vec::new(),
            past: 0,
            begun: Vec::new(),
        }
    }

    fn end(&self) -> usize {
        self.past + self.text.len()
    }
}

fn written() -> MutexGuard<'static, Written> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to listen, and gives the place from which to look.
pub(super) fn begin() -> usize {
    LISTEN.call_once(|| {
        tracing_subscriber::fmt()
            .with_env_filter(FILTER)
            .with_ansi(false)
            .with_writer(Memory)
            .init();
    });
    let mut written = written();
    let from = if written.begun.is_empty() {
        written.past
    } else {
        written.end()
    };
    written.begun.push(from);
    from
}

/// What was logged since that place.
pub(super) fn since(from: usize) -> Vec<u8> {
    let written = written();
    written.text[from - written.past..].to_vec()
}

/// A world that began there has ended, and looked through so much. What no living world has yet to
/// look through is let go.
pub(super) fn end(from: usize, seen: usize) {
    let mut written = written();
    if let Some(at) = written.begun.iter().position(|begun| *begun == from) {
        written.begun.swap_remove(at);
    }
    let oldest = written.begun.iter().min().copied();
    let until = oldest.unwrap_or(from + seen).max(written.past) - written.past;
    written.text.drain(..until);
    written.past += until;
}

/// Where the subscriber writes.
struct Memory;

impl<'a> MakeWriter<'a> for Memory {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        written().text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
