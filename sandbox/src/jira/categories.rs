//! The category that a project stands in.

use serde_json::{Value, json};

use super::projects::text;
use crate::host::call::Call;
use crate::state::kind::Kind;

/// As the project shows it; nothing where it stands in none, or in one that is gone.
pub(crate) fn of_project(call: &Call<'_>, project: &Value) -> Option<Value> {
    let id = project["categoryId"].as_str()?;
    let category = call.of(Kind("ProjectCategory")).get(id)?;
    Some(json!({
        "self": call.link(&format!("/rest/api/3/projectCategory/{id}")),
        "id": id, "name": category["name"], "description": text(category, "description"),
    }))
}
