//! Path segments: encoded, and refused where the address would name another endpoint.

use progenitor_client::{Error, encode_path};

/// Encodes the value of the path parameter `name`.
#[expect(
    clippy::result_large_err,
    reason = "the error that every generated method gives"
)]
pub(crate) fn segment(name: &str, value: &str) -> Result<String, Error<()>> {
    if let Some(reason) = refusal(value) {
        return Err(Error::InvalidRequest(format!(
            "path parameter {name} {reason}"
        )));
    }
    // Parsers of http addresses take a backslash for a slash.
    Ok(encode_path(value).replace('\\', "%5C"))
}

/// Why a value cannot stand in a path: encoding does not help against a segment that is empty or all
/// dots, and control characters are dropped by parsers of addresses.
pub(crate) fn refusal(value: &str) -> Option<&'static str> {
    match value {
        "" => Some("is empty"),
        "." | ".." => Some("names a directory, not an object"),
        _ if value.chars().any(char::is_control) => Some("holds a control character"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_that_lead_elsewhere_are_refused() {
        for value in ["", ".", "..", "a\nb", "a\0", "\u{7f}"] {
            assert!(segment("id", value).is_err(), "{value:?}");
        }
    }

    #[test]
    fn everything_else_stays_one_segment() {
        let base = "https://site.example/rest";
        for value in [
            "a/../b", "..\\..", "%2e%2e", "a?b#c", "é ü", "a;b=c", "...", "~", "@:",
        ] {
            let encoded = segment("id", value).unwrap();
            let address = reqwest::Url::parse(&format!("{base}/{encoded}/x")).unwrap();
            assert_eq!(
                address.path_segments().unwrap().count(),
                3,
                "{value:?} gave {address}"
            );
            assert_eq!(address.query(), None);
        }
    }
}
