//! What a project key must be like, and whether it is free.

use serde_json::{Value, json};

use super::projects::text;
use crate::host::call::{Call, Outcome};
use crate::host::exchange::Answer;
use crate::state::kind::Kind;

const LONGEST: usize = 10;

/// What is wrong with a key for this project, or for a new one.
pub(crate) fn wrong(call: &Call<'_>, key: &str, own: Option<&str>) -> Option<String> {
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let is_well_formed = (2..=LONGEST).contains(&key.len())
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.chars().all(fits);
    if !is_well_formed {
        return Some("Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.".to_owned());
    }
    let bears = |project: &Value| {
        let former = project["formerKeys"].as_array();
        let had = former.is_some_and(|keys| keys.iter().any(|k| k == key));
        (project["key"] == *key || had) && own != project["id"].as_str()
    };
    let holder = call.of(Kind::Project).find(bears)?;
    let name = text(holder, "name");
    Some(format!("Project '{name}' uses this project key."))
}

/// `GET /projectvalidate/key`.
pub(crate) fn validate(call: &mut Call<'_>) -> Outcome {
    let mut errors = json!({});
    if let Some(wrong) = wrong(call, call.get("key").unwrap_or_default(), None) {
        errors["projectKey"] = json!(wrong);
    }
    Ok(Answer::ok(json!({ "errorMessages": [], "errors": errors })))
}

/// `GET /projectvalidate/validProjectKey`: the key, or one made of it with a number behind.
pub(crate) fn suggest(call: &mut Call<'_>) -> Outcome {
    let wish = call.get("key").unwrap_or_default().to_ascii_uppercase();
    let mut key: String = wish
        .chars()
        .filter(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        .skip_while(char::is_ascii_digit)
        .take(LONGEST)
        .collect();
    if key.len() < 2 {
        key = format!("{key}PR");
    }
    let numbered = (1..100).map(|number| {
        let kept: String = key.chars().take(LONGEST - 2).collect();
        format!("{kept}{number}")
    });
    let mut tried = std::iter::once(key.clone()).chain(numbered);
    let free = tried.find(|key| wrong(call, key, None).is_none());
    Ok(Answer::ok(json!(free.unwrap_or_default())))
}
