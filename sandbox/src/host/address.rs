//! Which host and which document an address belongs to.

/// How a caller has to prove itself at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// OAuth bearer of the gateway, or a scoped API token.
    Gateway,
    /// API token by Basic authentication on the site's own host.
    Site,
    /// API token by Basic authentication on the gateway; OAuth has no scope for it.
    TokenOnly,
    /// OAuth bearer or API token.
    Either,
    /// The organisation's key.
    Organisation,
}

/// What an address means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// A page or endpoint of the authorisation server; the rest of the path.
    Auth(&'a str),
    /// An endpoint about the caller and its sites, outside any document.
    Identity(&'a str),
    /// `/_edge/tenant_info` of the site.
    TenantInfo,
    /// A path of a document's API.
    Api(Target<'a>),
    /// Content APIs that the gateway no longer carries.
    Gone,
    Nowhere,
}

/// A path in a document's own terms.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target<'a> {
    pub(crate) api: &'static str,
    /// The path as the document writes it.
    pub(crate) path: &'a str,
    /// What stands before it, host prefix included.
    pub(crate) base: &'a str,
    pub(crate) proof: Proof,
}

/// The ids that addresses must carry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ids<'a> {
    pub(crate) site: &'a str,
    pub(crate) cloud_id: &'a str,
    pub(crate) workspace_id: &'a str,
}

/// Reads a path as received.
pub(crate) fn locate<'a>(path: &'a str, ids: Ids<'_>) -> Place<'a> {
    if let Some(rest) = path.strip_prefix("/auth/") {
        return Place::Auth(rest);
    }
    if let Some(rest) = path.strip_prefix("/api") {
        return gateway(path, rest, ids);
    }
    match path
        .strip_prefix("/site/")
        .and_then(|rest| rest.strip_prefix(ids.site))
    {
        Some("/_edge/tenant_info") => Place::TenantInfo,
        Some(rest) if rest.starts_with('/') => product(path, rest, Proof::Site),
        _ => Place::Nowhere,
    }
}

fn gateway<'a>(path: &'a str, rest: &'a str, ids: Ids<'_>) -> Place<'a> {
    if matches!(rest, "/me" | "/oauth/token/accessible-resources") {
        return Place::Identity(rest);
    }
    let jira = format!("/ex/jira/{}", ids.cloud_id);
    let assets = format!("/jsm/assets/workspace/{}/v1", ids.workspace_id);
    if let Some(rest) = rest.strip_prefix(&jira) {
        if let Some(tail) = rest.strip_prefix(&assets) {
            return target(path, tail, "assets", Proof::Gateway);
        }
        return match rest.strip_prefix("/forms") {
            Some(tail) => target(path, tail, "jsm-forms", Proof::TokenOnly),
            None => product(path, rest, Proof::Gateway),
        };
    }
    if let Some(rest) = rest.strip_prefix(&format!("/ex/confluence/{}", ids.cloud_id)) {
        return if rest.starts_with("/wiki/rest/api/") {
            Place::Gone
        } else {
            product(path, rest, Proof::Gateway)
        };
    }
    if let Some(tail) = rest.strip_prefix(&assets) {
        return target(path, tail, "assets", Proof::Either);
    }
    for product in ["jira", "confluence"] {
        let prefix = format!("/automation/public/{product}/{}", ids.cloud_id);
        if let Some(tail) = rest.strip_prefix(&prefix) {
            return target(path, tail, "automation", Proof::TokenOnly);
        }
    }
    if let Some(tail) = rest.strip_prefix(&format!("/jira/forms/cloud/{}", ids.cloud_id)) {
        return target(path, tail, "jsm-forms", Proof::TokenOnly);
    }
    organisation(path, rest)
}

fn organisation<'a>(path: &'a str, rest: &'a str) -> Place<'a> {
    const HOSTS: [(&str, &str, &str); 7] = [
        ("/admin/api-access/v1", "admin-api-access", ""),
        ("/admin/dlp/v1", "admin-dlp", ""),
        ("/admin/control/", "admin-control", "keep"),
        (
            "/admin/user-provisioning/",
            "admin-user-provisioning",
            "keep",
        ),
        ("/scim/", "admin-user-provisioning", "keep"),
        ("/users/", "admin-user-management", "keep"),
        ("/admin", "admin-organization", ""),
    ];
    for (prefix, api, keep) in HOSTS {
        if let Some(tail) = rest.strip_prefix(prefix) {
            let tail = if keep.is_empty() { tail } else { rest };
            return target(path, tail, api, Proof::Organisation);
        }
    }
    Place::Nowhere
}

