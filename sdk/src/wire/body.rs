//! Request bodies: JSON that may be left out, and bytes.

use bytes::Bytes;
use reqwest::RequestBuilder;
use reqwest::header::CONTENT_TYPE;

use crate::json::Json;

/// Bytes with their media type, for the few operations that take a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawBody {
    content_type: String,
    bytes: Bytes,
}

impl RawBody {
    /// The bytes as the whole body, such as an image of an avatar.
    pub fn new(content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self {
            content_type: content_type.into(),
            bytes: bytes.into(),
        }
    }

    /// The bytes as the file of a form (`multipart/form-data`) with the one field `field`.
    pub fn file(field: &str, file_name: &str, content_type: &str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let boundary = boundary_of(&bytes);
        let quoted = |text: &str| text.replace('"', "%22").replace(['\r', '\n'], " ");
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            quoted(field),
            quoted(file_name),
            quoted(content_type),
        );
        let body = [
            head.as_bytes(),
            &bytes,
            format!("\r\n--{boundary}--\r\n").as_bytes(),
        ]
        .concat();
        Self::new(format!("multipart/form-data; boundary={boundary}"), body)
    }
}

/// A boundary that does not occur in the bytes.
fn boundary_of(bytes: &[u8]) -> String {
    let occurs = |boundary: &str| {
        bytes
            .windows(boundary.len())
            .any(|part| part == boundary.as_bytes())
    };
    let mut boundary = "atlassian-admin-part".to_owned();
    while occurs(&boundary) {
        boundary.push('-');
    }
    boundary
}

/// Ways to set a body that generated methods use.
pub(crate) trait RequestBody: Sized {
    /// Sets the JSON under its documented media type, or nothing.
    fn json_body<T>(self, media: &'static str, body: Option<&Json<T>>) -> Self;
    /// Sets the bytes. The header says that no browser was led to send them.
    #[allow(
        dead_code,
        reason = "whether any operation takes a file is the manifest's choice"
    )]
    fn raw_body(self, body: RawBody) -> Self;
}

impl RequestBody for RequestBuilder {
    fn json_body<T>(self, media: &'static str, body: Option<&Json<T>>) -> Self {
        match body {
            // reqwest keeps a content type that is there already.
            Some(body) => self.header(CONTENT_TYPE, media).json(body.value()),
            None => self,
        }
    }

    fn raw_body(self, body: RawBody) -> Self {
        self.header(CONTENT_TYPE, body.content_type)
            .header("X-Atlassian-Token", "no-check")
            .body(body.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_never_occurs_in_the_file() {
        let body = RawBody::file("file", "a\"b", "text/plain", "x atlassian-admin-part- y");
        assert_eq!(
            body.content_type,
            "multipart/form-data; boundary=atlassian-admin-part--"
        );
        let text = String::from_utf8(body.bytes.to_vec()).unwrap();
        assert!(text.contains("filename=\"a%22b\""));
        assert!(text.ends_with("\r\n--atlassian-admin-part----\r\n"));
    }
}
