//! The Assets workspace of a site: looked up once a day, kept in the store.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::attempts::{Attempt, Sending};
use super::client::Upstream;
use super::headers;
use super::message::Answer;
use super::outcome::fault;
use super::refusal;
use super::seam::Signed;
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::{Operation, Retry, Takes};
use crate::grants::Access;
use crate::store::keys::{Key, Kind};

/// How long a workspace is believed.
const TTL: Duration = Duration::from_hours(24);

/// Longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// The lookup, of the pinned document jira-service-management. No tool offers it, so the SDK is
/// built without it and it is sent by hand.
static DISCOVERY: Operation = Operation {
    key: "jira-service-management:getAssetsWorkspaces",
    api: "jira-service-management",
    method: "GET",
    path: "/rest/servicedeskapi/assets/workspace",
    params: &[],
    body: None,
    scopes: &["read:servicedesk-request"],
    takes: Takes {
        oauth: true,
        token: true,
    },
    headers: &[],
    retry: Retry::Safe,
    experimental: false,
    deprecated: false,
};

impl Upstream {
    /// The workspace of the access's site; `None` when the access has no site.
    pub(super) async fn workspace(
        &self,
        access: &Access,
        deadline: Deadline,
    ) -> Result<Option<String>, Fault> {
        let Some(tenant) = access.tenant() else {
            return Ok(None);
        };
        let cloud_id = tenant.cloud_id().as_str();
        let key = Key::new(Kind::Discovery, "assets-workspace", cloud_id);
        match self.parts().vault.get::<String>(&key).await {
            Ok(Some(known)) => return Ok(Some(known)),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the known Assets workspace could not be read"),
        }
        let found = self.look_up(access, deadline).await?;
        if let Err(error) = self.parts().vault.put(&key, &found, Some(TTL)).await {
            tracing::error!(%error, "the Assets workspace could not be stored");
        }
        Ok(Some(found))
    }

    async fn look_up(&self, access: &Access, deadline: Deadline) -> Result<String, Fault> {
        let mut lookup = Lookup {
            upstream: self,
            access: access.clone(),
            deadline,
        };
        let ended = self.run(&mut lookup, DISCOVERY.retry, deadline).await;
        match ended.last {
            Attempt::Answered(answer) if refusal::is_success(&answer) => first_id(&answer.body),
            last => Err(fault(last, ended.retry_after, &DISCOVERY, &lookup.access)),
        }
    }
}

fn first_id(body: &Value) -> Result<String, Fault> {
    body.pointer("/values/0/workspaceId")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| {
            Fault::new(Code::NotFound, "the site has no Assets workspace")
                .with_mend("Assets needs Jira Service Management Premium or Enterprise.")
        })
}

/// The lookup on its way.
struct Lookup<'a> {
    upstream: &'a Upstream,
    access: Access,
    deadline: Deadline,
}

impl Lookup<'_> {
    fn request(&self) -> Result<reqwest::Request, Fault> {
        let parts = self.upstream.parts();
        let base = parts.bases.of(DISCOVERY.api, &self.access, None)?;
        let url = reqwest::Url::parse(&format!("{base}{}", DISCOVERY.path))
            .map_err(|_| Fault::new(Code::UnexpectedError, "the site has no address"))?;
        let mut request = reqwest::Request::new(http::Method::GET, url);
        let timeout = parts.manners.attempt.min(self.deadline.left());
        Signed::new(&self.access, DISCOVERY.headers, timeout)?.sign(&mut request);
        Ok(request)
    }

    async fn exchange(&self, request: reqwest::Request) -> Result<Attempt, reqwest::Error> {
        let mut response = self.upstream.parts().http.execute(request).await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LONGEST {
                return Ok(Attempt::Oversize(LONGEST));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Attempt::Answered(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        }))
    }
}

#[async_trait]
impl Sending for Lookup<'_> {
    async fn attempt(&mut self) -> Attempt {
        let request = match self.request() {
            Ok(request) => request,
            Err(fault) => return Attempt::Refused(fault),
        };
        match self.exchange(request).await {
            Ok(attempt) => attempt,
            Err(error) if error.is_connect() => Attempt::Unsent,
            Err(_) => Attempt::Lost,
        }
    }

    fn retry_after(&self, answer: &Answer) -> Option<Duration> {
        headers::retry_after(&answer.headers, self.upstream.parts().clock.now())
    }

    async fn renew(&mut self) -> Result<bool, Fault> {
        self.upstream.renew(&mut self.access).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lookup_stands_in_the_pinned_document() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/specs/jira-service-management.json"
        );
        let document: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let get = &document["paths"][DISCOVERY.path]["get"];
        assert_eq!(
            get["operationId"].as_str(),
            DISCOVERY.key.split_once(':').map(|(_, id)| id)
        );
        assert!(get["deprecated"].is_null());
    }
}
