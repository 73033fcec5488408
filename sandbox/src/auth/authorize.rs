//! `GET /authorize` shows the consent page, its form answers with `POST /authorize`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use url::Url;

use super::credentials::{Credentials, Grant};
use crate::host::exchange::{Answer, Request};
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

type Form = BTreeMap<String, String>;

/// A request for consent that may be shown to a user.
struct Asked {
    redirect_uri: Url,
    scopes: Vec<String>,
    state: Option<String>,
}

/// The page, which names the sites that may be reached, or the redirect where `auto_approve` names the account that always agrees.
pub(crate) fn show(
    request: &Request,
    tenant: &mut Tenant,
    credentials: &mut Credentials,
    auto_approve: Option<&str>,
    sites: &str,
) -> Answer {
    let form = read(request.query.as_bytes());
    let asked = match examine(&form, credentials) {
        Ok(asked) => asked,
        Err(why) => {
            return Answer::html(
                400,
                page("Cannot sign in", &format!("<p>{}</p>", escape(&why))),
            );
        }
    };
    match auto_approve {
        Some(account) => allow(asked, account, tenant, credentials),
        None => Answer::html(200, consent(&form, &asked, tenant, sites)),
    }
}

/// The decision: back to the client with a code, or with `access_denied`.
pub(crate) fn decide(
    request: &Request,
    tenant: &mut Tenant,
    credentials: &mut Credentials,
) -> Answer {
    let form = read(&request.body);
    let asked = match examine(&form, credentials) {
        Ok(asked) => asked,
        Err(why) => {
            return Answer::html(
                400,
                page("Cannot sign in", &format!("<p>{}</p>", escape(&why))),
            );
        }
    };
    if form.get("decision").map(String::as_str) != Some("allow") {
        return back(
            asked,
            &[
                ("error", "access_denied"),
                ("error_description", "User did not authorize the request"),
            ],
        );
    }
    let account = form.get("account").cloned().unwrap_or_default();
    allow(asked, &account, tenant, credentials)
}

fn allow(
    asked: Asked,
    account: &str,
    tenant: &mut Tenant,
    credentials: &mut Credentials,
) -> Answer {
    let known = tenant
        .of(Kind::User)
        .find(|u| u["accountId"] == account || u["emailAddress"] == account)
        .and_then(|u| u["accountId"].as_str())
        .map(str::to_owned);
    let Some(account) = known else {
        return Answer::html(
            400,
            page("Cannot sign in", "<p>No such user on this site.</p>"),
        );
    };
    let grant = Grant {
        account,
        scopes: asked.scopes.clone(),
    };
    let now = tenant.now;
    let uri = asked.redirect_uri.as_str().to_owned();
    let code = credentials.issue_code(&mut tenant.entropy, grant, &uri, now);
    back(asked, &[("code", &code)])
}

fn back(asked: Asked, pairs: &[(&str, &str)]) -> Answer {
    let mut to = asked.redirect_uri;
    to.query_pairs_mut().extend_pairs(pairs);
    if let Some(state) = asked.state {
        to.query_pairs_mut().append_pair("state", &state);
    }
    Answer::redirect(302, to.into())
}

fn examine(form: &Form, credentials: &Credentials) -> Result<Asked, String> {
    let get = |name: &str| form.get(name).map_or("", String::as_str);
    if get("client_id") != credentials.app.client_id {
        return Err("The client_id is not known.".to_owned());
    }
    if get("response_type") != "code" || get("audience") != "api.atlassian.com" {
        return Err("response_type must be code and audience api.atlassian.com.".to_owned());
    }
    let redirect_uri =
        Url::parse(get("redirect_uri")).map_err(|_| "The redirect_uri is no URL.".to_owned())?;
    if !matches!(redirect_uri.scheme(), "http" | "https") || redirect_uri.fragment().is_some() {
        return Err("The redirect_uri is not registered.".to_owned());
    }
    let scopes: Vec<String> = get("scope").split_whitespace().map(str::to_owned).collect();
    let foreign: Vec<&str> = scopes
        .iter()
        .filter(|s| !credentials.app.scopes.contains(*s))
        .map(String::as_str)
        .collect();
    if scopes.is_empty() || !foreign.is_empty() {
        return Err(format!(
            "The app asks for scopes that have not been added to it: {}.",
            foreign.join(" ")
        ));
    }
    Ok(Asked {
        redirect_uri,
        scopes,
        state: form.get("state").cloned(),
    })
}

fn consent(form: &Form, asked: &Asked, tenant: &Tenant, sites: &str) -> String {
    let mut body = format!(
        "<p>An app asks for access to <strong>{}</strong> and will send you to <strong>{}</strong>.</p>",
        escape(sites),
        escape(asked.redirect_uri.host_str().unwrap_or(""))
    );
    body.push_str("<form method=\"post\" action=\"/auth/authorize\">");
    for (name, value) in form {
        let _ = write!(
            body,
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escape(name),
            escape(value)
        );
    }
    body.push_str(
        "<p><label for=\"account\">Sign in as</label> <select id=\"account\" name=\"account\">",
    );
    for user in tenant
        .of(Kind::User)
        .values()
        .filter(|u| u["active"] == true)
    {
        let text = |name: &str| escape(user[name].as_str().unwrap_or(""));
        let _ = write!(
            body,
            "<option value=\"{}\">{} ({})</option>",
            text("accountId"),
            text("displayName"),
            text("emailAddress")
        );
    }
    body.push_str("</select></p><fieldset><legend>It will be able to use</legend><ul>");
    for scope in &asked.scopes {
        let _ = write!(body, "<li><code>{}</code></li>", escape(scope));
    }
    body.push_str(
        "</ul></fieldset><p><button name=\"decision\" value=\"allow\">Allow</button> \
         <button name=\"decision\" value=\"deny\">Deny</button></p></form>",
    );
    page("Sandbox sign-in", &body)
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"></head>\
         <body><main><h1>{title}</h1>{body}<p>This is a sandbox: no account of yours is involved.</p></main></body></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn read(bytes: &[u8]) -> Form {
    url::form_urlencoded::parse(bytes).into_owned().collect()
}
