//! The shelf: resources told as data. A table says which documents an API keeps, what reads and
//! writes there are, and what refuses them; the engine here carries them out on the tenant.

mod delete;
mod find;
mod link;
mod list;
mod order;
mod place;
mod rules;
pub(crate) mod run;
pub(crate) mod show;
pub(crate) mod table;
mod write;

#[cfg(test)]
mod tests;
