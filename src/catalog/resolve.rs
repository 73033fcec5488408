//! From the name in a call to the tool, or to words that help whoever misses it.

use std::collections::BTreeSet;

use serde_json::json;

use super::lookup;
use super::model::{Tool, Unavailable};
use crate::base::fault::{Code, Fault};

/// How many similar names are told.
const SIMILAR: usize = 5;

/// The tool of this name or alias.
///
/// # Errors
/// `UNAVAILABLE` for a name that Atlassian has no operation for, `NOT_FOUND` with similar names for
/// one that is not known.
pub fn resolve(name: &str) -> Result<&'static Tool, Fault> {
    if let Some(tool) = lookup::tool(name) {
        return Ok(tool);
    }
    Err(lookup::gone(name).map_or_else(|| unknown(name), unavailable))
}

fn unavailable(entry: &Unavailable) -> Fault {
    Fault::new(Code::Unavailable, entry.why)
        .with_details(json!({"instead": entry.instead, "tool": entry.tool}))
        .with_mend(entry.instead)
}

fn unknown(name: &str) -> Fault {
    let wanted = words(name);
    let mut similar: Vec<(usize, &str)> = lookup::tools()
        .iter()
        .map(|tool| {
            let common = |name: &str| words(name).intersection(&wanted).count();
            let best = tool.aliases.iter().map(|alias| common(alias)).max();
            (common(tool.name).max(best.unwrap_or(0)), tool.name)
        })
        .filter(|(common, _)| *common > 0)
        .collect();
    similar.sort_by_key(|(common, _)| std::cmp::Reverse(*common));
    let similar: Vec<&str> = similar
        .into_iter()
        .take(SIMILAR)
        .map(|(_, name)| name)
        .collect();
    Fault::new(Code::NotFound, "there is no tool of that name")
        .with_details(json!({ "similar": similar }))
        .with_mend("find_operations searches everything this server can do.")
}

/// The words of a name, `snake_case`, `dotted` or `camelCase`, in lower case and without plural s.
fn words(name: &str) -> BTreeSet<String> {
    let mut spaced = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if c.is_uppercase() {
            spaced.push(' ');
        }
        spaced.extend(c.to_lowercase());
    }
    spaced
        .split(|c: char| !c.is_alphanumeric())
        .map(|word| word.trim_end_matches('s'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_resolve() {
        let tool = resolve("projects.getJiraProject").unwrap();
        assert_eq!(tool.name, "project_get");
    }

    #[test]
    fn what_atlassian_does_not_offer_is_said_with_the_way_out() {
        let fault = resolve("jsm.createSla").unwrap_err();
        assert_eq!(fault.code, Code::Unavailable);
        assert!(fault.mend.unwrap().contains("SLAs"));
    }

    #[test]
    fn a_slip_is_met_with_similar_names() {
        let fault = resolve("get_projects").unwrap_err();
        assert_eq!(fault.code, Code::NotFound);
        assert_eq!(fault.details.unwrap()["similar"][0], "project_get");
    }
}
