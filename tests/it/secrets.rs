//! Every secret that the tests use, and everything that was logged or audited: the two never meet.
//!
//! A secret is cut into all its pieces of a fixed length, as it is and as it may be written down
//! elsewhere. A piece of it found in a line fails the test, with the name of the secret and never
//! the secret. Each world holds a [`Guard`], which looks at its end through all that was written
//! since the world began: no secret of a world is older than the world.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use atlassian_sandbox::Sandbox;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use gojira_mcp::base::hex::hex;
use gojira_mcp::base::random::{Random, RandomError, SystemRandom};
use tracing_subscriber::fmt::MakeWriter;
use url::form_urlencoded::byte_serialize;

/// Length of a piece, in bytes. A part of a secret as long as this counts as the secret.
const PIECE: usize = 12;
/// What is listened to. The sandbox is not ours; it knows the secrets and may say so.
const FILTER: &str = "gojira_mcp=trace,reqwest=debug,hyper=debug,hyper_util=debug,rmcp=debug,\
                      tower=debug,rustls=debug,axum=debug";

type Piece = [u8; PIECE];

/// Secrets, by their pieces.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<Piece, &'static str>);

impl Known {
    /// Makes a secret known, in every way it may be written.
    pub(crate) fn add(&mut self, name: &'static str, secret: &[u8]) {
        assert!(
            secret.len() >= PIECE,
            "{name} is too short to be looked for"
        );
        for form in forms(secret) {
            for piece in form.windows(PIECE) {
                self.0.insert(piece.try_into().unwrap(), name);
            }
        }
    }

    /// The name of a secret of which a piece stands in `bytes`.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<&'static str> {
        let mut pieces = bytes.windows(PIECE);
        pieces.find_map(|piece| {
            let piece: &Piece = piece.try_into().unwrap();
            self.0.get(piece).copied()
        })
    }
}

/// A secret as it is, in hex, in base64 at each place of a longer text, in a URL and in JSON.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![
        secret.to_vec(),
        hex(secret).into_bytes(),
        hex(secret).to_uppercase().into_bytes(),
        byte_serialize(secret).collect::<String>().into_bytes(),
    ];
    for before in 0..3 {
        let longer = [&vec![0; before], secret].concat();
        let own = (before * 8).div_ceil(6)..longer.len() * 8 / 6;
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            forms.push(engine.encode(&longer).as_bytes()[own.clone()].to_vec());
        }
    }
    if let Ok(text) = std::str::from_utf8(secret) {
        let quoted = serde_json::to_string(text).unwrap();
        forms.push(quoted.trim_matches('"').as_bytes().to_vec());
    }
    forms
}

static KNOWN: Mutex<Option<Known>> = Mutex::new(None);
static WRITTEN: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static LISTEN: Once = Once::new();

fn lock<T>(mutex: &'static Mutex<T>) -> MutexGuard<'static, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a secret known to all guards.
pub(crate) fn add(name: &'static str, secret: &[u8]) {
    lock(&KNOWN).get_or_insert_default().add(name, secret);
}

/// The name of a known secret of which a piece stands in `bytes`.
pub(crate) fn find(bytes: &[u8]) -> Option<&'static str> {
    lock(&KNOWN).as_ref().and_then(|known| known.find(bytes))
}

/// Hands in what a server in another process wrote, such as its standard error.
pub(crate) fn lines(text: &[u8]) {
    keep(text);
    if let Some(name) = find(text) {
        panic!("{name} stands in what a server wrote");
    }
}

fn keep(text: &[u8]) {
    lock(&WRITTEN).extend_from_slice(text);
}

/// Makes known all that the sandbox has given out so far.
pub(crate) fn add_all_of(sandbox: &Sandbox) {
    for (name, secret) in sandbox.secrets() {
        add(name, secret.as_bytes());
    }
}

/// Looks, at its end, through what was written while it lived.
pub(crate) struct Guard {
    sandbox: Arc<Sandbox>,
    dir: PathBuf,
    begun: usize,
}

