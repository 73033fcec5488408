//! The glue, made by the build script: one function an operation that decodes, calls and answers.

include!(concat!(env!("OUT_DIR"), "/glue.rs"));
