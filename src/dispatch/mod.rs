//! Floor 4: one tool call, from its name to its answer.

pub mod answer;
