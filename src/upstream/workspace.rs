//! The Assets workspace of a site: looked up once a day, kept in the store.

use std::time::Duration;

use serde_json::Value;

use super::client::Upstream;
use super::message::{Answer, Request};
use crate::base::deadline::Deadline;
use crate::base::fault::{Code, Fault};
use crate::catalog::model::{Operation, Retry};
use crate::grants::Access;
use crate::store::keys::{Key, Kind};

/// How long a workspace is believed.
const TTL: Duration = Duration::from_hours(24);

/// `GET /rest/servicedeskapi/assets/workspace` of the pinned document jira-service-management.
pub(super) static DISCOVERY: Operation = Operation {
    key: "jira-service-management:getRestServicedeskapiAssetsWorkspace",
    api: "jira-service-management",
    method: "GET",
    path: "/rest/servicedeskapi/assets/workspace",
    params: &[],
    body: None,
    scopes: &["read:servicedesk-request"],
    headers: &[],
    retry: Retry::Safe,
    experimental: false,
    deprecated: false,
};

impl Upstream {
    /// The workspace of the access's site.
    pub(super) async fn workspace(
        &self,
        access: &Access,
        deadline: Deadline,
    ) -> Result<Option<String>, Fault> {
        let Some(tenant) = access.tenant() else {
            return Ok(None);
        };
        let key = Key::new(Kind::Discovery, tenant.cloud_id().as_str(), "");
        match self.vault().get::<String>(&key).await {
            Ok(Some(known)) => return Ok(Some(known)),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the known Assets workspace could not be read"),
        }
        let request = Request::new(&DISCOVERY, serde_json::Map::new());
        let answer = Box::pin(self.read(access, &request, deadline)).await?;
        let found = first_id(&answer)?;
        if let Err(error) = self.vault().put(&key, &found, Some(TTL)).await {
            tracing::error!(%error, "the Assets workspace could not be stored");
        }
        Ok(Some(found))
    }
}

fn first_id(answer: &Answer) -> Result<String, Fault> {
    answer
        .body
        .pointer("/values/0/workspaceId")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| {
            Fault::new(Code::NotFound, "the site has no Assets workspace")
                .with_mend("Assets needs Jira Service Management Premium or Enterprise.")
        })
}
