//! Service desks, their knowledge base, and the Assets workspace of the site.

use serde_json::{Value, json};

use crate::host::call::{Call, Outcome, pick};
use crate::host::exchange::Answer;
use crate::host::page;
use crate::host::refusal::Refusal;
use crate::jira::projects::{lookup, text};
use crate::state::kind::Kind;
use crate::state::time;

/// `GET /servicedesk`: those of projects that are neither archived nor in the trash.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let desks: Vec<Value> = call
        .of(Kind::ServiceDesk)
        .values()
        .filter(|d| live(call, d))
        .map(|d| show(call, d))
        .collect();
    Ok(Answer::ok(page::jsm(call, &desks)))
}

/// `GET /servicedesk/{serviceDeskId}`.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let desk = find(call)?;
    Ok(Answer::ok(show(call, &desk)))
}

/// `GET /servicedesk/{serviceDeskId}/knowledgebase/article`.
pub(crate) fn articles(call: &mut Call<'_>) -> Outcome {
    let desk = find(call)?;
    let found = matching(call, |article| article["serviceDeskId"] == desk["id"]);
    Ok(Answer::ok(page::jsm(call, &found)))
}

/// `GET /knowledgebase/article`: of all service desks.
pub(crate) fn all_articles(call: &mut Call<'_>) -> Outcome {
    let found = matching(call, |_| true);
    Ok(Answer::ok(page::jsm(call, &found)))
}

/// The articles with the words of the query, of those asked for.
fn matching(call: &Call<'_>, asked: impl Fn(&Value) -> bool) -> Vec<Value> {
    let words = call.get("query").unwrap_or_default().to_lowercase();
    let highlight = call.flag("highlight");
    call.of(Kind::Article)
        .values()
        .filter(|a| asked(a))
        .filter(|a| ["title", "excerpt"].iter().any(|m| text(a, m).to_lowercase().contains(&words)))
        .map(|a| {
            let mut title = text(a, "title");
            if highlight && !words.is_empty() && title.to_lowercase().contains(&words) {
                title = format!("@@@hl@@@{title}@@@endhl@@@");
            }
            json!({
                "title": title, "excerpt": a["excerpt"],
                "source": { "type": "confluence", "pageId": a["pageId"], "spaceKey": a["spaceKey"] },
                "content": { "iframeSrc": call.link(&format!("/rest/servicedeskapi/knowledgebase/article/view/{}", text(a, "pageId"))) },
            })
        })
        .collect()
}

/// `GET /info`.
pub(crate) fn info(call: &mut Call<'_>) -> Outcome {
    let built = 1_767_261_600_000;
    Ok(Answer::ok(json!({
        "version": "1001.0.0-SNAPSHOT", "platformVersion": "1001.0.0-SNAPSHOT", "isLicensedForUse": true,
        "buildChangeSet": "0a1b2c3d", "buildDate": {
            "epochMillis": built, "iso8601": time::jira(built), "jira": time::jira(built), "friendly": time::iso(built),
        },
        "_links": { "self": call.link("/rest/servicedeskapi/info") },
    })))
}

/// `GET /assets/workspace`.
pub(crate) fn workspaces(call: &mut Call<'_>) -> Outcome {
    let workspaces = [json!({ "workspaceId": call.tenant.workspace_id })];
    Ok(Answer::ok(page::jsm(call, &workspaces)))
}

/// A service desk by its id or by its project's id or key.
pub(crate) fn find(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("serviceDeskId");
    let by_project = |d: &Value| d["projectId"] == *id || d["projectKey"] == *id;
    call.of(Kind::ServiceDesk)
        .get(&id)
        .or_else(|| call.of(Kind::ServiceDesk).find(by_project))
        .filter(|d| live(call, d))
        .cloned()
        .ok_or_else(|| {
            Refusal::not_found("The Service Desk you are trying to view does not exist.")
        })
}

/// Whether its project is neither archived nor in the trash.
pub(super) fn live(call: &Call<'_>, desk: &Value) -> bool {
    lookup(call, &text(desk, "projectId"))
        .is_some_and(|p| p["deleted"] != true && p["archived"] != true)
}

fn show(call: &Call<'_>, desk: &Value) -> Value {
    let mut shown = pick(desk, &["id", "projectId", "projectKey", "projectName"]);
    shown["projectTypeKey"] = json!("service_desk");
    let path = format!("/rest/servicedeskapi/servicedesk/{}", text(desk, "id"));
    shown["_links"] = json!({ "self": call.link(&path) });
    shown
}
