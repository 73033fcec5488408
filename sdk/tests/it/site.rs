//! A site that gives prepared answers and keeps what it was asked.

use std::sync::{Arc, Mutex};

use atlassian_admin::call::{Answer, Arguments, CallError, call};
use atlassian_admin::{Basic, Session, http_client};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    /// Method and target.
    pub(crate) line: String,
    /// The headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A site on a port of its own.
pub(crate) struct Site {
    /// Its address.
    pub(crate) base: String,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Site {
    /// A site that answers every request with these bytes, which are a whole HTTP response.
    pub(crate) async fn answering(response: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, response) = (Arc::clone(&asked), response.into());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                // The client may have hung up on an answer that is too large.
                let _ = stream.write_all(&response).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { base, asked }
    }

    /// A site that answers with this status line, these header lines and this body.
    pub(crate) async fn with(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::answering(format!(
            "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ))
        .await
    }

    /// A session on the site with an API token.
    pub(crate) fn session(&self) -> Session {
        let seam = Basic::new("me@example.com", "token").unwrap();
        Session::new(&self.base, http_client().build().unwrap(), Arc::new(seam))
    }

    /// Calls an operation with these parameters, an object, and this body.
    pub(crate) async fn call(
        &self,
        operation: &str,
        params: Value,
        body: Option<Value>,
    ) -> Result<Answer, CallError> {
        let Value::Object(params) = params else {
            panic!("parameters are an object")
        };
        call(&self.session(), operation, &Arguments { params, body }).await
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> Request {
    let mut bytes = Vec::new();
    let mut request = Request::default();
    let mut buffer = [0; 4096];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut buffer).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => return request,
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let line = lines.next().unwrap_or_default();
    request.line = line.strip_suffix(" HTTP/1.1").unwrap_or(line).to_owned();
    request.headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = request
        .header("content-length")
        .map_or(0, |text| text.parse().unwrap());
    request.body = bytes[head + 4..].to_vec();
    while request.body.len() < length {
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "the body broke off");
        request.body.extend_from_slice(&buffer[..count]);
    }
    request
}
