//! Proof Key for Code Exchange (RFC 7636), S256 alone.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::store::keys::digest;

/// A client's challenge: SHA-256 of its verifier as 43 characters of unpadded base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

/// Why a challenge was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeChallengeError {
    /// None was sent.
    #[error("code_challenge is required")]
    Missing,
    /// The method is not S256; without one it would be `plain`.
    #[error("code_challenge_method must be S256")]
    Method,
    /// It is not a SHA-256 digest in base64url.
    #[error("code_challenge is not an S256 challenge")]
    Malformed,
}

impl CodeChallenge {
    /// Checks what an authorization request brings.
    ///
    /// # Errors
    /// [`CodeChallengeError`] when it is missing, not of S256 or malformed.
    pub fn parse(
        challenge: Option<&str>,
        method: Option<&str>,
    ) -> Result<Self, CodeChallengeError> {
        let text = challenge.ok_or(CodeChallengeError::Missing)?;
        if method != Some("S256") {
            return Err(CodeChallengeError::Method);
        }
        let fits = text.len() == 43
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(CodeChallengeError::Malformed)
        }
    }

    /// Whether `verifier` is what the challenge was made of.
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let fits = (43..=128).contains(&verifier.len())
            && verifier.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
            });
        fits && bool::from(digest(verifier).as_bytes().ct_eq(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_holds() {
        let challenge = CodeChallenge::parse(Some(CHALLENGE), Some("S256")).unwrap();
        assert!(challenge.is_met_by(VERIFIER));
        assert!(!challenge.is_met_by(&VERIFIER.replace('d', "e")));
        assert!(!challenge.is_met_by(CHALLENGE));
        assert!(!challenge.is_met_by(""));
    }

    #[test]
    fn plain_and_malformed_challenges_are_refused() {
        let parse = CodeChallenge::parse;
        assert_eq!(parse(None, Some("S256")), Err(CodeChallengeError::Missing));
        assert_eq!(
            parse(Some(CHALLENGE), None),
            Err(CodeChallengeError::Method)
        );
        assert_eq!(
            parse(Some(VERIFIER), Some("plain")),
            Err(CodeChallengeError::Method)
        );
        for bad in [
            "",
            "abc",
            &CHALLENGE.replace('E', "+"),
            &format!("{CHALLENGE}="),
        ] {
            assert_eq!(
                parse(Some(bad), Some("S256")),
                Err(CodeChallengeError::Malformed)
            );
        }
    }

    #[test]
    fn a_verifier_of_the_wrong_shape_never_meets() {
        for bad in ["short", &"a".repeat(129), &"ä".repeat(30)] {
            let challenge = CodeChallenge(digest(bad));
            assert!(!challenge.is_met_by(bad), "{bad}");
        }
    }
}
