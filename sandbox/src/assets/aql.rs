//! The part of AQL that a rehearsal needs: conditions joined by AND, on the object itself or one
//! of its attributes.

use serde_json::Value;

use super::attributes::of_type;
use crate::host::call::Call;
use crate::host::refusal::Refusal;
use crate::jira::projects::text;
use crate::state::kind::Kind;

/// One condition: a name, an operator, what to compare with.
#[derive(Debug, PartialEq, Eq)]
struct Condition {
    name: String,
    operator: &'static str,
    values: Vec<String>,
}

/// The objects that a query finds.
pub(super) fn run(call: &Call<'_>, query: &str) -> Result<Vec<Value>, Refusal> {
    let conditions = parse(query).ok_or_else(|| Refusal::bad("The AQL query is not valid."))?;
    let objects = call.of(Kind::AssetObject).values();
    Ok(objects
        .filter(|o| conditions.iter().all(|c| holds(call, o, c)))
        .cloned()
        .collect())
}

fn holds(call: &Call<'_>, object: &Value, condition: &Condition) -> bool {
    let actual = values_of(call, object, &condition.name);
    let same = |a: &String, b: &String| a.eq_ignore_ascii_case(b);
    let any = |test: &dyn Fn(&String, &String) -> bool| {
        actual
            .iter()
            .any(|a| condition.values.iter().any(|b| test(a, b)))
    };
    match condition.operator {
        "=" | "in" => any(&same),
        "!=" => !any(&same),
        "like" => any(&|a, b| a.to_lowercase().contains(&b.to_lowercase())),
        _ => false,
    }
}

fn values_of(call: &Call<'_>, object: &Value, name: &str) -> Vec<String> {
    let object_type = text(object, "objectTypeId");
    let owner = call.tenant.get(Kind::AssetType, &object_type);
    match name.to_lowercase().as_str() {
        "objecttype" => return owner.map(|t| text(t, "name")).into_iter().collect(),
        "objecttypeid" => return vec![object_type],
        "objectschemaid" => {
            return owner
                .map(|t| text(t, "objectSchemaId"))
                .into_iter()
                .collect();
        }
        "objectschema" => {
            let schema = owner.and_then(|t| {
                call.tenant
                    .get(Kind::AssetSchema, &text(t, "objectSchemaId"))
            });
            return schema.map(|s| text(s, "name")).into_iter().collect();
        }
        "objectid" => return vec![text(object, "id")],
        "key" => return vec![text(object, "objectKey")],
        "label" => return vec![super::objects::label(call, object)],
        _ => {}
    }
    let attributes = of_type(call, &object_type, true);
    let Some(attribute) = attributes
        .iter()
        .find(|a| text(a, "name").eq_ignore_ascii_case(name))
    else {
        return Vec::new();
    };
    let held = object["values"][text(attribute, "id")]
        .as_array()
        .cloned()
        .unwrap_or_default();
    held.iter()
        .filter_map(Value::as_str)
        .map(|value| match attribute["type"].as_u64() {
            Some(1) => call
                .tenant
                .get(Kind::AssetObject, value)
                .map_or(value.to_owned(), |o| super::objects::label(call, o)),
            _ => value.to_owned(),
        })
        .collect()
}

fn parse(query: &str) -> Option<Vec<Condition>> {
    let mut words = tokens(query)?.into_iter().peekable();
    let mut conditions = Vec::new();
    while words.peek().is_some() {
        let name = words.next()?;
        let operator = match words.next()?.to_lowercase().as_str() {
            "=" | "==" => "=",
            "!=" => "!=",
            "like" => "like",
            "in" => "in",
            _ => return None,
        };
        let mut values = vec![words.next()?];
        if operator == "in" {
            if values.pop()? != "(" {
                return None;
            }
            loop {
                match words.next()?.as_str() {
                    ")" => break,
                    "," => {}
                    value => values.push(value.to_owned()),
                }
            }
        }
        conditions.push(Condition {
            name,
            operator,
            values,
        });
        match words.next() {
            None => {}
            Some(and) if and.eq_ignore_ascii_case("and") && words.peek().is_some() => {}
            Some(_) => return None,
        }
    }
    Some(conditions)
}

fn tokens(query: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => rest.get(1..)?.find('"')? + 2,
            '(' | ')' | ',' => 1,
            '=' | '!' => rest.find(|c| !matches!(c, '=' | '!')).unwrap_or(rest.len()),
            _ => rest
                .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '=' | '!' | '"'))
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        out.push(token.trim_matches('"').to_owned());
        rest = after.trim_start();
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn conditions_are_read_and_nonsense_is_not() {
        let parsed = parse(r#"objectType = Laptop AND "Serial number" in ("A 1", B2)"#).unwrap();
        assert_eq!(parsed.len(), 2);
        assert_eq!(parsed[1].name, "Serial number");
        assert_eq!(parsed[1].values, ["A 1", "B2"]);
        assert!(parse("").unwrap().is_empty());
        for broken in [
            "objectType",
            "objectType =",
            "a = b c",
            "a = b AND",
            "a ~ b",
            "a in (b",
        ] {
            assert!(parse(broken).is_none(), "{broken}");
        }
    }
}
