//! One request from arrival to answer: fault, address, caller, scopes, document, tenant.

use std::sync::{Arc, Mutex, PoisonError};

use http::header;
use serde_json::{Value, json};

use super::address::{self, Ids, Place, Proof, Target};
use super::call::{Call, Outcome};
use super::caller::{self, Caller};
use super::exchange::{Answer, Request};
use super::fault::{Effect, Faults};
use super::identity;
use super::rate::Rates;
use super::refusal::Refusal;
use super::routes::{self, Carry};
use super::seen::SeenRequest;
use crate::auth::credentials::Credentials;
use crate::auth::{authorize, token};
use crate::shelf::run::run;
use crate::spec::check::{self, Arguments};
use crate::spec::document::{Documents, Match};
use crate::spec::operation::Operation;
use crate::state::task;
use crate::state::tenant::Tenant;

/// The clock: milliseconds since 1970.
pub(crate) type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Everything that requests share.
pub(crate) struct Service {
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    pub(crate) auto_approve: Option<String>,
    pub(crate) documents: &'static Documents,
    pub(crate) inner: Mutex<Inner>,
}

/// What a request may change.
#[derive(Debug)]
pub(crate) struct Inner {
    /// The sites. The first is the people's home; what belongs to no site is answered by it.
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) credentials: Credentials,
    pub(crate) rates: Rates,
    pub(crate) faults: Faults,
    pub(crate) seen: Vec<SeenRequest>,
}

/// An answer with what the log says of the request.
struct Handled {
    answer: Answer,
    operation: Option<String>,
    document: Option<(&'static str, String)>,
    caller: Option<String>,
}

impl Handled {
    fn plain(answer: Answer) -> Self {
        Self {
            answer,
            operation: None,
            document: None,
            caller: None,
        }
    }
}

impl Service {
    /// Runs a closure on the state; a panic elsewhere does not make the sandbox unusable.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The effect ordered for this request, if any.
    pub(crate) fn fault(&self, request: &Request) -> Option<Effect> {
        self.with(|inner| inner.faults.strike(&request.method, &request.path))
    }

    /// Writes a request to the log.
    pub(crate) fn record(&self, request: &Request, status: u16) {
        let seen = SeenRequest::of(request, status);
        self.with(|inner| inner.seen.push(seen));
    }

    /// Answers one request and writes it to the log.
    pub(crate) fn answer(&self, request: &Request) -> Answer {
        self.with(|inner| {
            for tenant in &mut inner.tenants {
                tenant.now = (self.clock)();
                task::settle(tenant);
            }
            let Handled {
                answer,
                operation,
                document,
                caller,
            } = self.dispatch(inner, request);
            let seen = SeenRequest {
                operation,
                document,
                caller,
                ..SeenRequest::of(request, answer.status)
            };
            inner.seen.push(seen);
            answer
        })
    }

    fn dispatch(&self, inner: &mut Inner, request: &Request) -> Handled {
        let (at, place) = place(&request.path, &inner.tenants);
        let Inner {
            tenants,
            credentials,
            rates,
            ..
        } = inner;
        if let Place::Identity(rest) = place {
            return match identity::answer(request, rest, tenants, credentials) {
                Ok((answer, caller)) => Handled {
                    caller: Some(caller.name().to_owned()),
                    ..Handled::plain(answer)
                },
                Err(refusal) => Handled::plain(refusal.answer("")),
            };
        }
        let names: Vec<&str> = tenants.iter().map(|tenant| tenant.site.as_str()).collect();
        let sites = names.join(" and ");
        let Some(tenant) = tenants.get_mut(at) else {
            return Handled::plain(Refusal::gateway(404, "Not Found").answer(""));
        };
        match place {
            Place::Auth(rest) => {
                Handled::plain(self.authorise(tenant, credentials, request, rest, &sites))
            }
            Place::TenantInfo => Handled::plain(Answer::ok(json!({ "cloudId": tenant.cloud_id }))),
            Place::Gone => {
                let refusal = Refusal::gateway(410, "This API has been removed from the gateway");
                Handled::plain(refusal.answer(""))
            }
            Place::Api(target) => {
                let here = Here {
                    tenant,
                    credentials,
                    rates,
                };
                self.api(here, request, &target)
            }
            Place::Identity(_) | Place::Nowhere => {
                Handled::plain(Refusal::gateway(404, "Not Found").answer(""))
            }
        }
    }

    fn authorise(
        &self,
        tenant: &mut Tenant,
        credentials: &mut Credentials,
        request: &Request,
        rest: &str,
        sites: &str,
    ) -> Answer {
        match (request.method.as_str(), rest) {
            ("GET", "authorize") => authorize::show(
                request,
                tenant,
                credentials,
                self.auto_approve.as_deref(),
                sites,
            ),
            ("POST", "authorize") => authorize::decide(request, tenant, credentials),
            ("POST", "oauth/token") => token::exchange(request, tenant, credentials),
            _ => Answer::json(404, json!({ "error": "not_found" })),
        }
    }

