//! What the tools send, held against the documents as Atlassian publishes them: not the pinned copies
//! that the tools and the sandbox are made from, and with a validator that is not ours.

mod document;
mod excused;
mod judge;
mod trial;