fn product<'a>(path: &'a str, rest: &'a str, proof: Proof) -> Place<'a> {
    if let Some(tail) = rest.strip_prefix("/wiki/api/v2") {
        return target(path, tail, "confluence-v2", proof);
    }
    let api = if rest.starts_with("/wiki/rest/api/") {
        "confluence-v1"
    } else if rest.starts_with("/rest/agile/1.0/") {
        "jira-software"
    } else if rest.starts_with("/rest/servicedeskapi/") {
        "jira-service-management"
    } else if rest.starts_with("/rest/api/3/") {
        "jira-platform"
    } else {
        return Place::Nowhere;
    };
    target(path, rest, api, proof)
}

fn target<'a>(whole: &'a str, path: &'a str, api: &'static str, proof: Proof) -> Place<'a> {
    if !path.starts_with('/') {
        return Place::Nowhere;
    }
    let base = &whole[..whole.len() - path.len()];
    Place::Api(Target {
        api,
        path,
        base,
        proof,
    })
}

#[cfg(test)]
mod tests {
    use super::{Ids, Place, Proof, Target, locate};

    const IDS: Ids<'_> = Ids {
        site: "acme.example",
        cloud_id: "C",
        workspace_id: "W",
    };

    fn api(path: &str) -> (&'static str, String, Proof) {
        match locate(path, IDS) {
            Place::Api(Target {
                api, path, proof, ..
            }) => (api, path.to_owned(), proof),
            other => panic!("{path}: {other:?}"),
        }
    }

    #[test]
    fn each_host_leads_to_its_document() {
        let table = [
            (
                "/api/ex/jira/C/rest/api/3/field",
                "jira-platform",
                "/rest/api/3/field",
                Proof::Gateway,
            ),
            (
                "/api/ex/jira/C/jsm/assets/workspace/W/v1/object/1",
                "assets",
                "/object/1",
                Proof::Gateway,
            ),
            (
                "/api/jsm/assets/workspace/W/v1/object/1",
                "assets",
                "/object/1",
                Proof::Either,
            ),
            (
                "/api/automation/public/jira/C/rest/v1/rule",
                "automation",
                "/rest/v1/rule",
                Proof::TokenOnly,
            ),
            (
                "/api/ex/confluence/C/wiki/api/v2/spaces",
                "confluence-v2",
                "/spaces",
                Proof::Gateway,
            ),
            (
                "/api/admin/v1/orgs",
                "admin-organization",
                "/v1/orgs",
                Proof::Organisation,
            ),
            (
                "/api/admin/control/v2/orgs/O/policies",
                "admin-control",
                "/admin/control/v2/orgs/O/policies",
                Proof::Organisation,
            ),
            (
                "/api/users/U/manage",
                "admin-user-management",
                "/users/U/manage",
                Proof::Organisation,
            ),
            (
                "/site/acme.example/wiki/rest/api/space",
                "confluence-v1",
                "/wiki/rest/api/space",
                Proof::Site,
            ),
        ];
        for (path, document, rest, proof) in table {
            assert_eq!(api(path), (document, rest.to_owned(), proof), "{path}");
        }
    }

    #[test]
    fn other_sites_and_removed_apis_lead_nowhere() {
        assert_eq!(
            locate("/api/ex/jira/D/rest/api/3/field", IDS),
            Place::Nowhere
        );
        assert_eq!(
            locate("/site/other.example/rest/api/3/field", IDS),
            Place::Nowhere
        );
        assert_eq!(
            locate("/site/acme.example.org/rest/api/3/field", IDS),
            Place::Nowhere
        );
        assert_eq!(
            locate("/api/ex/confluence/C/wiki/rest/api/space", IDS),
            Place::Gone
        );
        assert_eq!(
            locate("/api/ex/jira/Crest/api/3/field", IDS),
            Place::Nowhere
        );
    }
}
