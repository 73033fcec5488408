//! The generated table.

use super::model::{
    Before, Bind, Body, BodyPlan, Call, CallBody, Count, Credential, Each, Effect, Evidence, Group,
    Hop, Impact, Joined, Keyed, Operation, Paging, Param, Place, Projection, Projects, Read, Retry,
    Revert, Source, Step, StepCall, StepUndo, Takes, Target, TaskStyle, Tool, Traces, Turned,
    Unavailable, When,
};

include!(concat!(env!("OUT_DIR"), "/catalog.rs"));
