//! Where the value of a parameter or a body field comes from, and how it is fetched.

use serde_json::{Map, Value};

use super::pointer::{self, PointerError};
use crate::catalog::model::{Joined, Source, Turned};

/// An entry of the catalogue that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// A constant of the catalogue is not JSON.
    #[error("constant {0:?} is not JSON")]
    Constant(String),
    /// A pointer does not fit the value.
    #[error(transparent)]
    Pointer(#[from] PointerError),
    /// A value that is to be a text, or joined into one, is no plain id.
    #[error("a value that is to be a text is not a plain id")]
    NotPlain,
    /// A text that is to be a number is none.
    #[error("a text that is to be a number is none")]
    NotNumber,
    /// A boolean was due.
    #[error("argument {0:?} is not a boolean")]
    NotBoolean(String),
}

/// What is known at one moment of a call. What is not known yet is absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The arguments of the call.
    pub arguments: Option<&'a Map<String, Value>>,
    /// The id of the target.
    pub target: Option<&'a str>,
    /// The state before.
    pub before: Option<&'a Value>,
    /// The state after.
    pub after: Option<&'a Value>,
    /// What the write puts into force.
    pub draft: Option<&'a Value>,
    /// The answer of the write.
    pub result: Option<&'a Value>,
    /// The state as it is when an undo is prepared.
    pub present: Option<&'a Value>,
    /// The organisation of the settings.
    pub org: Option<&'a str>,
    /// The keys that a difference-based revert acts on.
    pub keys: Option<&'a [Value]>,
    /// The one key that a difference-based revert acts on.
    pub key: Option<&'a Value>,
    /// The item of the list that has this key.
    pub item: Option<&'a Value>,
}

/// Reads JSON text of the catalogue.
pub(super) fn constant(text: &str) -> Result<Value, ProjectionError> {
    serde_json::from_str(text).map_err(|_| ProjectionError::Constant(text.to_owned()))
}

/// A whole number that a product shows as a text.
pub(super) fn number(value: &Value) -> Result<Value, ProjectionError> {
    match value {
        Value::Number(_) => Ok(value.clone()),
        Value::String(text) => text
            .parse::<i64>()
            .map(Value::from)
            .map_err(|_| ProjectionError::NotNumber),
        _ => Err(ProjectionError::NotNumber),
    }
}

/// The text of a [`Source::Joined`].
fn joined(parts: &Joined, value: &Value) -> Result<String, ProjectionError> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let ids = items.iter().map(plain).collect::<Result<Vec<_>, _>>()?;
    let Joined {
        before,
        between,
        after,
        ..
    } = parts;
    Ok(format!("{before}{}{after}", ids.join(between)))
}

/// What is written for a value that is read.
fn turned(words: &Turned, value: Value) -> Result<Value, ProjectionError> {
    let word = words.into.iter().find(|(word, _)| value == **word);
    word.map_or(Ok(value), |(_, to)| constant(to))
}

/// A value as a text of its own.
pub(super) fn text(value: &Value) -> Result<String, ProjectionError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(ProjectionError::NotPlain),
    }
}

/// The text of an id that means nothing but itself in a query.
fn plain(value: &Value) -> Result<String, ProjectionError> {
    let text = text(value)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if text.is_empty() || !text.chars().all(is_plain) {
        return Err(ProjectionError::NotPlain);
    }
    Ok(text)
}

