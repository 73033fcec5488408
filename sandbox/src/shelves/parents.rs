//! What several families stand under.

use crate::shelf::table::Parent;
use crate::state::kind::Kind;

/// A project, named by its id or key in the path.
pub(super) const PROJECT: Parent = Parent {
    kind: Kind::Project,
    noun: "project",
    param: "projectIdOrKey",
    by: &["id", "key"],
    member: "projectId",
    above: None,
};
