//! The generated table.
#![expect(
    clippy::unreadable_literal,
    clippy::needless_raw_string_hashes,
    clippy::large_stack_arrays,
    reason = "printed by codegen from the manifest"
)]

use super::model::{
    Before, Bind, Body, BodyPlan, Call, CallBody, Credential, Effect, Evidence, Group, Operation,
    Paging, Param, Place, Projection, Read, Retry, Revert, Source, Target, Task, Tool, Unavailable,
};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
