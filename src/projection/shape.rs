//! From the shape in which a product shows a thing to the shape in which it takes it.

use serde_json::{Map, Value};

use super::sources::{Facts, ProjectionError, constant, number, text};
use super::{keyed, pointer};
use crate::catalog::model::Projection;

/// Before a pointer: what is read as a text is written as a number.
const NUMBER: &str = "number:";
/// Before a pointer: what is read as a number is written as a text.
const TEXT: &str = "text:";

/// Carries out a projection; `None` when the value that it reads is not there.
///
/// A null where something is copied from counts as nothing: products show unset fields as null
/// and refuse null when it is sent back.
///
/// # Errors
/// [`ProjectionError`] when the projection does not fit, which is a fault of the manifest.
pub fn project(
    projection: &Projection,
    facts: &Facts<'_>,
) -> Result<Option<Value>, ProjectionError> {
    match facts.resolve(projection.from)? {
        None | Some(Value::Null) => Ok(None),
        Some(from) => reshape(projection, &from).map(Some),
    }
}

/// Carries out a projection on a value, whatever [`Projection::from`] says.
///
/// # Errors
/// As [`project`].
pub fn reshape(projection: &Projection, from: &Value) -> Result<Value, ProjectionError> {
    let mut kept = None;
    let from = if projection.skip.is_empty() {
        from
    } else {
        &*kept.insert(without(projection.skip, from.clone())?)
    };
    let mut to = if projection.whole {
        from.clone()
    } else {
        Value::Object(Map::new())
    };
    for key in projection.pick {
        if let Some(value) = present(from, key) {
            pointer::put(&mut to, key, value.clone())?;
        }
    }
    for (place, origin) in projection.map {
        let as_number = origin.strip_prefix(NUMBER);
        let as_text = origin.strip_prefix(TEXT);
        let origin = as_number.or(as_text).unwrap_or(origin);
        for (items, value) in pointer::find_all(from, origin) {
            if !value.is_null() {
                let value = if as_number.is_some() {
                    number(value)?
                } else if as_text.is_some() {
                    Value::from(text(value)?)
                } else {
                    value.clone()
                };
                make_lists(&mut to, place, &items)?;
                // A bare value stands after those before it: the items that lack one leave no gap.
                let place = match place.strip_suffix("/*") {
                    Some(list) => format!("{}/-", pointer::at_items(list, &items)),
                    None => pointer::at_items(place, &items),
                };
                pointer::put(&mut to, &place, value)?;
            }
        }
    }
    for (place, text) in projection.absent {
        if present(&to, place).is_none() {
            pointer::put(&mut to, place, constant(text)?)?;
        }
    }
    for (place, text) in projection.set {
        pointer::put(&mut to, place, constant(text)?)?;
    }
    for place in projection.drop {
        pointer::remove(&mut to, place);
    }
    if let Some(list) = projection.keyed {
        keyed::fold(list, &mut to);
    }
    Ok(to)
}

/// The value without the items that are not read.
fn without(
    skip: &[(&'static str, &'static str)],
    mut from: Value,
) -> Result<Value, ProjectionError> {
    for (place, text) in skip {
        let unwanted = constant(text)?;
        let Some((list, member)) = place.split_once("/*") else {
            continue;
        };
        if let Some(items) = from.pointer_mut(list).and_then(Value::as_array_mut) {
            items.retain(|item| item.pointer(member) != Some(&unwanted));
        }
    }
    Ok(from)
}

/// Makes the lists that a place with `*` leads through where there are none yet: what stands under
/// a star is an item.
fn make_lists(to: &mut Value, place: &str, items: &[usize]) -> Result<(), ProjectionError> {
    for (star, _) in place.match_indices("/*") {
        let list = pointer::at_items(&place[..star], items);
        if present(to, &list).is_none() {
            pointer::put(to, &list, Value::Array(Vec::new()))?;
        }
    }
    Ok(())
}

