//! Faults at every boundary of a write: the line to Atlassian, the store, and the process itself.
//! After each, journal and tenant agree, or the journal says `unknown` until it has looked.

mod binary;
mod child;
mod disk;
mod excused;
mod hang;
mod judge;
mod kill;
mod line;
mod proxy;
mod scenarios;
mod steps;
mod table;
mod trial;
mod world;

pub(crate) use disk::{Disk, Trouble};
