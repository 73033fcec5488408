//! Who calls: the credential of a request, judged by the host that it came to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::address::Proof;
use super::exchange::Request;
use super::refusal::Refusal;
use crate::auth::credentials::Credentials;
use crate::spec::operation::Operation;

/// Someone whom the sandbox knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// By OAuth, with the scopes of the grant.
    Oauth {
        account: String,
        scopes: Vec<String>,
    },
    /// By an API token; scopes only where the token is a scoped one.
    Token {
        account: String,
        scopes: Option<Vec<String>>,
    },
    /// The organisation itself.
    Organisation,
}

impl Caller {
    /// The account, or `org`.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Oauth { account, .. } | Self::Token { account, .. } => account,
            Self::Organisation => "org",
        }
    }
}

enum Credential<'a> {
    Bearer(&'a str),
    Basic { email: String, token: String },
    None,
}

/// The caller of a request, or the refusal that the host would give.
pub(crate) fn identify(
    request: &Request,
    proof: Proof,
    credentials: &Credentials,
    now: i64,
) -> Result<Caller, Refusal> {
    let presented = read(request.header("authorization"));
    match (proof, presented) {
        (Proof::Organisation, Credential::Bearer(key)) if credentials.is_organisation_key(key) => {
            Ok(Caller::Organisation)
        }
        (Proof::Gateway | Proof::Either, Credential::Bearer(token)) => {
            bearer(credentials, token, now)
        }
        (Proof::Gateway, Credential::Basic { email, token }) => {
            match credentials.api_token(&email, &token) {
                Some(
                    caller @ Caller::Token {
                        scopes: Some(_), ..
                    },
                ) => Ok(caller),
                _ => Err(Refusal::gateway(401, "Unauthorized")),
            }
        }
        (Proof::Site | Proof::Either | Proof::TokenOnly, Credential::Basic { email, token }) => {
            match credentials.api_token(&email, &token) {
                Some(caller @ Caller::Token { scopes: None, .. }) => Ok(caller),
                _ => Err(unauthenticated()),
            }
        }
        (Proof::TokenOnly, Credential::Bearer(token)) if credentials.is_api_token(token) => {
            Err(Refusal::gateway(403, "Forbidden"))
        }
        (Proof::TokenOnly, Credential::Bearer(token)) => {
            bearer(credentials, token, now)?;
            Err(Refusal::scope_mismatch())
        }
        (Proof::Site, _) => Err(unauthenticated()),
        (Proof::Organisation, _) | (_, Credential::None) => {
            Err(Refusal::gateway(401, "Unauthorized"))
        }
    }
}

/// The account behind an OAuth bearer.
pub(crate) fn bearer(credentials: &Credentials, token: &str, now: i64) -> Result<Caller, Refusal> {
    credentials.access(token, now).ok_or_else(|| {
        Refusal::gateway(401, "Unauthorized")
            .with("www-authenticate", "Bearer error=\"invalid_token\"")
    })
}

/// Reads the bearer of a request.
pub(crate) fn bearer_of(request: &Request) -> Option<&str> {
    match read(request.header("authorization")) {
        Credential::Bearer(token) => Some(token),
        _ => None,
    }
}

/// Whether the caller's scopes cover the operation: all of its classic or all of its granular ones.
pub(crate) fn scopes_cover(caller: &Caller, operation: &Operation) -> bool {
    let held = match caller {
        Caller::Oauth { scopes, .. }
        | Caller::Token {
            scopes: Some(scopes),
            ..
        } => scopes,
        Caller::Token { scopes: None, .. } | Caller::Organisation => return true,
    };
    let holds = |needed: &[String]| needed.iter().all(|s| held.contains(s));
    let granular = !operation.granular.is_empty() && holds(&operation.granular);
    // The Agile document lists granular scopes only; the classic ones open it all the same.
    let classic = operation.api == "jira-software" && {
        let scope = if operation.writes() {
            "write:jira-work"
        } else {
            "read:jira-work"
        };
        held.iter().any(|s| s == scope)
    };
    holds(&operation.scopes) || granular || classic
}

fn unauthenticated() -> Refusal {
    Refusal::new(401, "Client must be authenticated to access this resource.")
        .with("www-authenticate", "Basic realm=\"sandbox\"")
}

fn read(header: Option<&str>) -> Credential<'_> {
    let Some((scheme, rest)) = header.and_then(|h| h.split_once(' ')) else {
        return Credential::None;
    };
    if scheme.eq_ignore_ascii_case("bearer") {
        return Credential::Bearer(rest.trim());
    }
    let decoded = STANDARD
        .decode(rest.trim())
        .ok()
        .and_then(|b| String::from_utf8(b).ok());
    match decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((email, token)) if scheme.eq_ignore_ascii_case("basic") => Credential::Basic {
            email: email.to_owned(),
            token: token.to_owned(),
        },
        _ => Credential::None,
    }
}
