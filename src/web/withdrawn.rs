//! The end of a sign-in whose consent was taken back on the way.

use askama::Template;
use url::Url;

/// The page.
#[derive(Debug, Template)]
#[template(path = "withdrawn.html")]
pub struct WithdrawnPage {
    url: String,
    host: String,
}

impl WithdrawnPage {
    /// Leads back to the application, at an address that tells it the refusal.
    pub fn back_to(url: &Url) -> Self {
        Self {
            url: url.as_str().to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
        }
    }
}
