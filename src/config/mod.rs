//! The settings: parsed once, checked as a whole, every problem told at once.

mod checks;
mod edge;
mod env;
mod model;
mod parse;
mod sections;
mod show;
#[cfg(test)]
mod tests;

pub use env::{EnvFileError, Environment};
pub use model::{
    AlertSettings, AuditSettings, AuditTarget, ConsentMode, Fence, JournalSettings, LimitSettings,
    OauthSettings, OrgSettings, PolicySettings, SealSettings, ServerSettings, Settings,
    StoreSettings, Surface,
};
pub use parse::{ConfigProblem, ConfigProblems, Known, KnownGroup};
pub use show::{NAMES, Variable};
