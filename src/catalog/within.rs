//! Tools that run other tools: which ones an argument list names, and with which arguments.

use serde_json::{Map, Value};

use super::lookup;

/// Handlers of tools that run the one that their argument `operation` names.
const ONE: [&str; 2] = ["surface::plan", "surface::read"];
/// Handlers of tools that run those that the items of their argument `steps` name.
const SEVERAL: [&str; 1] = ["change_sets::plan"];

/// A call within another: the name of the tool and what it is given, as they came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Within<'a> {
    /// Name or alias of the tool.
    pub name: &'a str,
    /// Its arguments, when they are an object.
    pub arguments: Option<&'a Map<String, Value>>,
}

/// The calls that a call of `name` with these arguments runs.
pub fn calls<'a>(name: &str, given: &'a Map<String, Value>) -> Vec<Within<'a>> {
    let handler = lookup::tool(name).and_then(|tool| tool.handler);
    match handler {
        Some(handler) if ONE.contains(&handler) => named(given).into_iter().collect(),
        Some(handler) if SEVERAL.contains(&handler) => {
            let steps = given.get("steps").and_then(Value::as_array);
            let steps = steps.into_iter().flatten().filter_map(Value::as_object);
            steps.filter_map(named).collect()
        }
        _ => Vec::new(),
    }
}

fn named(given: &Map<String, Value>) -> Option<Within<'_>> {
    Some(Within {
        name: given.get("operation")?.as_str()?,
        arguments: given.get("arguments").and_then(Value::as_object),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(name: &str, given: Value) -> Vec<String> {
        let given: Map<_, _> = serde_json::from_value(given).unwrap();
        let calls = calls(name, &given);
        calls.iter().map(|call| call.name.to_owned()).collect()
    }

    #[test]
    fn one_or_several_are_named_and_elsewhere_the_words_mean_nothing() {
        let one = json!({"operation": "project_update", "arguments": {"project": "ACME"}});
        for through in ["plan_change", "read_operation"] {
            assert_eq!(names(through, one.clone()), ["project_update"]);
        }
        assert!(names("describe_operation", one.clone()).is_empty());
        let several = json!({"steps": [one, 7, {"operation": "filter_create"}, {"operation": 1}]});
        assert_eq!(
            names("change_set_plan", several.clone()),
            ["project_update", "filter_create"]
        );
        assert!(names("plan_change", several).is_empty());
        assert!(names("no_such_tool", json!({"operation": "x"})).is_empty());
    }
}