impl Facts<'_> {
    /// The value of a source; `None` where there is none.
    ///
    /// # Errors
    /// [`ProjectionError`] when the source cannot be carried out, which is a fault of the manifest.
    pub fn resolve(&self, source: Source) -> Result<Option<Value>, ProjectionError> {
        let at = |value: Option<&Value>, pointer: &str| {
            value
                .and_then(|value| pointer::find(value, pointer))
                .cloned()
        };
        Ok(match source {
            Source::Argument(name) => self.argument(name).cloned(),
            Source::ArgumentAt(name, pointer) => at(self.argument(name), pointer),
            Source::Array(sources) => {
                let mut items = Vec::with_capacity(sources.len());
                for source in sources {
                    items.extend(self.resolve(*source)?);
                }
                // A list of nothing that is known is nothing, not an empty list.
                (!items.is_empty() || sources.is_empty()).then_some(Value::Array(items))
            }
            Source::Object(members) => {
                let mut object = Map::new();
                for (name, value) in members {
                    if let (Some(name), Some(value)) = (self.resolve(*name)?, self.resolve(*value)?)
                    {
                        object.insert(text(&name)?, value);
                    }
                }
                Some(Value::Object(object))
            }
            Source::Negated(name) => match self.argument(name) {
                None => None,
                Some(Value::Bool(flag)) => Some(Value::Bool(!flag)),
                Some(_) => return Err(ProjectionError::NotBoolean(name.to_owned())),
            },
            Source::Constant(text) => Some(constant(text)?),
            Source::Joined(parts) => match self.resolve(parts.of)? {
                None => None,
                Some(value) => Some(Value::from(joined(parts, &value)?)),
            },
            Source::Turned(words) => match self.resolve(words.of)? {
                None => None,
                Some(value) => Some(turned(words, value)?),
            },
            Source::Target => self.target.map(Value::from),
            Source::Before(pointer) => at(self.before, pointer),
            Source::After(pointer) => at(self.after, pointer),
            Source::Draft(pointer) => at(self.draft, pointer),
            Source::Result(pointer) => at(self.result, pointer),
            Source::Present(pointer) => at(self.present, pointer),
            Source::OrgId => self.org.map(Value::from),
            Source::Keys => self.keys.map(|keys| Value::Array(keys.to_vec())),
            Source::Key => self.key.cloned(),
            Source::Item(pointer) => at(self.item, pointer),
        })
    }

    fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.and_then(|arguments| arguments.get(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_source_gives_its_value_or_nothing() {
        let arguments = json!({"permanent": true, "name": "n", "deep": {"x": [7]}});
        let before = json!({"icon": {"id": "9"}});
        let result = json!({"id": 10});
        let keys = [json!("a"), json!("b")];
        let facts = Facts {
            arguments: arguments.as_object(),
            target: Some("T"),
            before: Some(&before),
            result: Some(&result),
            org: Some("o"),
            keys: Some(&keys),
            key: Some(&keys[1]),
            item: Some(&before),
            ..Facts::default()
        };
        for (source, want) in [
            (Source::Argument("name"), Some(json!("n"))),
            (Source::Argument("nothing"), None),
            (Source::ArgumentAt("deep", "/x/0"), Some(json!(7))),
            (Source::Negated("permanent"), Some(json!(false))),
            (Source::Negated("nothing"), None),
            (Source::Constant("\"DISABLED\""), Some(json!("DISABLED"))),
            (Source::Target, Some(json!("T"))),
            (Source::Before("/icon/id"), Some(json!("9"))),
            (Source::After("/icon/id"), None),
            (Source::Result("/id"), Some(json!(10))),
            (Source::OrgId, Some(json!("o"))),
            (Source::Keys, Some(json!(["a", "b"]))),
            (Source::Key, Some(json!("b"))),
            (Source::Item("/icon/id"), Some(json!("9"))),
            (Source::Item("/icon/name"), None),
            (Source::Array(&[Source::Argument("nothing")]), None),
            (
                Source::Array(&[Source::Argument("name"), Source::Argument("nothing")]),
                Some(json!(["n"])),
            ),
            (
                Source::Object(&[
                    (Source::Argument("name"), Source::Keys),
                    (Source::Result("/id"), Source::Key),
                    (Source::Constant("\"left\""), Source::Argument("nothing")),
                ]),
                Some(json!({"n": ["a", "b"], "10": "b"})),
            ),
        ] {
            assert_eq!(facts.resolve(source), Ok(want), "{source:?}");
        }
    }

    #[test]
    fn only_plain_ids_are_joined_into_a_text() {
        static IN: Joined = Joined {
            of: Source::Keys,
            before: "project in (",
            between: ", ",
            after: ")",
        };
        let text = |keys: &[Value]| {
            let facts = Facts {
                keys: Some(keys),
                ..Facts::default()
            };
            facts.resolve(Source::Joined(&IN))
        };
        let two = [json!("10000"), json!(10001)];
        assert_eq!(text(&two), Ok(Some(json!("project in (10000, 10001)"))));
        for other in ["1) OR project is not EMPTY", "", "a b", "\"x\""] {
            assert_eq!(text(&[json!(other)]), Err(ProjectionError::NotPlain));
        }
        assert_eq!(text(&[json!({})]), Err(ProjectionError::NotPlain));
        assert_eq!(Facts::default().resolve(Source::Joined(&IN)), Ok(None));
    }

    #[test]
    fn a_word_is_turned_into_what_is_written_for_it() {
        static STATE: Turned = Turned {
            of: Source::Before("/state"),
            into: &[("ENABLED", "true"), ("loggedin", "\"authenticated\"")],
        };
        let turned = |before: Value| {
            let facts = Facts {
                before: Some(&before),
                ..Facts::default()
            };
            facts.resolve(Source::Turned(&STATE))
        };
        assert_eq!(turned(json!({"state": "ENABLED"})), Ok(Some(json!(true))));
        let shared = json!({"state": "loggedin"});
        assert_eq!(turned(shared), Ok(Some(json!("authenticated"))));
        assert_eq!(turned(json!({"state": "group"})), Ok(Some(json!("group"))));
        assert_eq!(turned(json!({})), Ok(None));
    }

    #[test]
    fn a_wrong_manifest_is_said_and_not_passed_over() {
        let arguments = json!({"permanent": "yes"});
        let facts = Facts {
            arguments: arguments.as_object(),
            ..Facts::default()
        };
        assert!(facts.resolve(Source::Constant("{")).is_err());
        assert!(facts.resolve(Source::Negated("permanent")).is_err());
    }
}
