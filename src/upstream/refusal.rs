//! What an answer that is no success means for the caller: one table from status and body to a
//! fault.

use std::time::Duration;

use super::message::Answer;
use super::words::Words;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::Operation;
use crate::grants::AccessKind;

/// Whether an answer is a success: 2xx, or the 303 that points at a task. A page of HTML under a
/// 200 is a login or an error page.
pub(super) fn is_success(answer: &Answer) -> bool {
    (answer.status == 303 && answer.headers.contains_key(http::header::LOCATION))
        || ((200..300).contains(&answer.status) && !is_page(answer))
}

/// Whether the answer is a page of HTML.
fn is_page(answer: &Answer) -> bool {
    answer
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|media| media.starts_with("text/html"))
        && answer.body.is_string()
}

/// Whether a 401 says that the token is fine and its scopes are not.
fn lacks_scope(words: &Words) -> bool {
    words.say("scope does not match") || words.say("insufficient_scope")
}

/// Whether a renewed token may help: a 401 that is not about scopes.
pub(super) fn is_expired(answer: &Answer) -> bool {
    answer.status == 401 && !lacks_scope(&Words::of(&answer.body))
}

/// The fault of an answer that is no success.
pub(super) fn fault(
    answer: &Answer,
    operation: &Operation,
    kind: &AccessKind,
    retry_after: Option<Duration>,
) -> Fault {
    let words = Words::of(&answer.body);
    let (code, message, mend) = meaning(answer.status, &words, operation, kind);
    let message = match words.first() {
        Some(first) if code_relays(code) => format!("{message}: {first}"),
        _ => message.to_owned(),
    };
    let mut fault = Fault::new(code, message).with_details(words.details(answer.status));
    if let Some(mend) = mend {
        fault = fault.with_mend(mend);
    }
    if matches!(code, Code::RateLimited | Code::UpstreamUnavailable)
        && let Some(wait) = retry_after
    {
        fault = fault.retry_after(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    }
    fault
}

/// Whether Atlassian's first message belongs in the sentence.
const fn code_relays(code: Code) -> bool {
    matches!(
        code,
        Code::ValidationError | Code::Conflict | Code::NotFound | Code::InsufficientPermissions
    )
}

type Meaning = (Code, &'static str, Option<String>);

fn meaning(status: u16, words: &Words, operation: &Operation, kind: &AccessKind) -> Meaning {
    let plain = |code, message| (code, message, None);
    match status {
        400 | 422 => plain(Code::ValidationError, "Atlassian refused the input"),
        413 | 414 => plain(
            Code::ValidationError,
            "the input is too large for Atlassian",
        ),
        401 if lacks_scope(words) => scopes(operation, kind),
        401 => unauthorised(kind),
        402 => (
            Code::InsufficientPermissions,
            "the site's plan does not include this",
            Some("A site administrator can change the plan of the product.".to_owned()),
        ),
        403 => forbidden(words, operation, kind),
        404 => plain(
            Code::NotFound,
            "there is no such thing, or it is hidden from you",
        ),
        405 | 410 | 501 => (
            Code::Unavailable,
            "Atlassian does not offer this operation here",
            Some("Use another tool, or do it in the product's own pages.".to_owned()),
        ),
        409 | 423 => plain(Code::Conflict, "it clashes with the present state"),
        412 if words.say("experimental") => plain(
            Code::UpstreamUnexpected,
            "Atlassian demands its experimental header",
        ),
        412 => plain(Code::Conflict, "it has changed since it was read"),
        429 => (
            Code::RateLimited,
            "Atlassian limits the rate of calls",
            Some("Wait, then repeat the call.".to_owned()),
        ),
        451 => plain(
            Code::InsufficientPermissions,
            "Atlassian may not serve this",
        ),
        408 | 425 | 500 | 502..=599 => (
            Code::UpstreamUnavailable,
            "Atlassian has trouble answering",
            Some("Repeat the call later.".to_owned()),
        ),
        200..=299 => plain(
            Code::UpstreamUnexpected,
            "Atlassian answered with a page instead of data",
        ),
        300..=399 => plain(
            Code::UpstreamUnexpected,
            "Atlassian sent the call elsewhere",
        ),
        _ => plain(
            Code::UpstreamUnexpected,
            "Atlassian answered what its documents do not know",
        ),
    }
}

fn scopes(operation: &Operation, kind: &AccessKind) -> Meaning {
    if let AccessKind::Scoped { .. } = kind {
        return (
            Code::InsufficientPermissions,
            "your API token lacks a scope that this needs",
            Some(format!(
                "Make an API token with {}, or one without scopes, and bind it: gojira_connect gives the link.",
                operation.scopes.join(" ")
            )),
        );
    }
    (
        Code::InsufficientPermissions,
        "the Atlassian grant lacks a scope that this needs",
        Some(format!(
            "The operator adds to ATLASSIAN_OAUTH_SCOPES and to the Atlassian app: {}. Then sign in again.",
            operation.scopes.join(" ")
        )),
    )
}

fn unauthorised(kind: &AccessKind) -> Meaning {
    let (message, mend) = match kind {
        AccessKind::Bearer(_) => ("Atlassian no longer accepts the grant", "Sign in again."),
        AccessKind::Basic { .. } | AccessKind::Scoped { .. } => (
            "Atlassian no longer accepts the API token",
            "Make a new API token and bind it: gojira_connect gives the link.",
        ),
        AccessKind::OrgKey { .. } => (
            "Atlassian no longer accepts the organisation's key",
            "Ask the operator to replace GOJIRA_ORG_ADMIN_TOKEN.",
        ),
        AccessKind::None => ("Atlassian asks for a credential", "Sign in."),
    };
    (Code::AuthExpired, message, Some(mend.to_owned()))
}

fn forbidden(words: &Words, operation: &Operation, kind: &AccessKind) -> Meaning {
    let code = Code::InsufficientPermissions;
    match operation.api {
        "assets" if words.say("access to assets") => (
            code,
            "the site has no licence for Assets",
            Some("Assets needs Jira Service Management Premium or Enterprise.".to_owned()),
        ),
        "automation" => (
            code,
            "the account may not administer automation",
            Some(
                "The account needs Administer Jira. A token made before that was granted keeps the \
                 old permissions: make a new one."
                    .to_owned(),
            ),
        ),
        "confluence-v1" if operation.path.ends_with("/restriction") => (
            code,
            "restrictions cannot be written with this account or plan",
            Some("Writing restrictions needs a paid Confluence plan.".to_owned()),
        ),
        _ if lacks_scope(words) => scopes(operation, kind),
        _ => (
            code,
            "the account may not do this",
            Some("Ask a site administrator for the permission.".to_owned()),
        ),
    }
}

#[cfg(test)]
mod tests;
