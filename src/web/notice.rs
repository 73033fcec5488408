//! What a form came to, told at the top of the page that answers it.

/// The notice.
#[derive(Debug)]
pub struct Notice {
    /// Whether it failed.
    pub bad: bool,
    /// A sentence.
    pub words: String,
}

impl Notice {
    /// A form that did what it was for.
    pub fn done(words: impl Into<String>) -> Self {
        Self {
            bad: false,
            words: words.into(),
        }
    }

    /// A form that changed nothing.
    pub fn failed(words: impl Into<String>) -> Self {
        Self {
            bad: true,
            words: words.into(),
        }
    }
}
