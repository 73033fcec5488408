//! How a client proves who it is at /token and /revoke (RFC 6749, section 2.3.1).

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::fields::Fields;
use crate::auth::ClientCredential;
use crate::base::ids::ClientId;
use crate::base::secret::Secret;

/// Why there is no credential to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum CredentialError {
    /// No client id anywhere.
    #[error("client_id is required")]
    Missing,
    /// Two ways at once, or two ids.
    #[error("the client is named in two ways that differ")]
    Twice,
    /// A header that is not of the Basic scheme.
    #[error("the authorization header is no Basic credential")]
    Malformed,
}

/// The credential of a request: in the header or in the form, never in both.
pub(super) fn credential(
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<ClientCredential, CredentialError> {
    let in_form = fields.get("client_id");
    let secret = fields.get("client_secret");
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(ClientCredential {
            id: ClientId::new(in_form.ok_or(CredentialError::Missing)?),
            secret: secret.map(Secret::from),
        });
    };
    let (id, password) = header
        .to_str()
        .ok()
        .and_then(basic)
        .ok_or(CredentialError::Malformed)?;
    if secret.is_some() || in_form.is_some_and(|other| other != id) {
        return Err(CredentialError::Twice);
    }
    Ok(ClientCredential {
        id: ClientId::new(id),
        secret: Some(password).filter(|password| !password.expose().is_empty()),
    })
}

/// Both halves are form-encoded before they are joined, so that an id may hold a colon.
fn basic(header: &str) -> Option<(String, Secret<String>)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, password) = text.split_once(':')?;
    Some((decoded(id), Secret::new(decoded(password))))
}

fn decoded(text: &str) -> String {
    // The only name of a form without `=` or `&`.
    url::form_urlencoded::parse(text.replace('=', "%3D").replace('&', "%26").as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: Option<&str>, form: &str) -> Result<(String, Option<String>), CredentialError> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(AUTHORIZATION, header.parse().unwrap());
        }
        let shown = credential(&headers, &Fields::parse(form).unwrap())?;
        let secret = shown.secret.map(|secret| secret.expose().clone());
        Ok((shown.id.as_str().to_owned(), secret))
    }

    #[test]
    fn a_client_names_itself_in_one_way() {
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let some = |id: &str, secret: Option<&str>| Ok((id.to_owned(), secret.map(str::to_owned)));
        assert_eq!(read(None, "client_id=a"), some("a", None));
        assert_eq!(
            read(None, "client_id=a&client_secret=s"),
            some("a", Some("s"))
        );
        assert_eq!(read(Some(&basic("a:s=+%26")), ""), some("a", Some("s= &")));
        assert_eq!(
            read(Some(&basic("https%3A%2F%2Fc:s")), ""),
            some("https://c", Some("s"))
        );
        assert_eq!(
            read(Some(&basic("a:s")), "client_id=a"),
            some("a", Some("s"))
        );
        let refused = |header: Option<&str>, form: &str| read(header, form).unwrap_err();
        assert_eq!(refused(None, ""), CredentialError::Missing);
        for form in ["client_id=b", "client_secret=s"] {
            assert_eq!(refused(Some(&basic("a:s")), form), CredentialError::Twice);
        }
        for bad in ["Basic", "Basic %%%", "Bearer x", &basic("nocolon")] {
            assert_eq!(refused(Some(bad), ""), CredentialError::Malformed, "{bad}");
        }
    }
}
