//! The site as it stands at the start: one JSON file a product or family, documents by kind.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;

use super::entropy::Entropy;
use super::kind::Kind;
use super::tenant::Tenant;

/// Products first, then the families of `shelves`, each part sorted.
const FILES: &[&str] = &[
    include_str!("../../seed/admin.json"),
    include_str!("../../seed/assets.json"),
    include_str!("../../seed/automation.json"),
    include_str!("../../seed/confluence.json"),
    include_str!("../../seed/fields.json"),
    include_str!("../../seed/jira.json"),
    include_str!("../../seed/jsm.json"),
    include_str!("../../seed/people.json"),
    //
    include_str!("../../seed/boards.json"),
    include_str!("../../seed/components.json"),
    include_str!("../../seed/confluence_settings.json"),
    include_str!("../../seed/field_schemes.json"),
    include_str!("../../seed/issue_config.json"),
    include_str!("../../seed/issue_security.json"),
    include_str!("../../seed/org_access.json"),
    include_str!("../../seed/plans.json"),
    include_str!("../../seed/project_categories.json"),
    include_str!("../../seed/project_settings.json"),
    include_str!("../../seed/roles.json"),
    include_str!("../../seed/space_roles.json"),
    include_str!("../../seed/system.json"),
    include_str!("../../seed/versions.json"),
    include_str!("../../seed/webhooks.json"),
    include_str!("../../seed/workflow_schemes.json"),
];

/// Ids of the site, invented like everything in it.
pub(crate) const SITE: &str = "wayfarer.atlassian.net";
pub(crate) const CLOUD_ID: &str = "7f3c2a10-5b1d-4e86-9a44-0c1d2e3f4a5b";
pub(crate) const ORG_ID: &str = "b2d8e6f0-41c7-4f3a-8d25-6e7f8091a2b3";
pub(crate) const WORKSPACE_ID: &str = "c5a90e34-7d12-4b68-b0f3-2a4c6e8091d7";

/// The second site: few people of the first, and some of its ids for other things, as it happens
/// between sites of one company.
const SECOND: &str = include_str!("../../seed/second.json");
const SECOND_SITE: &str = "wayfarer-lab.atlassian.net";
const SECOND_CLOUD_ID: &str = "1c9e7b42-8d30-4f5a-b6e1-93a0d4c5f687";
const SECOND_WORKSPACE_ID: &str = "e07f3b61-2c84-4a9d-8e15-5b6d7f80912a";

/// The seeded tenant. Fails only where a seed file is no map of kinds to lists of documents.
pub(crate) fn tenant(seed: u64, now: i64) -> Result<Tenant, serde_json::Error> {
    let mut tenant = Tenant {
        site: SITE.to_owned(),
        cloud_id: CLOUD_ID.to_owned(),
        org_id: ORG_ID.to_owned(),
        workspace_id: WORKSPACE_ID.to_owned(),
        entropy: Entropy::new(seed),
        ordered: VecDeque::new(),
        now,
        collections: BTreeMap::new(),
    };
    FILES.iter().try_for_each(|file| fill(&mut tenant, file))?;
    Ok(tenant)
}

/// The second site, of the same organisation. Fails as [`tenant`].
pub(crate) fn second(seed: u64, now: i64) -> Result<Tenant, serde_json::Error> {
    let mut tenant = Tenant {
        site: SECOND_SITE.to_owned(),
        cloud_id: SECOND_CLOUD_ID.to_owned(),
        org_id: ORG_ID.to_owned(),
        workspace_id: SECOND_WORKSPACE_ID.to_owned(),
        entropy: Entropy::new(seed ^ 0x2),
        ordered: VecDeque::new(),
        now,
        collections: BTreeMap::new(),
    };
    fill(&mut tenant, SECOND)?;
    Ok(tenant)
}

fn fill(tenant: &mut Tenant, file: &'static str) -> Result<(), serde_json::Error> {
    let kinds: BTreeMap<&str, Vec<Value>> = serde_json::from_str(file)?;
    for (kind, documents) in kinds {
        for document in documents {
            let id = identity(&document);
            tenant.of_mut(Kind(kind)).put(id, document);
        }
    }
    Ok(())
}

/// The member that identifies a document, as text.
fn identity(document: &Value) -> String {
    ["id", "accountId", "uuid"]
        .iter()
        .find_map(|name| match &document[*name] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
        .unwrap_or_default()
}
