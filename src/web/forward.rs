//! A page that sends the browser on. After a form it stands in for a redirect, which browsers would
//! hold against the form's `form-action`.

use askama::Template;
use url::Url;

/// The page.
#[derive(Debug, Template)]
#[template(path = "forward.html")]
pub struct ForwardPage {
    title: &'static str,
    url: String,
    host: String,
}

impl ForwardPage {
    /// Sends the browser to `url`.
    pub fn to(url: &Url, title: &'static str) -> Self {
        Self {
            title,
            url: url.as_str().to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
        }
    }
}
