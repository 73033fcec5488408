//! The site changed by other means: by a second administrator, with an API token of their own.

use std::time::Duration;

use atlassian_sandbox::{FactsUser, Sandbox};
use gojira_mcp::base::net;
use reqwest::Method;
use serde_json::{Value, json};

use super::tenant::{Cells, JQL, Kind, ON, Thing, Wanted};

/// The other administrator.
#[derive(Debug)]
pub(super) struct Outside {
    http: reqwest::Client,
    base: String,
    person: FactsUser,
}

impl Outside {
    pub(super) fn of(sandbox: &Sandbox) -> Self {
        let facts = sandbox.facts();
        let template = sandbox.site_url_template();
        Self {
            http: net::client(Duration::from_secs(30)).unwrap(),
            base: template.replace("{site}", &facts.site),
            person: facts.users[1].clone(),
        }
    }

    pub(super) fn account(&self) -> &str {
        &self.person.account_id
    }

    /// Carries a wish out; gives the id of what it made. `whole` is the site as it is.
    pub(super) async fn carry_out(&self, wanted: &Wanted, whole: &Value) -> Option<String> {
        match wanted {
            Wanted::Create(cells) => {
                let mut body = json!({"jql": JQL});
                lay(&mut body, cells);
                let made = self.send(Method::POST, "/rest/api/3/filter", body).await;
                Some(made["id"].as_str().unwrap().to_owned())
            }
            Wanted::Delete(thing) => {
                let path = format!("/rest/api/3/filter/{}", thing.id);
                self.send(Method::DELETE, &path, Value::Null).await;
                None
            }
            Wanted::Set(thing, cells) => {
                self.set(thing, cells, whole).await;
                None
            }
        }
    }

    async fn set(&self, thing: &Thing, cells: &Cells, whole: &Value) {
        let (collection, id) = thing.place();
        let document = &whole[collection][id];
        match thing.kind {
            Kind::Filter | Kind::Dashboard => {
                let path = format!("/rest/api/3/{}/{id}", collection.to_lowercase());
                self.send(Method::PUT, &path, resettable(document, cells))
                    .await;
            }
            Kind::Field | Kind::Scheme => {
                let path = match thing.kind {
                    Kind::Field => format!("/rest/api/3/field/{id}"),
                    _ => format!("/rest/api/3/notificationscheme/{id}"),
                };
                let mut body = json!({});
                lay(&mut body, cells);
                self.send(Method::PUT, &path, body).await;
            }
            Kind::Members => {
                let path = format!("/rest/servicedeskapi/organization/{id}/user");
                let accounts: Vec<&String> = cells.keys().collect();
                let adds = cells.values().all(|value| value == ON);
                let method = if adds { Method::POST } else { Method::DELETE };
                self.send(method, &path, json!({ "accountIds": accounts }))
                    .await;
            }
            Kind::Assignment => {
                let path = format!("/rest/api/3/project/{id}/permissionscheme");
                let scheme: u64 = cells["scheme"].parse().unwrap();
                self.send(Method::PUT, &path, json!({ "id": scheme })).await;
            }
            Kind::Archive => {
                // There and back are two operations, and each fails where it would change nothing.
                let on = cells["archived"] == ON;
                if on != (document["archived"] == true) {
                    let verb = if on { "archive" } else { "restore" };
                    let path = format!("/rest/api/3/project/{id}/{verb}");
                    self.send(Method::POST, &path, Value::Null).await;
                }
            }
        }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Value {
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.base))
            .basic_auth(&self.person.email, Some(&self.person.api_token));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(
            status.is_success(),
            "{method} {path} {body}: {status} {text}"
        );
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// A body of an endpoint that resets what it is not given.
fn resettable(document: &Value, cells: &Cells) -> Value {
    let mut body = json!({});
    let names = [
        "name",
        "description",
        "jql",
        "favourite",
        "sharePermissions",
        "editPermissions",
    ];
    for name in names {
        if let Some(value) = document.get(name) {
            body[name] = value.clone();
        }
    }
    for list in ["sharePermissions", "editPermissions"] {
        for share in body[list].as_array_mut().into_iter().flatten() {
            if share["type"] == "loggedin" {
                share["type"] = json!("authenticated");
            }
        }
    }
    lay(&mut body, cells);
    body
}

fn lay(body: &mut Value, cells: &Cells) {
    for (name, text) in cells {
        body[name] = json!(text);
    }
}
