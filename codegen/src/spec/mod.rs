//! The pinned Atlassian documents: how they are made, loaded, corrected, compared and cut down.

mod by_hand;
#[cfg(test)]
mod committed;
mod diff;
mod document;
mod exclude;
mod fix;
mod ids;
mod ledger;
mod load;
mod marks;
mod omit;
mod pin;
mod pins;
mod print;
mod select;
mod strip;
mod supplement;
mod uses;

pub use by_hand::ByHand;
pub use diff::{Change, Diff, Effect, Name, Place, Report, compare};
pub use document::{Document, METHODS, Operation, Operations};
pub use exclude::Exclusion;
pub use fix::Fixup;
pub use load::{Specs, supplement_name};
pub(crate) use omit::problem as fault_of_ledger;
pub use omit::{FILE as LEDGER, Omitted};
pub use pin::{Pinned, Published, Source, pin};
pub use pins::{Pin, Pins, digest};
pub use print::canonical;
pub use select::select;
pub use uses::{Use, uses};
