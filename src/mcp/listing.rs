//! The catalogue as the protocol lists it, made once.

use std::collections::HashMap;
use std::sync::Arc;

use rmcp::model::{JsonObject, Tool as Listed, ToolAnnotations};

use crate::catalog::model::{Effect, Tool};
use crate::catalog::site;

/// Every tool of the catalogue as a client sees it.
#[derive(Debug)]
pub struct Listing(HashMap<&'static str, Listed>);

/// A listed schema is not a JSON object: the build step made something wrong.
#[derive(Debug, thiserror::Error)]
#[error("listed schema of {tool} is no object")]
pub struct SchemaError {
    tool: &'static str,
    #[source]
    source: serde_json::Error,
}

impl Listing {
    /// Prepares the listing of these tools; with `several_sites`, those that act on a site take
    /// the argument that names it.
    ///
    /// # Errors
    /// [`SchemaError`] when a schema of the catalogue does not parse.
    pub fn new(tools: &'static [Tool], several_sites: bool) -> Result<Self, SchemaError> {
        tools
            .iter()
            .map(|tool| listed(tool, several_sites).map(|listed| (tool.name, listed)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// These tools, in this order.
    pub fn of(&self, tools: &[&'static Tool]) -> Vec<Listed> {
        tools
            .iter()
            .filter_map(|tool| self.0.get(tool.name).cloned())
            .collect()
    }

    /// One tool by its name.
    pub fn get(&self, name: &str) -> Option<Listed> {
        self.0.get(name).cloned()
    }
}

fn listed(tool: &'static Tool, several_sites: bool) -> Result<Listed, SchemaError> {
    let mut schema: JsonObject =
        serde_json::from_str(tool.listed_schema).map_err(|source| SchemaError {
            tool: tool.name,
            source,
        })?;
    if several_sites && site::takes_site(tool) {
        site::add_to(&mut schema);
    }
    let annotations = ToolAnnotations::with_title(tool.title)
        .read_only(tool.effect == Effect::Read)
        .destructive(tool.effect.is_destructive())
        .idempotent(tool.effect.is_idempotent())
        .open_world(tool.operation.is_some() || !tool.uses.is_empty());
    Ok(Listed::new(tool.name, tool.about, Arc::new(schema))
        .with_title(tool.title)
        .with_annotations(annotations))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn the_site_is_asked_for_only_where_there_may_be_several() {
        let takes = |several, name: &str| {
            let listing = Listing::new(catalog::tools(), several).unwrap();
            let schema = listing.get(name).unwrap().input_schema;
            schema["properties"].get("site").is_some()
        };
        assert!(takes(true, "project_list") && takes(true, "apply_plan"));
        assert!(!takes(true, "gojira_whoami"));
        assert!(!takes(false, "project_list"));
    }
}
