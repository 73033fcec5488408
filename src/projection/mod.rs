//! What a tool's entry in the catalogue says of JSON, carried out: pure functions of their input.

pub mod body;
pub mod changes;
pub mod difference;
pub mod keyed;
pub mod lists;
pub mod merge;
pub mod pointer;
pub mod prediction;
pub mod shape;
pub mod sources;
pub mod state;
pub mod words;
