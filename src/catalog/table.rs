//! The generated table.

use super::model::{
    Before, Bind, Body, BodyPlan, Call, CallBody, Credential, Effect, Evidence, Group, Operation,
    Paging, Param, Place, Projection, Read, Retry, Revert, Source, Step, StepCall, StepUndo,
    Target, TaskStyle, Tool, Unavailable, When,
};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
