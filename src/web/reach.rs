//! What else a change reaches, in words for the person who agrees to it.

use serde_json::Value;

use crate::projection::words::label;

/// What a preview found out, one line a fact: what it is about, and what is known of it.
pub(super) fn lines(impact: &Value) -> Vec<(String, String)> {
    let text = |name: &str| impact.get(name).and_then(Value::as_str);
    let what = text("of").unwrap_or("configuration");
    let mut lines = Vec::new();
    let mut put = |name: String, value: String| lines.push((name, value));
    if let Some(projects) = projects(impact) {
        put(format!("Projects that share this {what}"), projects);
    }
    if let Some(issues) = impact.get("issues").and_then(Value::as_u64) {
        put(
            "Issues in these projects".to_owned(),
            format!("About {issues}"),
        );
    }
    let others = impact.get("others").and_then(Value::as_object);
    for (name, count) in others.into_iter().flatten() {
        put(label(name), count.to_string());
    }
    if let Some(untold) = text("untold") {
        put("What is not known".to_owned(), untold.to_owned());
    }
    lines
}

/// The projects, as far as a read leads to them.
fn projects(impact: &Value) -> Option<String> {
    if impact.get("everywhere") == Some(&Value::Bool(true)) {
        return Some("Every project of the site".to_owned());
    }
    let named = impact.get("projects")?.as_array()?;
    let total = impact.get("total").and_then(Value::as_u64)?;
    let least = impact.get("at_least") == Some(&Value::Bool(true));
    let mut lines = vec![match (total, least) {
        (0, true) => "Not known".to_owned(),
        (0, false) => "None".to_owned(),
        (1, false) => "One project".to_owned(),
        (total, false) => format!("{total} projects"),
        (total, true) => format!("At least {total}"),
    }];
    lines.extend(named.iter().map(project));
    let left = total.saturating_sub(u64::try_from(named.len()).unwrap_or(u64::MAX));
    if left > 0 {
        lines.push(format!("and {left} more"));
    }
    Some(lines.join("\n"))
}

fn project(project: &Value) -> String {
    let text = |name: &str| project.get(name).and_then(Value::as_str);
    match (text("name"), text("key"), text("id")) {
        (Some(name), Some(key), _) => format!("{name} ({key})"),
        (Some(one), None, _) | (None, Some(one), _) => one.to_owned(),
        (None, None, id) => format!("a project that you may not see ({})", id.unwrap_or("?")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(impact: &Value) -> Vec<(String, String)> {
        lines(impact)
    }

    #[test]
    fn projects_are_named_as_people_call_them() {
        let found = told(&json!({
            "of": "permission scheme", "everywhere": false, "total": 3, "issues": 40,
            "approximate": true,
            "projects": [{"id": "1", "key": "PORT", "name": "Portal"}, {"id": "2"}],
        }));
        let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let projects = "3 projects\nPortal (PORT)\na project that you may not see (2)\nand 1 more";
        assert_eq!(
            found,
            [
                line("Projects that share this permission scheme", projects),
                line("Issues in these projects", "About 40"),
            ]
        );
    }

    #[test]
    fn what_is_not_known_is_said() {
        let found = told(&json!({
            "of": "group", "others": {"members": 7}, "untold": "Which projects cannot be told.",
        }));
        let said: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(said, ["Members", "What is not known"]);
        let some = json!({"of": "screen", "everywhere": false, "total": 1, "at_least": true,
            "projects": [{"id": "1", "key": "A", "name": "B"}]});
        assert_eq!(told(&some)[0].1, "At least 1\nB (A)");
        let all = json!({"of": "custom field", "everywhere": true});
        assert_eq!(told(&all)[0].1, "Every project of the site");
        let none = json!({"of": "screen", "everywhere": false, "total": 0, "projects": []});
        assert_eq!(told(&none)[0].1, "None");
    }
}
