//! What a bearer looks like. A server in another process makes secrets that no test knows: whatever
//! looks like one of them has no business in its log.

use super::known;

/// Characters of 32 bytes in unpadded base64url: codes, tokens, states, cookies, form tokens.
const OURS: usize = 43;
/// Hexadecimal digits of a token of the invented site.
const SITES: usize = 48;

/// The first part of a text that looks like a bearer, of ours or of the invented site.
pub(crate) fn bearer_shaped(text: &[u8]) -> Option<&[u8]> {
    let ours = runs(text, in_base64url).find(|run| run.len() >= OURS && is_mixed(run));
    ours.or_else(|| runs(text, u8::is_ascii_hexdigit).find(|run| run.len() == SITES))
}

/// Makes known whatever looks like a bearer in what went over the wire.
pub(crate) fn overhear(traffic: &[u8]) {
    for run in runs(traffic, in_base64url) {
        let ours = run.len() == OURS && is_mixed(run);
        // A token of the invented site follows a word that says what it is.
        let sites = run.len() > SITES && {
            let (word, digits) = run.split_at(run.len() - SITES);
            word.ends_with(b"-") && digits.iter().all(u8::is_ascii_hexdigit)
        };
        if ours {
            known::add("a bearer that went over the wire", run);
        } else if sites && !run.starts_with(b"app-") {
            known::add("a token that went over the wire", &run[run.len() - SITES..]);
        }
    }
}

fn runs(text: &[u8], is_part: fn(&u8) -> bool) -> impl Iterator<Item = &[u8]> {
    text.split(move |byte| !is_part(byte))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "splitting a slice hands out references, as do the tests of a byte in the library"
)]
const fn in_base64url(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Random text has letters of both sizes and a digit; names of things and hex have not.
fn is_mixed(run: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| run.iter().filter(|byte| is(byte)).count();
    count(u8::is_ascii_uppercase) >= 5
        && count(u8::is_ascii_lowercase) >= 5
        && count(u8::is_ascii_digit) >= 1
}
