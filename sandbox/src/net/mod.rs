//! The loopback listener.

pub(crate) mod listener;
