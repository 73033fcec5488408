//! The secrets that are looked for, cut into pieces, in every way that they may be written down.
//!
//! A piece of a secret found in a text fails the test, with the name of the secret and never the
//! secret. What is shorter than a piece is not looked for, however often a secret is cut.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use atlassian_sandbox::Sandbox;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use gojira_mcp::base::hex::hex;
use url::form_urlencoded::byte_serialize;

/// Length of a piece, in bytes. A part of a secret as long as this counts as the secret.
const PIECE: usize = 12;
/// The same in hexadecimal digits.
const DIGITS: usize = 2 * PIECE;

/// Bytes that are looked through at once.
const PART: usize = 16 * 1024;
/// Bytes of a place in a text by which the sieve goes.
const SIEVED: usize = 8;
/// Size of the sieve: so many bits of a mixed number.
const SIEVE_BITS: u32 = 22;

/// Secrets, by their pieces.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// A bit for the beginning of every piece. What has none is no piece, which is told far sooner
    /// than by looking the piece up; nearly all of what is ever written is told apart so.
    sieve: Vec<u64>,
    pieces: HashMap<[u8; PIECE], &'static str>,
    digits: HashMap<[u8; DIGITS], &'static str>,
}

impl Known {
    /// Makes a secret known, in every way it may be written.
    pub(crate) fn add(&mut self, name: &'static str, secret: &[u8]) {
        assert!(
            secret.len() >= PIECE,
            "{name} is too short to be looked for"
        );
        self.sieve.resize(1 << (SIEVE_BITS - 6), 0);
        let lower = hex(secret).into_bytes();
        for form in [lower.to_ascii_uppercase(), lower] {
            cut(&mut self.sieve, &mut self.digits, name, &form);
        }
        for form in forms(secret) {
            cut(&mut self.sieve, &mut self.pieces, name, &form);
        }
    }

    /// The name of a secret of which a piece stands in `bytes`.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<&'static str> {
        if self.sieve.is_empty() {
            return None;
        }
        for at in 0..bytes.len().saturating_sub(SIEVED) {
            let (word, bit) = place(&bytes[at..]);
            if self.sieve[word] & bit != 0 {
                let rest = &bytes[at..];
                let name = begins(&self.pieces, rest).or_else(|| begins(&self.digits, rest));
                if name.is_some() {
                    return name;
                }
            }
        }
        None
    }
}

/// Where in the sieve a piece that begins so has its bit.
fn place(text: &[u8]) -> (usize, u64) {
    let mut head = [0; SIEVED];
    head.copy_from_slice(&text[..SIEVED]);
    let mixed = u64::from_le_bytes(head).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SIEVE_BITS);
    let word = usize::try_from(mixed >> 6).unwrap();
    (word, 1 << (mixed & 63))
}

fn cut<const N: usize>(
    sieve: &mut [u64],
    pieces: &mut HashMap<[u8; N], &'static str>,
    name: &'static str,
    form: &[u8],
) {
    for piece in form.windows(N) {
        let (word, bit) = place(piece);
        sieve[word] |= bit;
        pieces.insert(piece.try_into().unwrap(), name);
    }
}

/// The secret whose piece a text begins with.
fn begins<const N: usize>(
    pieces: &HashMap<[u8; N], &'static str>,
    text: &[u8],
) -> Option<&'static str> {
    pieces.get(text.first_chunk::<N>()?).copied()
}

/// A secret as it is, in base64 at each place of a longer text, in a URL once and twice over, and in
/// JSON with and without an escaped slash.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let escaped = |bytes: &[u8]| byte_serialize(bytes).collect::<String>();
    let once = escaped(secret);
    let mut forms = vec![secret.to_vec(), escaped(once.as_bytes()).into_bytes()];
    for before in 0..3 {
        let longer = [&vec![0; before], secret].concat();
        let own = (before * 8).div_ceil(6)..longer.len() * 8 / 6;
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&longer)[own.clone()].to_owned();
            forms.push(escaped(text.as_bytes()).into_bytes());
            forms.push(text.into_bytes());
        }
    }
    forms.push(lower_percent(&once).into_bytes());
    forms.push(once.replace('+', "%20").into_bytes());
    forms.push(once.into_bytes());
    if let Ok(text) = std::str::from_utf8(secret) {
        let quoted = serde_json::to_string(text).unwrap();
        let inner = quoted.trim_matches('"');
        forms.push(inner.replace('/', "\\/").into_bytes());
        forms.push(inner.as_bytes().to_vec());
    }
    forms
}

/// The same escaped text with small letters in `%2f`.
fn lower_percent(text: &str) -> String {
    let mut parts = text.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| {
        let (digits, rest) = part.split_at(2);
        format!("{done}%{}{rest}", digits.to_lowercase())
    })
}

static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

fn known() -> MutexGuard<'static, Option<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a secret known to all guards.
pub(crate) fn add(name: &'static str, secret: &[u8]) {
    known().get_or_insert_default().add(name, secret);
}

/// The name of a known secret of which a piece stands in `bytes`.
///
/// Long texts are looked through in parts, and others let in between: whoever makes a random value
/// waits for the same lock, and would wait for seconds.
pub(crate) fn find(bytes: &[u8]) -> Option<&'static str> {
    (0..bytes.len()).step_by(PART).find_map(|at| {
        let until = bytes.len().min(at + PART + DIGITS);
        known().as_ref()?.find(&bytes[at..until])
    })
}

/// Makes known all that the sandbox has given out so far.
pub(crate) fn add_all_of(sandbox: &Sandbox) {
    for (name, secret) in sandbox.secrets() {
        add(name, secret.as_bytes());
    }
}
