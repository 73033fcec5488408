//! Parameters of queries and forms, each at most once (RFC 6749, section 3.1).

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};

/// Most parameters taken.
const MAX_FIELDS: usize = 64;

/// Parsed parameters.
#[derive(Debug, Default)]
pub(in crate::http) struct Fields(BTreeMap<String, String>);

/// Why a query or form could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::http) enum BodyError {
    /// A parameter came twice.
    #[error("a parameter came more than once")]
    Twice,
    /// More parameters than any request has.
    #[error("too many parameters")]
    TooMany,
    /// Not a form.
    #[error("the body must be application/x-www-form-urlencoded")]
    NotAForm,
    /// Not UTF-8.
    #[error("the body is not UTF-8")]
    NotText,
    /// Larger than allowed.
    #[error("the body is too large")]
    TooLarge,
    /// It broke off.
    #[error("the body broke off")]
    BrokenOff,
}

impl BodyError {
    pub(in crate::http) const fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// A body, or why it could not be had.
pub(super) fn whole(body: Result<Bytes, BytesRejection>) -> Result<Bytes, BodyError> {
    body.map_err(|err| match err.status() {
        StatusCode::PAYLOAD_TOO_LARGE => BodyError::TooLarge,
        _ => BodyError::BrokenOff,
    })
}

impl Fields {
    /// Reads a query or the text of a form.
    pub(in crate::http) fn parse(text: &str) -> Result<Self, BodyError> {
        let mut fields: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            let value = value.into_owned();
            match fields.get_mut(name.as_ref()) {
                // A resource may be named more than once (RFC 8707). One and the same is fine; two
                // are kept together, so that they are refused as a target that is not here.
                Some(known) if name == "resource" => {
                    if *known != value {
                        known.push(' ');
                        known.push_str(&value);
                    }
                    continue;
                }
                Some(_) => return Err(BodyError::Twice),
                None => {}
            }
            if fields.len() == MAX_FIELDS {
                return Err(BodyError::TooMany);
            }
            fields.insert(name.into_owned(), value);
        }
        Ok(Self(fields))
    }

    /// Reads a form.
    pub(in crate::http) fn of_form(
        headers: &HeaderMap,
        body: Result<Bytes, BytesRejection>,
    ) -> Result<Self, BodyError> {
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .unwrap_or_default();
        if !kind
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        {
            return Err(BodyError::NotAForm);
        }
        let bytes = whole(body)?;
        Self::parse(std::str::from_utf8(&bytes).map_err(|_| BodyError::NotText)?)
    }

    /// A parameter; one without a value is as if it were not there.
    pub(in crate::http) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A parameter, taken out.
    pub(in crate::http) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_counts_once() {
        let fields = Fields::parse("a=1&b=&c=%20x+y").unwrap();
        assert_eq!(fields.get("a"), Some("1"));
        assert_eq!(fields.get("b"), None);
        assert_eq!(fields.get("c"), Some(" x y"));
        assert_eq!(Fields::parse("a=1&a=1").unwrap_err(), BodyError::Twice);
        assert!(Fields::parse("resource=r&resource=r").is_ok());
        let two = Fields::parse("resource=r&resource=s").unwrap();
        assert_eq!(two.get("resource"), Some("r s"));
        let many: Vec<String> = (0..65).map(|at| format!("f{at}=1")).collect();
        assert_eq!(
            Fields::parse(&many.join("&")).unwrap_err(),
            BodyError::TooMany
        );
    }
}
