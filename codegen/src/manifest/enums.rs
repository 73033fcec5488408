//! The words of the manifest that become variants of the catalogue.

/// What a call reaches Atlassian with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// 3LO access token.
    Oauth,
    /// The caller's API token.
    ApiToken,
    /// The organisation's key.
    OrgAdmin,
    /// None.
    Local,
}

impl Credential {
    /// The words.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("oauth", Self::Oauth),
        ("api_token", Self::ApiToken),
        ("org_admin", Self::OrgAdmin),
        ("local", Self::Local),
    ];
}

/// What a tool does to the tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Effect {
    /// Changes nothing.
    #[default]
    Read,
    /// Makes something new.
    Create,
    /// Changes what the body names.
    Update,
    /// Resets what the body omits.
    Replace,
    /// Removes.
    Delete,
    /// Changes state in another way.
    Action,
}

impl Effect {
    /// The words.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("read", Self::Read),
        ("create", Self::Create),
        ("update", Self::Update),
        ("replace", Self::Replace),
        ("delete", Self::Delete),
        ("action", Self::Action),
    ];
}

/// How a failed attempt may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// On anything transient.
    Safe,
    /// When both attempts end alike.
    Idempotent,
    /// Never but after a 429.
    Once,
}

impl Retry {
    /// The words.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("safe", Self::Safe),
        ("idempotent", Self::Idempotent),
        ("once", Self::Once),
    ];
}

/// How well the behaviour is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Called against a real site.
    Live,
    /// In the published document.
    Spec,
    /// In documentation.
    Documented,
}

impl Evidence {
    /// The words.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("live", Self::Live),
        ("spec", Self::Spec),
        ("documented", Self::Documented),
    ];
}

/// Where a parameter stands in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One path segment.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
}
