//! Webhooks of the app, and mails about an issue.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::shelf::table::{Act, List, Mint, Op, Paging, Reply, Shelf, Write};
use crate::state::kind::Kind;

const WEBHOOK: Kind = Kind("Webhook");
const ALL: &str = "/rest/api/3/webhook";
/// How long a webhook lives without being refreshed.
const LIFE_MS: i64 = 30 * 86_400_000;

pub(crate) const SHELVES: &[Shelf] = &[Shelf {
    kind: WEBHOOK,
    noun: "webhook",
    mint: Mint::Number,
    ops: &[
        Op(
            "GET",
            ALL,
            Act::List(&List {
                page: Paging::Jira(100, 100),
                ..List::PLAIN
            }),
        ),
        Op(
            "POST",
            ALL,
            Act::Create(&Write {
                each: Some("webhooks"),
                take: &[
                    "jqlFilter",
                    "events",
                    "fieldIdsFilter",
                    "issuePropertyKeysFilter",
                ],
                demand: &["jqlFilter"],
                check: Some(sent_to),
                reply: Reply::Hand(registered),
                ..Write::PLAIN
            }),
        ),
        Op("PUT", "/rest/api/3/webhook/refresh", Act::Hand(refresh)),
        Op("DELETE", ALL, Act::Hand(delete)),
        Op(
            "POST",
            "/rest/api/3/issue/{issueIdOrKey}/notify",
            Act::Hand(notify),
        ),
    ],
    ..Shelf::PLAIN
}];

/// All webhooks of one request are sent to one address.
fn sent_to(call: &mut Call<'_>, webhook: &mut Value) -> Result<(), Refusal> {
    let url = call.id_in_body("url");
    if !url.starts_with("https://") {
        return Err(Refusal::bad("The address must be of https."));
    }
    webhook["url"] = json!(url);
    webhook["expirationDate"] = json!(call.now() + LIFE_MS);
    Ok(())
}

fn registered(_: &Call<'_>, made: &[Value]) -> Outcome {
    let results: Vec<Value> = made
        .iter()
        .map(|webhook| json!({ "createdWebhookId": webhook["id"] }))
        .collect();
    Ok(Answer::ok(json!({ "webhookRegistrationResult": results })))
}

/// The ids of the body; those of no webhook of the app are passed over, as Jira does.
fn named(call: &Call<'_>) -> Vec<String> {
    let ids = call.body["webhookIds"].as_array();
    let ids = ids.into_iter().flatten().map(Value::to_string);
    ids.filter(|id| call.of(WEBHOOK).get(id).is_some())
        .collect()
}

fn refresh(call: &mut Call<'_>) -> Outcome {
    let until = call.now() + LIFE_MS;
    for id in named(call) {
        if let Some(webhook) = call.of_mut(WEBHOOK).get_mut(&id) {
            webhook["expirationDate"] = json!(until);
        }
    }
    Ok(Answer::ok(json!({ "expirationDate": until })))
}

fn delete(call: &mut Call<'_>) -> Outcome {
    for id in named(call) {
        call.of_mut(WEBHOOK).remove(&id);
    }
    Ok(Answer::empty(202))
}

/// A mail leaves no trace on the site.
fn notify(call: &mut Call<'_>) -> Outcome {
    let wanted = call.id("issueIdOrKey");
    let is = |issue: &Value| text(issue, "id") == wanted || text(issue, "key") == wanted;
    if call.of(Kind::Issue).find(is).is_none() {
        return Err(Refusal::not_found(
            "Issue does not exist or you do not have permission to see it.",
        ));
    }
    let to = call.body["to"].as_object();
    let somebody = |value: &Value| match value {
        Value::Bool(is) => *is,
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if !to.is_some_and(|to| to.values().any(somebody)) {
        return Err(Refusal::bad("No recipients were defined for notification."));
    }
    Ok(Answer::empty(204))
}
