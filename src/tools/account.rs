//! The caller's own sign-in: who they are, how they mend it, how they end it.

use serde_json::json;

use crate::base::fault::{Code, Fault};
use crate::consent::{Decision, Preview};
use crate::dispatch::{Done, Turn};

/// `gojira_whoami`.
pub(super) async fn whoami(turn: Turn) -> Result<Done, Fault> {
    let principal = turn.principal();
    let identity = turn.dispatcher.parts().grants.whoami(principal).await?;
    let mut who = serde_json::to_value(identity).unwrap_or_default();
    if let Some(fields) = who.as_object_mut() {
        fields.insert("client".to_owned(), json!(principal.client));
        fields.insert("scopes".to_owned(), json!(principal.scopes.to_string()));
    }
    Ok(Done::of(who))
}

/// `gojira_connect`.
pub(super) async fn connect(turn: Turn) -> Result<Done, Fault> {
    let url = turn.dispatcher.parts().grants.mend_url();
    Ok(Done::of(json!({
        "url": url,
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
    };
    let decision = parts
        .consent
        .settle(turn.permitted.clone(), preview, &turn.asked())
        .await
        .map_err(|error| {
            tracing::error!(%error, "consent");
            Fault::new(
                Code::UnexpectedError,
                "the plan could not be kept or looked up",
            )
        })?;
    match decision {
        Decision::Preview { plan, .. } => Ok(Done::of(json!({
            "dry_run": true,
            "tool": plan.tool,
            "target": {"kind": "account", "id": plan.account},
            "warnings": ["you will have to sign in again, and bind the API token again"],
            "revertible": false,
            "plan_id": plan.id,
            "expires_at": plan.expires_at.to_string(),
            "next": "To carry it out, call again with commit: true and this plan_id.",
        }))),
        Decision::Consented(_) => {
            parts.grants.sign_out(turn.principal()).await?;
            Ok(Done::of(json!({"signed_out": true})))
        }
    }
}
