//! Every document with every kind of credential.

use super::*;
use crate::base::ids::{AccountId, CloudId};
use crate::base::secret::Secret;

const APIS: [&str; 15] = [
    "jira-platform",
    "jira-software",
    "jira-service-management",
    "jsm-forms",
    "assets",
    "automation",
    "confluence-v1",
    "confluence-v2",
    "admin-organization",
    "admin-control",
    "admin-user-management",
    "admin-api-access",
    "admin-dlp",
    "admin-user-provisioning",
    "no-such-document",
];

fn bases() -> Bases {
    Bases {
        api: "https://api".to_owned(),
        site_template: "https://{site}".to_owned(),
    }
}

fn tenant(cloud: &str) -> Tenant {
    Tenant::verified(CloudId::new(cloud), "acme.atlassian.net", None).unwrap()
}

fn ann() -> AccountId {
    AccountId::new("ann")
}

fn secret() -> Secret<String> {
    Secret::from("s")
}

fn table(access: &Access) -> Vec<Option<String>> {
    APIS.iter()
        .map(|api| bases().of(api, access, Some("ws")).ok())
        .collect()
}

fn expected(rows: [Option<&str>; 15]) -> Vec<Option<String>> {
    rows.map(|row| row.map(str::to_owned)).into()
}

#[test]
fn an_oauth_token_goes_through_the_gateway() {
    let access = Access::bearer(ann(), tenant("c-1"), secret());
    let jira = Some("https://api/ex/jira/c-1");
    assert_eq!(
        table(&access),
        expected([
            jira,
            jira,
            jira,
            Some("https://api/ex/jira/c-1/forms"),
            Some("https://api/ex/jira/c-1/jsm/assets/workspace/ws/v1"),
            None,
            None,
            Some("https://api/ex/confluence/c-1/wiki/api/v2"),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        ])
    );
}

#[test]
fn an_api_token_goes_to_the_site_or_its_own_gateway() {
    let access = Access::basic(ann(), tenant("c-1"), "a@b.c".to_owned(), secret());
    let site = Some("https://acme.atlassian.net");
    assert_eq!(
        table(&access),
        expected([
            site,
            site,
            site,
            Some("https://api/jira/forms/cloud/c-1"),
            Some("https://api/jsm/assets/workspace/ws/v1"),
            Some("https://api/automation/public/jira/c-1"),
            site,
            Some("https://acme.atlassian.net/wiki/api/v2"),
            None,
            None,
            None,
            None,
            None,
            None,
            None,
        ])
    );
}

#[test]
fn the_organisation_key_reaches_the_organisation_only() {
    let access = Access::org_key(ann(), "org".to_owned(), secret());
    assert_eq!(
        table(&access),
        expected([
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            Some("https://api/admin"),
            Some("https://api"),
            Some("https://api"),
            Some("https://api/admin/api-access/v1"),
            Some("https://api/admin/dlp/v1"),
            Some("https://api"),
            None,
        ])
    );
}

#[test]
fn without_a_credential_there_is_no_address() {
    assert_eq!(table(&Access::none(ann())), vec![None; 15]);
}

#[test]
fn ids_that_would_lead_elsewhere_are_refused() {
    for cloud in ["", "..", "a/b", "a?b", "a%2fb"] {
        let refused = Tenant::verified(CloudId::new(cloud), "acme.atlassian.net", None);
        assert!(refused.is_err(), "{cloud}");
    }
    let access = Access::bearer(ann(), tenant("c"), secret());
    for workspace in [None, Some(".."), Some("a/b")] {
        assert!(bases().of("assets", &access, workspace).is_err());
    }
}
