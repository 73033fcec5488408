//! The request body of a tool: from its arguments, and for a replacing endpoint laid over what is
//! there already.

use serde_json::{Map, Value};

use super::pointer;
use super::shape;
use super::sources::{Facts, ProjectionError};
use crate::catalog::model::{Bind, BodyPlan, CallBody, Source};

/// The parameters of a request by published name; a name that stands in two places is told apart
/// as `path.name`, `query.name`, `header.name`.
///
/// # Errors
/// [`ProjectionError`] for a source that cannot be carried out.
pub fn params(binds: &[Bind], facts: &Facts<'_>) -> Result<Map<String, Value>, ProjectionError> {
    let mut params = Map::new();
    for bind in binds {
        if let Some(value) = facts.resolve(bind.from)? {
            let twice = binds
                .iter()
                .filter(|other| other.param == bind.param)
                .count()
                > 1;
            let name = if twice {
                format!("{}.{}", place(bind), bind.param)
            } else {
                bind.param.to_owned()
            };
            params.insert(name, value);
        }
    }
    Ok(params)
}

const fn place(bind: &Bind) -> &'static str {
    use crate::catalog::model::Place;
    match bind.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    }
}

/// The body that the arguments make; `None` when the operation takes none.
///
/// # Errors
/// [`ProjectionError`] for a plan that does not fit.
pub fn given(plan: &BodyPlan, facts: &Facts<'_>) -> Result<Option<Value>, ProjectionError> {
    match plan {
        BodyPlan::None => Ok(None),
        BodyPlan::Fields(fields) => lay(empty(fields), fields, facts).map(Some),
        BodyPlan::Whole(argument, fields) => {
            let whole = facts
                .resolve(Source::Argument(argument))?
                .unwrap_or_else(|| Value::Object(Map::new()));
            lay(whole, fields, facts).map(Some)
        }
    }
}

/// The body for an endpoint that resets what is left out: `present` (in the write shape) with what
/// the caller gave laid over it, field by field.
///
/// # Errors
/// As [`given`].
pub fn merged(
    plan: &BodyPlan,
    present: Value,
    facts: &Facts<'_>,
) -> Result<Option<Value>, ProjectionError> {
    match plan {
        BodyPlan::None => Ok(None),
        BodyPlan::Fields(fields) => lay(present, fields, facts).map(Some),
        BodyPlan::Whole(..) => Ok(given(plan, facts)?.map(|given| overlay(present, given))),
    }
}

/// The body of a call on a tool's behalf.
///
/// # Errors
/// As [`given`].
pub fn on_behalf(plan: &CallBody, facts: &Facts<'_>) -> Result<Option<Value>, ProjectionError> {
    match plan {
        CallBody::None => Ok(None),
        CallBody::Fields(fields) => lay(empty(fields), fields, facts).map(Some),
        CallBody::Projected(projection) => shape::project(projection, facts),
    }
}

/// `over` laid over `under`, top-level field by top-level field.
pub fn overlay(under: Value, over: Value) -> Value {
    match (under, over) {
        (Value::Object(mut under), Value::Object(over)) => {
            under.extend(over);
            Value::Object(under)
        }
        (_, over) => over,
    }
}

/// What fields are laid into: a list where they all stand in its first item, else an object.
fn empty(fields: &[(&str, Source)]) -> Value {
    let of_list = |(place, _): &(&str, Source)| place.starts_with("/0/");
    if !fields.is_empty() && fields.iter().all(of_list) {
        Value::Array(Vec::new())
    } else {
        Value::Object(Map::new())
    }
}

fn lay(
    mut body: Value,
    fields: &[(&str, Source)],
    facts: &Facts<'_>,
) -> Result<Value, ProjectionError> {
    for (place, source) in fields {
        if let Some(value) = facts.resolve(*source)? {
            pointer::put(&mut body, place, value)?;
        }
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::model::Place;

    #[test]
    fn a_field_without_an_argument_is_left_out() {
        let arguments = json!({"name": "n", "text": "t"});
        let facts = Facts {
            arguments: arguments.as_object(),
            ..Facts::default()
        };
        let plan = BodyPlan::Fields(&[
            ("/name", Source::Argument("name")),
            ("/description/plain/value", Source::Argument("text")),
            ("/goal", Source::Argument("goal")),
            ("/type", Source::Constant("\"x\"")),
        ]);
        let want = json!({"name": "n", "description": {"plain": {"value": "t"}}, "type": "x"});
        assert_eq!(given(&plan, &facts), Ok(Some(want)));
        assert_eq!(given(&BodyPlan::None, &facts), Ok(None));
    }

    #[test]
    fn fields_of_a_first_item_make_a_list() {
        let arguments = json!({"name": "n"});
        let facts = Facts {
            arguments: arguments.as_object(),
            ..Facts::default()
        };
        let plan = BodyPlan::Fields(&[
            ("/0/name", Source::Argument("name")),
            ("/0/prefix", Source::Constant("\"team\"")),
        ]);
        let want = json!([{"name": "n", "prefix": "team"}]);
        assert_eq!(given(&plan, &facts), Ok(Some(want.clone())));
        let call = CallBody::Fields(&[
            ("/0/name", Source::Argument("name")),
            ("/0/prefix", Source::Constant("\"team\"")),
        ]);
        assert_eq!(on_behalf(&call, &facts), Ok(Some(want)));
    }

    #[test]
    fn a_replacing_body_keeps_what_was_not_given() {
        let arguments = json!({"name": "new", "rule": {"name": "r2"}});
        let facts = Facts {
            arguments: arguments.as_object(),
            ..Facts::default()
        };
        let plan = BodyPlan::Fields(&[("/name", Source::Argument("name"))]);
        let present = json!({"name": "old", "sharePermissions": [{"type": "project"}]});
        assert_eq!(
            merged(&plan, present, &facts),
            Ok(Some(
                json!({"name": "new", "sharePermissions": [{"type": "project"}]})
            ))
        );
        let plan = BodyPlan::Whole("rule", &[("/state", Source::Constant("\"ENABLED\""))]);
        assert_eq!(
            merged(&plan, json!({"name": "r1", "actor": "a"}), &facts),
            Ok(Some(
                json!({"name": "r2", "actor": "a", "state": "ENABLED"})
            ))
        );
    }

    #[test]
    fn a_name_in_two_places_is_told_apart() {
        let arguments = json!({"id": "1", "kind": "k"});
        let facts = Facts {
            arguments: arguments.as_object(),
            ..Facts::default()
        };
        let bind = |param, place, from| Bind { param, place, from };
        let binds = [
            bind("id", Place::Path, Source::Argument("id")),
            bind("id", Place::Query, Source::Argument("kind")),
            bind("expand", Place::Query, Source::Argument("expand")),
            bind("all", Place::Query, Source::Constant("true")),
        ];
        assert_eq!(
            Value::Object(params(&binds, &facts).unwrap()),
            json!({"path.id": "1", "query.id": "k", "all": true})
        );
    }
}
