//! Who calls: the person, the client they use, and what they let it do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, ClientId};

/// One scope of our own tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// `read`: calls that change nothing.
    Read,
    /// `write`: calls that change the site.
    Write,
    /// `admin:org`: calls with the organisation's key.
    AdminOrg,
}

impl Scope {
    /// All scopes, in the order in which they are written.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::AdminOrg];

    /// The scope as it stands in requests and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::AdminOrg => "admin:org",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::AdminOrg => 4,
        }
    }
}

/// A set of scopes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Scopes(u8);

/// A scope that this server does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown scope {0:?}")]
pub struct UnknownScope(pub String);

impl Scopes {
    /// No scope.
    pub const NONE: Self = Self(0);
    /// What a client gets that asks for none: `read write`.
    pub const DEFAULT: Self = Self(Scope::Read.bit() | Scope::Write.bit());
    /// Every scope.
    pub const ALL: Self = Self(Scope::Read.bit() | Scope::Write.bit() | Scope::AdminOrg.bit());

    /// Reads a space-separated list (RFC 6749, section 3.3).
    ///
    /// # Errors
    /// [`UnknownScope`] for the first name that is not one of ours.
    pub fn parse(text: &str) -> Result<Self, UnknownScope> {
        text.split(' ')
            .filter(|name| !name.is_empty())
            .map(|name| {
                Scope::ALL
                    .into_iter()
                    .find(|scope| scope.as_str() == name)
                    .ok_or_else(|| UnknownScope(name.to_owned()))
            })
            .try_fold(Self::NONE, |set, scope| Ok(set.with(scope?)))
    }

    /// The set with one scope more.
    #[must_use]
    pub const fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }

    /// Whether the scope is in the set.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether every scope of `other` is in the set.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The scopes that are in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The scopes that are in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes of the set, in their order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

/// A set of one.
impl From<Scope> for Scopes {
    fn from(scope: Scope) -> Self {
        Self::NONE.with(scope)
    }
}

/// The space-separated list.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scopes({self})")
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl TryFrom<String> for Scopes {
    type Error = UnknownScope;

    fn try_from(text: String) -> Result<Self, UnknownScope> {
        Self::parse(&text)
    }
}

/// The caller of one request, as its bearer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person's Atlassian account.
    pub account: AccountId,
    /// The client they signed in with.
    pub client: ClientId,
    /// What they let the client do.
    pub scopes: Scopes,
    /// The token family that the bearer belongs to.
    pub family: String,
    /// The person's display name, when Atlassian gave one.
    pub name: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_and_read_alike() {
        for text in [
            "",
            "read",
            "read write",
            "write admin:org",
            "read write admin:org",
        ] {
            assert_eq!(Scopes::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Scopes::parse("write  read read").unwrap(), Scopes::DEFAULT);
        assert_eq!(
            Scopes::parse("read sudo"),
            Err(UnknownScope("sudo".to_owned()))
        );
    }

    #[test]
    fn covering_needs_every_scope() {
        let read = Scopes::from(Scope::Read);
        assert!(Scopes::DEFAULT.covers(read));
        assert!(!read.covers(Scopes::DEFAULT));
        assert!(!Scopes::DEFAULT.has(Scope::AdminOrg));
        assert_eq!(Scopes::ALL.and(read), read);
    }
}
