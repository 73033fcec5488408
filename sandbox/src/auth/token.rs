//! `POST /oauth/token`: codes and refresh tokens for fresh tokens.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::credentials::{ACCESS_SECS, Credentials, Pair};
use crate::host::exchange::{Answer, Request};
use crate::state::tenant::Tenant;

/// Answers in the error codes of the real endpoint: a grant that is no good is 403, a client that
/// cannot prove itself 401.
pub(crate) fn exchange(
    request: &Request,
    tenant: &mut Tenant,
    credentials: &mut Credentials,
) -> Answer {
    let Some(form) = read(request) else {
        return error(
            400,
            "invalid_request",
            "the body is neither JSON nor a form",
        );
    };
    let get = |name: &str| form.get(name).map_or("", String::as_str);
    let app = &credentials.app;
    if get("client_id") != app.client_id || get("client_secret") != app.client_secret {
        return error(
            401,
            "invalid_client",
            "the client is not known or its secret is wrong",
        );
    }
    let now = tenant.now;
    let pair = match get("grant_type") {
        "authorization_code" => {
            credentials.redeem(&mut tenant.entropy, get("code"), get("redirect_uri"), now)
        }
        "refresh_token" => credentials.rotate(&mut tenant.entropy, get("refresh_token"), now),
        _ => {
            return error(
                400,
                "unsupported_grant_type",
                "the grant type is not supported",
            );
        }
    };
    match pair {
        Some(pair) => issued(pair),
        None if get("grant_type") == "refresh_token" => {
            error(403, "invalid_grant", "Unknown or invalid refresh token.")
        }
        None => error(403, "invalid_grant", "Invalid authorization code"),
    }
}

fn issued(pair: Pair) -> Answer {
    let mut body = json!({
        "access_token": pair.access, "token_type": "Bearer", "expires_in": ACCESS_SECS,
        "scope": pair.scopes.join(" "),
    });
    if let Some(refresh) = pair.refresh {
        body["refresh_token"] = json!(refresh);
    }
    Answer::ok(body).with("cache-control", "no-store")
}

fn error(status: u16, code: &str, description: &str) -> Answer {
    Answer::json(
        status,
        json!({ "error": code, "error_description": description }),
    )
}

fn read(request: &Request) -> Option<BTreeMap<String, String>> {
    match request.media_type()?.as_str() {
        "application/json" => {
            let value: Value = serde_json::from_slice(&request.body).ok()?;
            let pairs = value.as_object()?.iter();
            Some(
                pairs
                    .filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())))
                    .collect(),
            )
        }
        "application/x-www-form-urlencoded" => Some(
            url::form_urlencoded::parse(&request.body)
                .into_owned()
                .collect(),
        ),
        _ => None,
    }
}
