//! The seam sees every call and has the last word.

use std::sync::{Arc, Mutex};

use atlassian_admin::call::{Arguments, CallError, call, operations};
use atlassian_admin::{OperationId, Seam, SeamError, Session, http_client};
use futures::future::BoxFuture;
use serde_json::json;

/// Lets nothing through and notes what was tried.
#[derive(Default)]
struct Closed(Mutex<Vec<String>>);

impl Seam for Closed {
    fn exchange<'a>(
        &'a self,
        _http: &'a reqwest::Client,
        operation: &'a OperationId,
        request: reqwest::Request,
    ) -> BoxFuture<'a, Result<reqwest::Response, SeamError>> {
        self.0.lock().unwrap().push(format!(
            "{operation} {} {}",
            request.method(),
            request.url()
        ));
        Box::pin(async { Err(SeamError::Refused("closed".into())) })
    }
}

#[tokio::test]
async fn the_seam_knows_the_operation_and_its_refusal_comes_back_whole() {
    let closed = Arc::new(Closed::default());
    let http = http_client().build().unwrap();
    let session = Session::new(
        "http://127.0.0.1:9/",
        http,
        Arc::clone(&closed) as Arc<dyn Seam>,
    );
    let params = json!({ "projectIdOrKey": "A" })
        .as_object()
        .unwrap()
        .clone();
    let arguments = Arguments { params, body: None };
    let refused = call(&session, "jira-platform:getProject", &arguments).await;
    let Err(CallError::Seam(SeamError::Refused(reason))) = refused else {
        panic!("the seam refused");
    };
    assert_eq!(reason.to_string(), "closed");
    assert_eq!(
        *closed.0.lock().unwrap(),
        ["jira-platform:getProject GET http://127.0.0.1:9/rest/api/3/project/A"]
    );
}

#[tokio::test]
async fn no_site_is_a_transport_error() {
    // Bound and dropped: nothing listens on the port.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let seam = atlassian_admin::Bearer::new("token").unwrap();
    let http = http_client().build().unwrap();
    let session = Session::new(format!("http://{port}"), http, Arc::new(seam));
    let failed = call(
        &session,
        "jira-platform:getFieldsPaginated",
        &Arguments::default(),
    )
    .await;
    assert!(matches!(failed, Err(CallError::Transport(_))), "{failed:?}");
}

#[test]
fn the_operations_are_sorted_and_callable() {
    let all = operations();
    assert!(all.is_sorted());
    assert!(all.contains(&"jira-platform:getProject"));
}
