//! The arguments of a call: defaults filled in, checked against the tool's own schema, and parted
//! into what is the tool's and what every tool of its kind takes.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::model::{BodyPlan, Source, Tool};
use super::site;
use crate::base::fault::{Code, Fault};
use crate::base::ids::PlanId;

/// How many faults are told at once.
const TOLD: usize = 5;

/// Schemas that have been compiled, by the name of their tool.
static COMPILED: LazyLock<RwLock<HashMap<&'static str, Arc<Validator>>>> =
    LazyLock::new(RwLock::default);

/// The arguments that every tool of its kind takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Automatic {
    /// Carry the write out.
    pub commit: bool,
    /// The plan that is carried out.
    pub plan_id: Option<PlanId>,
    /// The change set that the write joins.
    pub change_set: Option<String>,
    /// Keep only these fields of the answer.
    pub fields: Option<Vec<String>>,
    /// Largest answer, in bytes.
    pub max_bytes: Option<usize>,
    /// Cursor of the page.
    pub page: Option<String>,
    /// Items on a page.
    pub limit: Option<u32>,
    /// The site to act on, by host or cloud id.
    pub site: Option<String>,
}

/// Arguments that fit the tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The tool's own.
    pub own: Map<String, Value>,
    /// Those that every tool of its kind takes.
    pub automatic: Automatic,
}

/// Checks the arguments of a call.
///
/// # Errors
/// `VALIDATION_ERROR` with the path of each fault; values are not repeated.
pub fn check(tool: &'static Tool, given: Map<String, Value>) -> Result<Checked, Fault> {
    check_loosely(tool, given, &[])
}

/// Checks the arguments of a call in which something else will stand at these places (JSON
/// pointers): what is wrong there, or only because of what is there now, is left for later.
///
/// # Errors
/// As [`check`].
pub fn check_loosely(
    tool: &'static Tool,
    mut given: Map<String, Value>,
    places: &[&str],
) -> Result<Checked, Fault> {
    let site = site::take(tool, &mut given)?;
    for (name, text) in tool.defaults {
        if !given.contains_key(*name) {
            given.insert((*name).to_owned(), constant(tool, text)?);
        }
    }
    let validator = compiled(tool)?;
    let given = Value::Object(given);
    let faults: Vec<Value> = validator
        .iter_errors(&given)
        .filter(|error| !is_left(error, places))
        .take(TOLD)
        .map(|error| {
            json!({
                "path": error.instance_path().to_string(),
                "message": error.masked().to_string(),
            })
        })
        .collect();
    if let Some(first) = faults.first() {
        let text = |key| first.get(key).and_then(Value::as_str).unwrap_or_default();
        let place = match text("path") {
            "" => "arguments",
            path => path,
        };
        let message = format!("{place}: {}", text("message"));
        return Err(Fault::new(Code::ValidationError, message)
            .with_details(json!({ "faults": faults }))
            .with_mend(format!(
                "describe_operation with operation {:?} gives the full schema.",
                tool.name
            )));
    }
    let mut checked = match given {
        Value::Object(given) => part(tool, given),
        _ => part(tool, Map::new()),
    };
    checked.automatic.site = site;
    Ok(checked)
}

/// Whether a fault lies where something else will stand, or is that of alternatives of which none
/// fits as long as it does not stand there.
fn is_left(error: &ValidationError<'_>, places: &[&str]) -> bool {
    let at = error.instance_path().to_string();
    let under = |place: &str, of: &str| {
        let rest = place.strip_prefix(of);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let alternatives = matches!(
        error.kind(),
        ValidationErrorKind::AnyOf { .. }
            | ValidationErrorKind::OneOfNotValid { .. }
            | ValidationErrorKind::OneOfMultipleValid { .. }
    );
    places
        .iter()
        .any(|place| under(&at, place) || (alternatives && under(place, &at)))
}

fn part(tool: &Tool, mut own: Map<String, Value>) -> Checked {
    let mut take = |name: &str| {
        if is_own(tool, name) {
            None
        } else {
            own.remove(name)
        }
    };
    let text = |value: Option<Value>| match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    let number = |value: Option<Value>| value.as_ref().and_then(Value::as_u64);
    let automatic = Automatic {
        commit: take("commit") == Some(Value::Bool(true)),
        plan_id: text(take("plan_id")).map(PlanId::new),
        change_set: text(take("change_set")),
        fields: take("fields").and_then(|fields| serde_json::from_value(fields).ok()),
        max_bytes: number(take("max_bytes")).and_then(|bytes| usize::try_from(bytes).ok()),
        page: text(take("page")),
        limit: number(take("limit")).and_then(|limit| u32::try_from(limit).ok()),
        site: None,
    };
    Checked { own, automatic }
}

/// Whether the operation (or the plan that is handed over) takes an argument of that name itself.
fn is_own(tool: &Tool, name: &str) -> bool {
    let names = |source: &Source| matches!(source, Source::Argument(own) | Source::ArgumentAt(own, _) | Source::Negated(own) if *own == name);
    let of_body = match &tool.body {
        BodyPlan::None => false,
        BodyPlan::Fields(fields) => fields.iter().any(|(_, source)| names(source)),
        BodyPlan::Whole(own, fields) => {
            *own == name || fields.iter().any(|(_, source)| names(source))
        }
    };
    of_body
        || tool.params.iter().any(|bind| names(&bind.from))
        || tool.target.as_ref().is_some_and(|target| names(&target.id))
}

fn constant(tool: &Tool, text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|error| broken(tool, &error))
}

