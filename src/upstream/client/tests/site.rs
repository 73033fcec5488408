//! The site: it notes every request and answers from a script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use futures::stream;
use serde_json::{Map, Value, json};

use crate::base::clock::{HeldClock, Timestamp};
use crate::base::deadline::Deadline;
use crate::base::fault::Fault;
use crate::base::ids::{AccountId, CloudId};
use crate::base::net;
use crate::base::random::CountingRandom;
use crate::base::secret::Secret;
use crate::base::tenant::Tenant;
use crate::catalog;
use crate::config::LimitSettings;
use crate::grants::Access;
use crate::limits::Limits;
use crate::store::fixture::vault;
use crate::upstream::{Bases, Manners, Parts, Renew, Request, Upstream};

/// One scripted answer.
pub(super) enum Says {
    /// Status and JSON body.
    Json(u16, Value),
    /// Status and one header.
    Header(u16, &'static str, &'static str),
    /// A page under a 200.
    Page,
    /// The connection breaks before the body is whole.
    Breaks,
    /// Nothing, for ever.
    Silence,
}

/// One request as the site saw it.
#[derive(Debug, Clone)]
pub(super) struct Saw {
    pub(super) line: String,
    pub(super) authorization: String,
    pub(super) accept: String,
    pub(super) experimental: String,
    pub(super) body: Value,
}

#[derive(Clone, Default)]
struct Script {
    says: Arc<Mutex<VecDeque<Says>>>,
    saw: Arc<Mutex<Vec<Saw>>>,
}

/// The site and a way to it.
pub(super) struct Site {
    script: Script,
    pub(super) upstream: Upstream,
    pub(super) limits: Limits,
    _dir: tempfile::TempDir,
}

impl Site {
    /// A site that gives these answers, then 200 with an empty object.
    pub(super) async fn saying(says: impl IntoIterator<Item = Says>) -> Self {
        Self::renewing(says, None).await
    }

    /// The same, where a refused token is renewed with this access.
    pub(super) async fn renewing(
        says: impl IntoIterator<Item = Says>,
        renewed: Option<Access>,
    ) -> Self {
        let script = Script::default();
        script.says.lock().unwrap().extend(says);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self::over(&base, script, renewed)
    }

    /// A site at which nobody listens.
    pub(super) async fn nobody() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        Self::over(&base, Script::default(), None)
    }

    fn over(base: &str, script: Script, renewed: Option<Access>) -> Self {
        let clock = Arc::new(HeldClock::at(Timestamp(1_795_415_820_000)));
        let (vault, dir) = vault(clock.clone());
        let settings = LimitSettings {
            per_user_per_min: 10,
            near_limit_extra: 4,
        };
        let limits = Limits::new(vault.clone(), clock.clone(), settings);
        let upstream = Upstream::new(Parts {
            bases: Bases {
                api: base.to_owned(),
                site_template: format!("{base}/site/{{site}}"),
            },
            http: net::client(Duration::from_secs(5)).unwrap(),
            renew: Arc::new(Renewal(renewed)),
            limits: limits.clone(),
            vault,
            clock,
            random: Arc::new(CountingRandom::default()),
            manners: Manners {
                first_wait: Duration::from_millis(1),
                longest_wait: Duration::from_millis(2),
                ..Manners::default()
            },
        });
        Self {
            script,
            upstream,
            limits,
            _dir: dir,
        }
    }

    /// Every request so far.
    pub(super) fn saw(&self) -> Vec<Saw> {
        self.script.saw.lock().unwrap().clone()
    }
}

struct Renewal(Option<Access>);

#[async_trait]
impl Renew for Renewal {
    async fn renew(&self, _refused: &Access) -> Result<Option<Access>, Fault> {
        Ok(self.0.clone())
    }
}

async fn answer(State(script): State<Script>, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let header = |name: &str| {
        let value = parts.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap()).to_owned()
    };
    script.saw.lock().unwrap().push(Saw {
        line: format!("{} {}", parts.method, parts.uri),
        authorization: header("authorization"),
        accept: header("accept"),
        experimental: header("x-experimentalapi"),
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    });
    let says = script.says.lock().unwrap().pop_front();
    let json = |status: u16, body: Value| {
        Response::builder()
            .status(status)
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    match says.unwrap_or(Says::Json(200, json!({}))) {
        Says::Json(status, body) => json(status, body),
        Says::Header(status, name, value) => {
            let mut response = json(status, json!({}));
            response
                .headers_mut()
                .insert(name, http::HeaderValue::from_static(value));
            response
        }
        Says::Page => Response::builder()
            .header("content-type", "text/html")
            .body(Body::from("<html>sign in</html>"))
            .unwrap(),
        Says::Breaks => {
            let chunks = [Ok("{\"id\""), Err(std::io::Error::other("broken"))];
            Response::new(Body::from_stream(stream::iter(chunks)))
        }
        Says::Silence => std::future::pending().await,
    }
}

pub(super) fn tenant(cloud: &str) -> Tenant {
    Tenant::verified(CloudId::new(cloud), "acme.atlassian.net", None).unwrap()
}

/// An access token of Ann's on the site `c-1`.
pub(super) fn bearer(token: &str) -> Access {
    Access::bearer(AccountId::new("ann"), tenant("c-1"), Secret::from(token))
}

/// An API token of Ann's on the site `c-1`.
pub(super) fn basic() -> Access {
    let token = Secret::from("t");
    Access::basic(
        AccountId::new("ann"),
        tenant("c-1"),
        "a@b.c".to_owned(),
        token,
    )
}

/// A request of an operation of the catalogue.
pub(super) fn request(operation: &str, params: Value) -> Request {
    let params: Map<String, Value> = serde_json::from_value(params).unwrap();
    Request::new(catalog::operation(operation).unwrap(), params)
}

pub(super) fn soon() -> Deadline {
    Deadline::within(Duration::from_secs(10))
}
