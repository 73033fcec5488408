//! `gojira_whoami`: who calls, what they reach, and what is missing for the groups that do not work.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::auth::Principal;
use crate::base::fault::{Code, Fault};
use crate::catalog;
use crate::catalog::model::{Credential, Tool};
use crate::dispatch::{Done, Turn};
use crate::grants::{ApiTokenStatus, GrantStatus};
use crate::policy::{Policy, Refusal};
use crate::store::StoreError;

/// The tool.
pub(super) async fn tell(turn: Turn) -> Result<Done, Fault> {
    let (principal, parts) = (turn.principal(), turn.dispatcher.parts());
    let (account, grants) = (&principal.account, &parts.grants);
    let grant = grants.status(account).await.map_err(unread)?;
    let tokens = grants.api_tokens(account).await.map_err(unread)?;
    let reach = grants.reach(principal).await.map_err(unread)?;
    let sites: Vec<Value> = reach
        .sites
        .iter()
        .map(|site| {
            json!({
                "site": site.site(),
                "cloud_id": site.cloud_id(),
                "chosen": reach.chosen.as_ref() == Some(site.cloud_id()),
            })
        })
        .collect();
    let at_hand = AtHand {
        policy: &parts.policy,
        principal,
        grant: grant.as_ref(),
        // Without a choice no call can be made; the first site tells what would be missing there.
        token: reach
            .chosen
            .as_ref()
            .or_else(|| {
                reach
                    .sites
                    .first()
                    .map(crate::base::tenant::Tenant::cloud_id)
            })
            .and_then(|site| tokens.iter().find(|token| token.cloud_id == *site)),
    };
    let groups = at_hand.groups(grants.mend_url());
    let warnings: Vec<String> = tokens
        .iter()
        .filter_map(|token| grants.expiry_warning(token))
        .collect();
    let mut done = Done::of(json!({
        "account_id": account,
        "name": principal.name,
        "client": principal.client,
        "scopes": principal.scopes.to_string(),
        "sites": sites,
        "atlassian": grant.as_ref().map(|grant| json!({
            "since": grant.since.to_string(),
            "scopes": grant.scopes,
        })),
        "api_tokens": tokens,
        "groups": groups,
        "connect_url": grants.mend_url(),
    }));
    if !warnings.is_empty() {
        done = done.with("warnings", warnings);
    }
    Ok(done)
}

/// What a caller has in hand.
struct AtHand<'a> {
    policy: &'a Policy,
    principal: &'a Principal,
    grant: Option<&'a GrantStatus>,
    token: Option<&'a ApiTokenStatus>,
}

/// Something that is missing, and what helps.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Missing {
    what: String,
    mend: &'static str,
    /// Whether the page for one's credentials is where it is mended.
    page: bool,
}

impl AtHand<'_> {
    fn groups(&self, url: &str) -> Value {
        let mut groups = Map::new();
        for group in catalog::groups() {
            let tools: Vec<&Tool> = catalog::tools()
                .iter()
                .filter(|tool| tool.group == group.name && self.policy.enabled(tool))
                .collect();
            if tools.is_empty() {
                continue;
            }
            let lacking: Vec<BTreeSet<Missing>> =
                tools.iter().map(|tool| self.missing(tool)).collect();
            let working = lacking.iter().filter(|missing| missing.is_empty()).count();
            let missing: BTreeSet<Missing> = lacking.into_iter().flatten().collect();
            groups.insert(
                group.name.to_owned(),
                line(working, tools.len(), &missing, url),
            );
        }
        Value::Object(groups)
    }

    fn missing(&self, tool: &Tool) -> BTreeSet<Missing> {
        let refused = self.policy.refusal(self.principal, tool).map(|refusal| {
            let what = match &refusal {
                Refusal::Scopes { needed } => format!("scopes of this client: {needed}"),
                other => other.to_string(),
            };
            Missing {
                what,
                mend: refusal.mend(),
                page: false,
            }
        });
        let mut missing: BTreeSet<Missing> = refused.into_iter().collect();
        let either = catalog::takes_either(tool);
        match tool.credential {
            Credential::Oauth if either && self.of_token(tool).is_none() => {}
            Credential::ApiToken if either && self.of_grant(tool).is_empty() => {}
            Credential::Oauth => missing.extend(self.of_grant(tool)),
            Credential::ApiToken => missing.extend(self.of_token(tool)),
            Credential::OrgAdmin | Credential::Local => {}
        }
        missing
    }

    fn of_grant(&self, tool: &Tool) -> Vec<Missing> {
        let sign_in = |what: String| Missing {
            what,
            mend: "Sign in to Atlassian again and agree to the scopes.",
            page: true,
        };
        let Some(grant) = self.grant else {
            return vec![sign_in("an Atlassian sign-in".to_owned())];
        };
        catalog::scopes_of(tool)
            .into_iter()
            .filter(|scope| !grant.scopes.iter().any(|held| held == scope))
            .map(|scope| sign_in(format!("Atlassian scope {scope}")))
            .collect()
    }

    fn of_token(&self, tool: &Tool) -> Option<Missing> {
        let bind = |what: &str, mend| {
            Some(Missing {
                what: what.to_owned(),
                mend,
                page: true,
            })
        };
        match self.token {
            None => bind(
                "an API token of your own",
                "Bind an API token of your own account.",
            ),
            Some(token) if token.has_expired() => bind(
                "an API token that has not expired",
                "Bind a new API token of your own account.",
            ),
            Some(token) if tool.operations().any(|used| !token.kind.opens(used.api)) => bind(
                "an API token without scopes",
                "Bind an API token without scopes.",
            ),
            Some(_) => None,
        }
    }
}

