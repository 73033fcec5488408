//! One call on the tenant: an operation with checked arguments, on behalf of someone.

use serde_json::{Map, Value};

use super::exchange::Answer;
use super::refusal::Refusal;
use crate::spec::check::Arguments;
use crate::state::collection::Collection;
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// What a handler gives.
pub(crate) type Outcome = Result<Answer, Refusal>;

/// Carries out one operation.
pub(crate) type Handler = fn(&mut Call<'_>) -> Outcome;

/// What a handler works on.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) tenant: &'a mut Tenant,
    pub(crate) arguments: Arguments,
    pub(crate) body: Value,
    /// Account id of the caller; `org` for the organisation's key.
    pub(crate) account: String,
    /// Absolute address before the document's own path, for links.
    pub(crate) base: String,
    /// The document's own path of this request, without query.
    pub(crate) path: String,
}

impl Call<'_> {
    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.arguments.get(name)?.first().map(String::as_str)
    }

    /// A path parameter: always there, because the path matched.
    pub(crate) fn id(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// All values of a list parameter.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        self.arguments.get(name).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    /// Whether `expand` names this member or everything.
    pub(crate) fn expands(&self, member: &str) -> bool {
        self.list("expand")
            .iter()
            .flat_map(|e| e.split(','))
            .any(|e| e == member || e == "all")
    }

    pub(crate) fn of(&self, kind: Kind) -> &Collection {
        self.tenant.of(kind)
    }

    pub(crate) fn of_mut(&mut self, kind: Kind) -> &mut Collection {
        self.tenant.of_mut(kind)
    }

    /// A document, or 404 with the product's words.
    pub(crate) fn find(&self, kind: Kind, id: &str, otherwise: &str) -> Result<Value, Refusal> {
        self.tenant
            .get(kind, id)
            .cloned()
            .ok_or_else(|| Refusal::not_found(otherwise))
    }

    /// A text member of the body.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }

    /// A text member of the body that its schema demands.
    pub(crate) fn id_in_body(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    /// A text member of the body that must be there and not blank.
    pub(crate) fn demand(&self, name: &str) -> Result<String, Refusal> {
        match self.text(name).map(str::trim) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(Refusal::field(name, "is required")),
        }
    }

    /// Writes the members of the body named here into a document; a null takes the member out.
    pub(crate) fn merge(&self, document: &mut Value, names: &[&str]) {
        for name in names {
            match self.body.get(*name) {
                Some(Value::Null) => drop(members(document).map(|m| m.remove(*name))),
                Some(value) => document[*name] = value.clone(),
                None => {}
            }
        }
    }

    /// Puts the members of the body in the place of those of the document: what the body leaves
    /// out is gone.
    pub(crate) fn replace(&self, document: &mut Value, names: &[&str]) {
        for name in names {
            match self.body.get(*name).filter(|v| !v.is_null()) {
                Some(value) => document[*name] = value.clone(),
                None => drop(members(document).map(|m| m.remove(*name))),
            }
        }
    }

    /// Absolute address of a path of this document.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn now(&self) -> i64 {
        self.tenant.now
    }
}

fn members(value: &mut Value) -> Option<&mut Map<String, Value>> {
    value.as_object_mut()
}

/// The members of a document named here, those that are there.
pub(crate) fn pick(document: &Value, names: &[&str]) -> Value {
    let members = names
        .iter()
        .filter_map(|n| Some(((*n).to_owned(), document.get(*n)?.clone())));
    Value::Object(members.collect())
}
