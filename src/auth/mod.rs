//! Floor 2: the authorisation server. It knows no wire format and no page.

mod principal;

pub use principal::{Principal, Scope, Scopes, UnknownScope};