fn line(working: usize, all: usize, missing: &BTreeSet<Missing>, url: &str) -> Value {
    let mut line = Map::from_iter([("works".to_owned(), json!(working == all))]);
    let Some(first) = missing.first() else {
        return Value::Object(line);
    };
    if working > 0 {
        line.insert("tools".to_owned(), json!(format!("{working} of {all}")));
    }
    let what: BTreeSet<&str> = missing.iter().map(|one| one.what.as_str()).collect();
    line.insert("missing".to_owned(), json!(what));
    line.insert("mend".to_owned(), json!(first.mend));
    if first.page {
        line.insert("url".to_owned(), json!(url));
    }
    Value::Object(line)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that map_err calls"
)]
pub(super) fn unread(error: StoreError) -> Fault {
    tracing::error!(%error, "credentials could not be read");
    Fault::new(Code::UnexpectedError, "the server could not read its store")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Scope, Scopes};
    use crate::base::clock::Timestamp;
    use crate::base::ids::{AccountId, ClientId, CloudId};
    use crate::grants::ApiTokenKind;
    use crate::policy::Rules;

    fn groups(rules: Rules, grant: Option<&GrantStatus>, token: Option<&ApiTokenStatus>) -> Value {
        let principal = Principal {
            account: AccountId::new("ada"),
            client: ClientId::new("c"),
            scopes: Scopes::from(Scope::Read),
            family: "f".to_owned(),
            name: None,
        };
        let policy = Policy::new(rules);
        let at_hand = AtHand {
            policy: &policy,
            principal: &principal,
            grant,
            token,
        };
        at_hand.groups("https://m/connect")
    }

    fn rules() -> Rules {
        let names = [
            "read_projects",
            "write_projects",
            "read_automation",
            "admin_org",
        ];
        Rules {
            groups: names.map(str::to_owned).into(),
            ..Rules::default()
        }
    }

    fn token(kind: ApiTokenKind, days: i64) -> ApiTokenStatus {
        ApiTokenStatus {
            email: "ada@example.com".to_owned(),
            site: "acme.atlassian.net".to_owned(),
            cloud_id: CloudId::new("c"),
            kind,
            expires_at: None,
            days_left: Some(days),
        }
    }

    #[test]
    fn every_kind_of_lack_is_told_with_what_mends_it() {
        let told = groups(rules(), None, None);
        let text = |group: &str| told[group].to_string();
        assert!(text("read_projects").contains("an Atlassian sign-in"));
        assert!(text("write_projects").contains("scopes of this client"));
        assert!(text("read_automation").contains("an API token of your own"));
        assert_eq!(told["read_automation"]["url"], "https://m/connect");
        assert!(text("admin_org").contains("organisation administrators"));
        assert!(told.get("read_jsm_admin").is_none(), "a group that is off");

        let grant = |scopes: &[&str]| GrantStatus {
            since: Timestamp(0),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            sites: Vec::new(),
        };
        let told = groups(rules(), Some(&grant(&["read:me"])), None);
        assert_eq!(told["read_projects"]["works"], false);
        assert!(
            told["read_projects"]
                .to_string()
                .contains("Atlassian scope ")
        );
        let tools = catalog::tools().iter();
        let all: Vec<&str> = tools.flat_map(catalog::scopes_of).collect();
        for (kind, days, words) in [
            (ApiTokenKind::Unscoped, -1, "has not expired"),
            (ApiTokenKind::Scoped, 9, "without scopes"),
        ] {
            let told = groups(rules(), Some(&grant(&all)), Some(&token(kind, days)));
            assert_eq!(told["read_projects"], json!({"works": true}));
            assert!(
                told["read_automation"].to_string().contains(words),
                "{words}"
            );
        }
        let good = token(ApiTokenKind::Unscoped, 9);
        let told = groups(rules(), Some(&grant(&all)), Some(&good));
        assert_eq!(told["read_automation"], json!({"works": true}));
        let read_only = Rules {
            read_only: true,
            ..rules()
        };
        let told = groups(read_only, Some(&grant(&all)), Some(&good));
        assert!(told["write_projects"].to_string().contains("read-only"));
    }
}
