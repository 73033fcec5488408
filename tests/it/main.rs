//! The one integration binary: the real router, the real store, the sandbox, real clients.

#[cfg(test)]
mod aliases;
#[cfg(test)]
mod api_tokens;
#[cfg(test)]
mod approve;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod chaos;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod connect;
#[cfg(test)]
mod dispatch;
#[cfg(test)]
mod door;
#[cfg(test)]
mod dump;
#[cfg(test)]
mod either;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod impact;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod lost;
#[cfg(test)]
mod model;
#[cfg(test)]
mod organisation;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod progress;
#[cfg(test)]
mod published;
#[cfg(test)]
mod race;
#[cfg(test)]
mod reconcile;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod renewal;
#[cfg(test)]
mod replicas;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod search;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod security;
#[cfg(test)]
mod sets;
#[cfg(test)]
mod sites;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod spawned;
#[cfg(test)]
mod step_up;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod stop;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod traps;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod unseen;
#[cfg(test)]
mod whole;
#[cfg(test)]
mod wire;
