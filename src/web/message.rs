//! A page that says what went wrong and what to do.

use askama::Template;

/// The page.
#[derive(Debug, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// What happened, in a few words.
    pub title: &'static str,
    /// A sentence more.
    pub words: String,
    /// What the person can do.
    pub mend: Option<&'static str>,
}
