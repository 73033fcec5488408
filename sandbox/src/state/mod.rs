//! The tenant: collections of JSON documents, ids and long-running work.

pub(crate) mod collection;
pub(crate) mod entropy;
pub(crate) mod kind;
pub(crate) mod seed;
pub(crate) mod snapshot;
pub(crate) mod task;
pub(crate) mod tenant;
pub(crate) mod time;
