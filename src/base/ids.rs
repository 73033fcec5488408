//! Identifiers that must not be mistaken for one another.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::hex::hex;
use super::random::{Random, RandomError};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// An Atlassian account id.
    AccountId
);
id!(
    /// A site's cloud id (a UUID).
    CloudId
);
id!(
    /// A client of our authorisation server.
    ClientId
);
id!(
    /// One call; also the id of its journal entry.
    OperationId
);
id!(
    /// A stored plan.
    PlanId
);
id!(
    /// Long-running work that a caller may ask about.
    JobId
);
id!(
    /// Changes that belong together.
    ChangeSetId
);

impl OperationId {
    /// A new id.
    pub fn random(random: &dyn Random) -> Result<Self, RandomError> {
        uuid(random).map(Self)
    }
}

impl PlanId {
    /// An id that came from outside, when it has the shape of one: `plan_` and a UUID.
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = text.strip_prefix("plan_")?;
        let fits = |(at, c): (usize, char)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit() && !c.is_ascii_uppercase(),
        };
        (uuid.len() == 36 && uuid.chars().enumerate().all(fits)).then(|| Self(text.to_owned()))
    }

    /// A new id.
    pub fn random(random: &dyn Random) -> Result<Self, RandomError> {
        uuid(random).map(|id| Self(format!("plan_{id}")))
    }
}

impl JobId {
    /// A new id.
    pub fn random(random: &dyn Random) -> Result<Self, RandomError> {
        uuid(random).map(|id| Self(format!("job_{id}")))
    }
}

impl ChangeSetId {
    /// A new id.
    pub fn random(random: &dyn Random) -> Result<Self, RandomError> {
        uuid(random).map(|id| Self(format!("set_{id}")))
    }
}

/// A version 4 UUID (RFC 9562, section 5.4).
pub fn uuid(random: &dyn Random) -> Result<String, RandomError> {
    let mut bytes = [0_u8; 16];
    random.fill(&mut bytes)?;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex(&bytes);
    Ok(format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_id_from_outside_has_the_shape_of_one() {
        let id = PlanId::random(&crate::base::random::CountingRandom::default()).unwrap();
        assert_eq!(PlanId::parse(id.as_str()), Some(id));
        for wrong in [
            "",
            "plan_",
            "../plan_00000000-0000-4000-8000-000000000000",
            "plan_00000000-0000-4000-8000-00000000000G",
            "plan_00000000-0000-4000-8000-0000000000000",
            "plan_00000000/0000-4000-8000-000000000000",
        ] {
            assert_eq!(PlanId::parse(wrong), None, "{wrong}");
        }
    }
}
