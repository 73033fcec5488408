//! Floor 2: the record of who did what, and what may not stand in it.

pub mod redact;