fn present<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    pointer::find(value, pointer).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::model::{Keyed, Source};

    const PLAIN: Projection = Projection {
        from: Source::Before(""),
        whole: false,
        pick: &[],
        map: &[],
        absent: &[],
        set: &[],
        drop: &[],
        skip: &[],
        keyed: None,
    };

    #[test]
    fn the_read_shape_becomes_the_write_shape() {
        let projection = Projection {
            pick: &["name", "description"],
            map: &[
                ("/iconId", "/icon/id"),
                ("/iconNumber", "number:/icon/id"),
                ("/number", "text:/id"),
            ],
            absent: &[("/description", "\"\""), ("/inherited", "false")],
            set: &[("/objectSchemaId", "\"1\"")],
            ..PLAIN
        };
        let read = json!({"name": "Laptop", "description": null, "icon": {"id": "13"}, "id": 4});
        assert_eq!(
            reshape(&projection, &read).unwrap(),
            json!({"name": "Laptop", "description": "", "iconId": "13", "iconNumber": 13,
                   "inherited": false, "number": "4", "objectSchemaId": "1"})
        );
    }

    #[test]
    fn the_whole_less_what_is_dropped() {
        let projection = Projection {
            whole: true,
            drop: &["/rule/created", "/rule/steps/*/id"],
            ..PLAIN
        };
        let read = json!({"rule": {"name": "r", "created": 5, "steps": [{"id": 1, "do": "x"}]}});
        assert_eq!(
            reshape(&projection, &read).unwrap(),
            json!({"rule": {"name": "r", "steps": [{"do": "x"}]}})
        );
    }

    #[test]
    fn a_mapping_may_run_over_items() {
        let projection = Projection {
            pick: &["results"],
            map: &[("/results/*/user", "/results/*/user/results")],
            ..PLAIN
        };
        let read = json!({"results": [{"user": {"results": [1]}}, {"user": {"results": []}}]});
        assert_eq!(
            reshape(&projection, &read).unwrap(),
            json!({"results": [{"user": [1]}, {"user": []}]})
        );
    }

    #[test]
    fn a_list_may_stand_under_another_name() {
        let projection = Projection {
            map: &[("/options/*/id", "/*/id"), ("/options/*/value", "/*/value")],
            ..PLAIN
        };
        let read = json!([{"id": "1", "value": "a", "x": 0}, {"id": "2"}]);
        assert_eq!(
            reshape(&projection, &read).unwrap(),
            json!({"options": [{"id": "1", "value": "a"}, {"id": "2"}]})
        );
    }

    #[test]
    fn bare_values_leave_no_gap() {
        let projection = Projection {
            map: &[
                ("/actors/user/*", "/actors/*/user/id"),
                ("/actors/group/*", "/actors/*/group/id"),
            ],
            absent: &[("/actors/other", "[]")],
            ..PLAIN
        };
        let read = json!({"actors": [{"group": {"id": "g"}}, {"user": {"id": "a"}}, {"user": {"id": "b"}}]});
        assert_eq!(
            reshape(&projection, &read).unwrap(),
            json!({"actors": {"group": ["g"], "user": ["a", "b"], "other": []}})
        );
    }

    #[test]
    fn the_last_origin_that_is_there_counts_and_some_items_are_not_read() {
        let projection = Projection {
            map: &[
                ("/list/*/id", "/list/*/id"),
                ("/list/*/values/*/value", "/list/*/values/*/value"),
                ("/list/*/values/*/value", "/list/*/values/*/user/key"),
            ],
            skip: &[("/list/*/about/system", "true")],
            keyed: Some(&Keyed {
                list: "list",
                key: "id",
                value: "values",
            }),
            ..PLAIN
        };
        let read = json!({"list": [
            {"id": "1", "about": {"system": true}, "values": [{"value": "x"}]},
            {"id": "2", "about": {"system": false}, "values": [{"value": "y"}, {"value": "z"}]},
            {"id": "3", "values": [{"value": null, "user": {"key": "u"}}]},
            {"id": "4", "values": []},
        ]});
        assert_eq!(
            reshape(&projection, &read).unwrap(),
            json!({"list": {"2": [{"value": "y"}, {"value": "z"}], "3": [{"value": "u"}]}})
        );
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(project(&PLAIN, &Facts::default()), Ok(None));
        let gone = Value::Null;
        let facts = Facts {
            before: Some(&gone),
            ..Facts::default()
        };
        assert_eq!(project(&PLAIN, &facts), Ok(None));
    }
}
