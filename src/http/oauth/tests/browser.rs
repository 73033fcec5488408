//! A browser tab that keeps cookies and fills in forms.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt as _;
use url::Url;

/// An answer, read whole.
#[derive(Debug)]
pub(in crate::http) struct Seen {
    pub(in crate::http) status: StatusCode,
    pub(in crate::http) headers: HeaderMap,
    pub(in crate::http) text: String,
}

impl Seen {
    pub(in crate::http) fn location(&self) -> Url {
        let text = self
            .headers
            .get(LOCATION)
            .unwrap_or_else(|| panic!("no redirect: {self:?}"));
        Url::parse(text.to_str().unwrap()).unwrap()
    }

    /// Where a page forwards to.
    pub(in crate::http) fn forwards_to(&self) -> Url {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        let (_, rest) = self.text.split_once("content=\"0;url=").unwrap();
        let (url, _) = rest.split_once('"').unwrap();
        Url::parse(&url.replace("&amp;", "&").replace("&#38;", "&")).unwrap()
    }

    /// The value of a hidden input.
    pub(in crate::http) fn hidden(&self, name: &str) -> String {
        let (_, rest) = self
            .text
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap_or_else(|| panic!("no {name}: {self:?}"));
        rest.split_once('"').unwrap().0.to_owned()
    }

    pub(in crate::http) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// A parameter of a URL.
pub(in crate::http) fn param(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(found, _)| found == name)
        .map(|(_, value)| value.into_owned())
}

/// A tab.
pub(in crate::http) struct Tab {
    router: Router,
    cookies: BTreeMap<String, String>,
}

impl Tab {
    pub(in crate::http) fn of(router: &Router) -> Self {
        Self {
            router: router.clone(),
            cookies: BTreeMap::new(),
        }
    }

    pub(in crate::http) async fn get(&mut self, url: &str) -> Seen {
        let path = Url::parse(url).map_or_else(
            |_| url.to_owned(),
            |url| url[url::Position::BeforePath..].to_owned(),
        );
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(in crate::http) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let form: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form))
            .unwrap();
        self.send(request).await
    }

    pub(in crate::http) async fn send(&mut self, mut request: Request<Body>) -> Seen {
        if !self.cookies.is_empty() {
            let line: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request
                .headers_mut()
                .insert(COOKIE, line.join("; ").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        for line in response.headers().get_all(SET_COOKIE) {
            let (pair, attributes) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        Seen {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}