    fn api(&self, here: Here<'_>, request: &Request, target: &Target<'_>) -> Handled {
        let Here {
            tenant,
            credentials,
            rates,
        } = here;
        let caller = match caller::identify(request, target.proof, credentials, tenant.now) {
            Ok(caller) => caller,
            Err(refusal) => return Handled::plain(refusal.answer(target.api)),
        };
        let name = Some(caller.name().to_owned());
        let allowance = match rates.spend(caller.name(), tenant.now) {
            Ok(allowance) => allowance,
            Err(refusal) => {
                return Handled {
                    caller: name,
                    ..Handled::plain(refusal.answer(target.api))
                };
            }
        };
        let mut operation = None;
        let outcome = match self
            .documents
            .find(target.api, &request.method, target.path)
        {
            Match::Found(found, path) => {
                operation = Some(found.key());
                self.carry_out(tenant, request, target, found, path, &caller)
            }
            Match::OtherMethods(allowed) => Err(other_methods(target, request, &allowed)),
            Match::None => match routes::unlisted(target.api, &request.method, target.path) {
                Some(handler) => {
                    let carry = Carry::Hand(handler);
                    self.run(tenant, target, caller.name(), carry, Ask::default())
                }
                None => Err(Refusal::not_found("No such resource")),
            },
        };
        let answer = outcome.unwrap_or_else(|refusal| refusal.answer(target.api));
        Handled {
            answer: allowance.tell(answer),
            operation,
            document: Some((target.api, target.path.to_owned())),
            caller: name,
        }
    }

    fn carry_out(
        &self,
        tenant: &mut Tenant,
        request: &Request,
        target: &Target<'_>,
        operation: &Operation,
        path: Vec<(String, String)>,
        caller: &Caller,
    ) -> Result<Answer, Refusal> {
        permit(operation, target.proof, caller, request, tenant)?;
        let arguments = check::arguments(operation, path, &request.query)?;
        if arguments
            .get("orgId")
            .is_some_and(|org| *org != [tenant.org_id.clone()])
        {
            return Err(Refusal::not_found("The organization was not found"));
        }
        let body = check::body(operation, request)?;
        let Some(carry) = routes::carry(operation) else {
            return Err(Refusal::new(
                501,
                format!("the sandbox does not carry out {}", operation.key()),
            ));
        };
        self.run(
            tenant,
            target,
            caller.name(),
            carry,
            Ask { arguments, body },
        )
    }

    fn run(
        &self,
        tenant: &mut Tenant,
        target: &Target<'_>,
        account: &str,
        carry: Carry,
        ask: Ask,
    ) -> Outcome {
        let mut call = Call {
            tenant,
            arguments: ask.arguments,
            body: ask.body,
            account: account.to_owned(),
            base: format!("{}{}", self.origin, target.base),
            path: target.path.to_owned(),
        };
        match carry {
            Carry::Hand(handler) => handler(&mut call),
            Carry::Shelf(table, act) => run(table, act, &mut call),
        }
    }
}

/// What a request to a site's API may look at and change.
struct Here<'a> {
    tenant: &'a mut Tenant,
    credentials: &'a Credentials,
    rates: &'a mut Rates,
}

/// What a path means, and the site that it is of.
fn place<'a>(path: &'a str, tenants: &[Tenant]) -> (usize, Place<'a>) {
    let places = tenants.iter().map(|tenant| {
        let ids = Ids {
            site: &tenant.site,
            cloud_id: &tenant.cloud_id,
            workspace_id: &tenant.workspace_id,
        };
        address::locate(path, ids)
    });
    places
        .enumerate()
        .find(|(_, place)| *place != Place::Nowhere)
        .unwrap_or((0, Place::Nowhere))
}

/// What a request asks, checked against its operation.
#[derive(Debug, Default)]
struct Ask {
    arguments: Arguments,
    body: Value,
}

/// Methods that a path does not have; Confluence says of a removed one that it is gone.
fn other_methods(target: &Target<'_>, request: &Request, allowed: &[&str]) -> Refusal {
    let removed = target.api == "confluence-v1"
        && request.method == "GET"
        && target.path.starts_with("/wiki/rest/api/space/");
    if removed {
        return Refusal::new(410, "This deprecated endpoint has been removed");
    }
    Refusal::new(405, "Method Not Allowed").with("allow", allowed.join(", "))
}

/// Scopes, the experimental opt-in, and the rights of the account itself.
fn permit(
    operation: &Operation,
    proof: Proof,
    caller: &Caller,
    request: &Request,
    tenant: &Tenant,
) -> Result<(), Refusal> {
    let experimental = operation.api == "jira-service-management" && operation.experimental;
    // Seen on real sites: the gateway refuses these whatever the scopes.
    if !caller::scopes_cover(caller, operation) || (experimental && proof == Proof::Gateway) {
        return Err(Refusal::scope_mismatch());
    }
    if experimental && request.header("x-experimentalapi") != Some("opt-in") {
        return Err(Refusal::new(
            412,
            "This API is experimental: send X-ExperimentalApi: opt-in",
        ));
    }
    let account = match caller {
        Caller::Organisation => return Ok(()),
        Caller::Oauth { account, .. } | Caller::Token { account, .. } => account,
    };
    if tenant.user(account).is_none() {
        return Err(Refusal::gateway(
            403,
            "The account does not reach this site",
        ));
    }
    if administrative(operation) && !tenant.is_site_admin(account) {
        return Err(Refusal::forbidden(
            "The account does not have permission for this",
        ));
    }
    Ok(())
}

/// Operations for administrators only.
fn administrative(operation: &Operation) -> bool {
    match operation.api.as_str() {
        "automation" => true,
        "assets" | "confluence-v1" | "confluence-v2" | "jsm-forms" | "jira-service-management" => {
            operation.writes() && !operation.path.ends_with("/aql")
        }
        _ => operation.scopes.iter().any(|s| s.starts_with("manage:")),
    }
}

impl SeenRequest {
    fn of(request: &Request, status: u16) -> Self {
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            operation: None,
            document: None,
            headers: request
                .headers
                .iter()
                .filter(|(name, _)| ![header::AUTHORIZATION, header::COOKIE].contains(name))
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    (name.as_str().to_owned(), value.into_owned())
                })
                .collect(),
            caller: None,
            body: serde_json::from_slice(&request.body).unwrap_or(Value::Null),
            status,
        }
    }
}
