//! The SDK's generated code: the clients and the glue.

use std::path::Path;

use super::{operations, output};
use crate::emit::clients::{Client, client};
use crate::emit::glue;
use crate::problem::Problems;
use crate::spec::Specs;

/// Writes `clients.rs` and `glue.rs` into `out`, for the operations that the manifest under `root`
/// uses.
///
/// # Errors
/// Every fault of the documents and the manifest that stops the generator.
pub fn sdk(root: &Path, out: &Path) -> Result<(), Problems> {
    output::rerun_if_changed(root);
    let specs = Specs::load(&root.join("specs"))?;
    let mut problems = Problems::default();
    let mut clients: Vec<Client> = Vec::new();
    for (api, ids) in operations::used(root, &specs)? {
        match specs
            .documents
            .get(&api)
            .map(|document| client(document, &ids))
        {
            Some(Ok(client)) => clients.push(client),
            Some(Err(found)) => problems.0.extend(found.0),
            None => {}
        }
    }
    problems.into_result()?;
    let text: String = clients.iter().map(Client::print).collect();
    output::write(out, "clients.rs", &text)?;
    output::write(out, "glue.rs", &glue::print(&clients))
}