impl Guard {
    /// Begins to listen. `dir` holds the audit records, files whose names begin with `audit`.
    pub(crate) fn over(sandbox: &Arc<Sandbox>, dir: PathBuf) -> Self {
        LISTEN.call_once(|| {
            tracing_subscriber::fmt()
                .with_env_filter(FILTER)
                .with_ansi(false)
                .with_writer(Memory)
                .init();
        });
        add_all_of(sandbox);
        Self {
            sandbox: Arc::clone(sandbox),
            dir,
            begun: lock(&WRITTEN).len(),
        }
    }

    fn look(&self) -> Option<&'static str> {
        add_all_of(&self.sandbox);
        for entry in std::fs::read_dir(&self.dir).ok()?.flatten() {
            if entry.file_name().to_string_lossy().starts_with("audit") {
                keep(&std::fs::read(entry.path()).unwrap());
            }
        }
        let written = lock(&WRITTEN)[self.begun..].to_vec();
        find(&written)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !std::thread::panicking()
            && let Some(name) = self.look()
        {
            panic!("{name} stands in the log or in the audit record");
        }
    }
}

/// Keeps what is logged.
struct Memory;

impl<'a> MakeWriter<'a> for Memory {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        keep(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The system's randomness; every 32 bytes of it are a token, code, state, cookie or key of ours.
#[derive(Debug)]
pub(crate) struct Recorded;

impl Random for Recorded {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        SystemRandom.fill(bytes)?;
        if bytes.len() == 32 {
            add("a random value of ours", bytes);
            add(
                "a token of ours",
                URL_SAFE_NO_PAD.encode(&*bytes).as_bytes(),
            );
        }
        Ok(())
    }
}

#[test]
fn a_leaked_secret_is_found_however_it_is_written() {
    let secret = "s3cret/with+\"odd\" characters-0123456789abcdef";
    let mut known = Known::default();
    known.add("it", secret.as_bytes());
    let found = |text: String| known.find(text.as_bytes());
    assert_eq!(
        found("an ordinary line of the log, with ids 0a1b2c".to_owned()),
        None
    );
    assert_eq!(
        found("s3cret/with".to_owned()),
        None,
        "shorter than a piece"
    );
    let (first, second) = secret.split_at(20);
    for leak in [
        format!("token={secret}"),
        format!("first={first:?} status=200 second={second:?}"),
        format!("first=\"\" second={second:?}"),
        serde_json::json!({"headers": [{"name": "x", "value": secret}]}).to_string(),
        serde_json::json!({"body": serde_json::json!({"a": secret}).to_string()}).to_string(),
        format!(
            "GET /?token={}",
            byte_serialize(secret.as_bytes()).collect::<String>()
        ),
        format!("{:?}", hex(secret.as_bytes())),
        format!(
            "Basic {}",
            STANDARD_NO_PAD.encode(format!("ada@example.com:{secret}"))
        ),
        format!(
            "Basic {}",
            STANDARD_NO_PAD.encode(format!("bo@example.com:{secret}"))
        ),
        URL_SAFE_NO_PAD.encode(format!("{{\"x\":\"{secret}\"}}")),
    ] {
        assert_eq!(found(leak.clone()), Some("it"), "{leak}");
    }
}

#[tokio::test]
async fn a_guard_sees_what_is_logged_and_what_is_audited() {
    let options = atlassian_sandbox::Options::new(Arc::new(|| 0));
    let sandbox = Arc::new(Sandbox::start(options).await.unwrap());
    let dir = tempfile::tempdir().unwrap();
    let mut guard = Guard::over(&sandbox, dir.path().to_owned());
    // Known to this test alone: other guards look through the same lines.
    let mine = "an-invented-secret-of-this-test-alone";
    let mut known = Known::default();
    known.add("mine", mine.as_bytes());
    let since = |guard: &Guard| known.find(&lock(&WRITTEN)[guard.begun..]);
    assert_eq!(since(&guard), None);
    tracing::trace!(target: "gojira_mcp::test", header = mine, "sent");
    assert_eq!(since(&guard), Some("mine"), "the log is listened to");
    guard.begun = lock(&WRITTEN).len();
    std::fs::write(
        dir.path().join("audit-0"),
        format!("{{\"note\":\"{mine}\"}}"),
    )
    .unwrap();
    assert_eq!(
        guard.look(),
        None,
        "nothing that all guards know was written"
    );
    assert_eq!(since(&guard), Some("mine"), "the audit record is read");
}