fn compiled(tool: &'static Tool) -> Result<Arc<Validator>, Fault> {
    let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = known.get(tool.name) {
        return Ok(validator.clone());
    }
    drop(known);
    let schema = constant(tool, tool.full_schema)?;
    let validator = jsonschema::validator_for(&schema).map_err(|error| broken(tool, &error))?;
    let validator = Arc::new(validator);
    COMPILED
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(tool.name, validator.clone());
    Ok(validator)
}

fn broken(tool: &Tool, error: &dyn std::error::Error) -> Fault {
    tracing::error!(tool = tool.name, %error, "the catalogue's schema is broken");
    Fault::new(
        Code::UnexpectedError,
        format!("the arguments of {} cannot be checked", tool.name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn given(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn every_schema_compiles_and_every_default_fits() {
        for tool in catalog::tools() {
            assert!(compiled(tool).is_ok(), "{}", tool.name);
            for (name, text) in tool.defaults {
                assert!(constant(tool, text).is_ok(), "{} {name}", tool.name);
            }
        }
    }

    #[test]
    fn the_path_is_told_and_the_value_is_not() {
        let tool = catalog::tool("custom_field_update").unwrap();
        let arguments = json!({"fieldId": {"secret": "hunter2"}});
        let fault = check(tool, given(arguments)).unwrap_err();
        assert_eq!(fault.code, Code::ValidationError);
        assert!(fault.message.starts_with("/fieldId: "), "{}", fault.message);
        assert!(!format!("{fault:?}").contains("hunter2"));
        let missing = check(tool, Map::new()).unwrap_err();
        assert!(missing.message.contains("fieldId"), "{}", missing.message);
        let unknown = json!({"fieldId": "customfield_1", "nonsense": 1});
        assert!(check(tool, given(unknown)).is_err());
    }

    #[test]
    fn what_will_stand_in_a_place_is_left_for_later() {
        let tool = catalog::tool("workflow_scheme_get").unwrap();
        let arguments = given(json!({"schemeId": "${make.id}"}));
        assert!(check(tool, arguments.clone()).is_err());
        assert!(check_loosely(tool, arguments.clone(), &["/scheme"]).is_err());
        let checked = check_loosely(tool, arguments, &["/schemeId"]).unwrap();
        assert_eq!(checked.own["schemeId"], "${make.id}");
        let unknown = given(json!({"schemeId": "${make.id}", "nonsense": 1}));
        assert!(check_loosely(tool, unknown, &["/schemeId"]).is_err());
    }

    #[test]
    fn what_every_tool_takes_is_parted_from_its_own() {
        let tool = catalog::tool("project_delete").unwrap();
        let arguments = json!({"project": "ACME", "commit": true, "plan_id": "plan_1"});
        let checked = check(tool, given(arguments)).unwrap();
        assert_eq!(
            Value::Object(checked.own),
            json!({"project": "ACME", "permanent": false})
        );
        assert!(checked.automatic.commit);
        assert_eq!(checked.automatic.plan_id, Some(PlanId::new("plan_1")));
        let apply = catalog::tool("apply_plan").unwrap();
        let checked = check(apply, given(json!({"plan_id": "plan_1"}))).unwrap();
        assert_eq!(Value::Object(checked.own), json!({"plan_id": "plan_1"}));
    }
}
