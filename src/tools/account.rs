//! The caller's own sign-in: who they are, how they mend it, how they end it.

use serde_json::{Map, Value, json};

use super::whoami::unread;
use crate::base::fault::{Code, Fault};
use crate::consent::{Decision, Hold, Preview, Shown};
use crate::dispatch::{Done, Turn, marks};

/// `gojira_connect`.
pub(super) async fn connect(turn: Turn) -> Result<Done, Fault> {
    let grants = &turn.dispatcher.parts().grants;
    let account = &turn.principal().account;
    let signed_in = grants.status(account).await.map_err(unread)?.is_some();
    let tokens = grants.api_tokens(account).await.map_err(unread)?;
    Ok(Done::of(json!({
        "url": grants.mend_url(),
        "signed_in": signed_in,
        "api_tokens": tokens,
        "next": "Give the person this link. They sign in there and bind or remove their API token; it never passes through the chat.",
    })))
}

/// `gojira_sign_out`: nothing of Atlassian changes, so there is no journal entry, but it is asked
/// for like any write.
pub(super) async fn sign_out(turn: Turn) -> Result<Done, Fault> {
    let parts = turn.dispatcher.parts();
    let preview = Preview {
        arguments: turn.arguments().clone(),
        reverts: None,
        overwrite: false,
        change_set: None,
        tenant: None,
        state: json!(null),
        names: Vec::new(),
    };
    let shown = Shown {
        target: json!({"kind": "account", "id": turn.principal().account}),
        requests: json!([]),
        warnings: vec!["you will have to sign in again, and bind the API token again".to_owned()],
        undo: "cannot be undone; signing in again is all it takes".to_owned(),
        ..Shown::default()
    };
    let decision = parts
        .consent
        .settle(
            turn.permitted.clone(),
            preview,
            std::future::ready(shown),
            &turn.asked(),
            &Hold::nothing(),
        )
        .await
        .map_err(|error| {
            tracing::error!(%error, "consent");
            Fault::new(
                Code::UnexpectedError,
                "the plan could not be kept or looked up",
            )
        })?;
    match decision {
        Decision::Preview { plan, unmet } => {
            let shown = json!({
                "dry_run": true,
                "tool": plan.tool,
                "target": plan.shown.target,
                "warnings": plan.shown.warnings,
                "revertible": plan.shown.revertible,
                "undo": plan.shown.undo,
            });
            let shown = match shown {
                Value::Object(shown) => shown,
                _ => Map::new(),
            };
            Ok(marks(&turn.dispatcher, &plan, unmet.as_ref(), shown))
        }
        Decision::Consented(_) => {
            let principal = turn.principal();
            parts
                .grants
                .forget(&principal.account, Some(&principal.client), "signed out")
                .await
                .map_err(|error| {
                    tracing::error!(%error, "a sign-out failed");
                    Fault::new(
                        Code::UnexpectedError,
                        "the server could not reach its store; nothing was forgotten",
                    )
                })?;
            Ok(Done::of(json!({"signed_out": true})))
        }
    }
}
