//! Floor 0: small types that every other module may use and that use none of them.

pub mod clock;
pub mod deadline;
pub mod fault;
pub mod hex;
pub mod ids;
pub mod known;
pub mod net;
pub mod pause;
pub mod random;
pub mod secret;
pub mod tenant;
