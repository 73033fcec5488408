//! The cursor that callers see: where a page starts, sealed against use with another call.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::base::fault::{Code, Fault};
use crate::projection::state;
use crate::upstream::message::Request;

/// Characters of the call's digest that a cursor carries.
const DIGEST: usize = 12;

/// Longest cursor that is read, in bytes.
const LONGEST: usize = 4096;

/// Where an item stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Position {
    /// So many items from the start of the list.
    #[serde(rename = "o")]
    Offset(u64),
    /// So many items into the page that the product calls by this cursor; its first page without.
    #[serde(rename = "c")]
    Within(Option<String>, usize),
}

impl Position {
    /// The position so many items on, within one page of the product.
    pub(super) fn plus(&self, items: usize) -> Self {
        match self {
            Self::Offset(offset) => {
                Self::Offset(offset.saturating_add(u64::try_from(items).unwrap_or(u64::MAX)))
            }
            Self::Within(cursor, skip) => Self::Within(cursor.clone(), skip + items),
        }
    }

    /// How many items of the product's page come before.
    pub(super) const fn skip(&self) -> usize {
        match self {
            Self::Offset(_) => 0,
            Self::Within(_, skip) => *skip,
        }
    }

    /// Whether the product's first page is the one that is read.
    pub(super) const fn is_first(&self) -> bool {
        matches!(self, Self::Offset(0) | Self::Within(None, _))
    }
}

/// A position, with what it holds for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Where.
    #[serde(rename = "p")]
    pub(super) position: Position,
    /// The page size that was asked of the product: positions within a page hold for it alone.
    #[serde(rename = "s")]
    pub(super) size: u32,
    /// Digest of the call.
    #[serde(rename = "d")]
    call: String,
}

impl Cursor {
    /// A position in the list of a call.
    pub(super) const fn new(position: Position, size: u32, call: String) -> Self {
        Self {
            position,
            size,
            call,
        }
    }

    /// Another position in the same list.
    pub(super) fn at(&self, position: Position) -> Self {
        Self {
            position,
            ..self.clone()
        }
    }

    /// As text for the caller.
    pub(super) fn encode(&self) -> String {
        // Of text and numbers, which always serialise.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a caller's text, which must belong to the same call.
    pub(super) fn decode(&self, text: &str) -> Result<Self, Fault> {
        let read = (text.len() <= LONGEST)
            .then(|| URL_SAFE_NO_PAD.decode(text).ok())
            .flatten()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        match read {
            Some(cursor) if cursor.call == self.call => Ok(cursor),
            Some(_) => Err(refused("page belongs to a call with other arguments")),
            None => Err(refused("page is not a cursor of this server")),
        }
    }
}

fn refused(message: &str) -> Fault {
    Fault::new(Code::ValidationError, message)
        .with_details(json!({ "path": "/page" }))
        .with_mend("Leave page out for the first page, or repeat the arguments of the page before.")
}

/// A short digest of the operation and its arguments.
pub(super) fn call_digest(request: &Request) -> String {
    let call = json!([request.operation.key, request.params, request.body]);
    let mut digest = state::digest(&call);
    digest.truncate(DIGEST);
    digest
}
