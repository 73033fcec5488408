//! Which of the callable tools are listed: all, or the core and the means to find the rest.

use super::model::Tool;
use crate::config::Surface;

/// With more callable tools than this, only the core is listed (CLIENTS.md, "Lists and names").
const LISTED_WHOLE: usize = 40;

/// The tools that are listed of those that are callable, in the same order. Without a choice the
/// number of tools decides.
pub fn listed(choice: Option<Surface>, mut callable: Vec<&'static Tool>) -> Vec<&'static Tool> {
    let surface = choice.unwrap_or(if callable.len() > LISTED_WHOLE {
        Surface::Catalog
    } else {
        Surface::Full
    });
    if surface == Surface::Catalog {
        callable.retain(|tool| tool.core);
    }
    callable
}
