//! Requests for the rows of the shelves, made from the seed's documents and the request schemas: the
//! first document of a kind is read and changed, the last one is deleted.

use serde_json::{Map, Value, json};

use crate::shelf::table::{Act, From, Parent, Shelf, Write};
use crate::spec::operation::{Location, Operation};
use crate::state::kind::Kind;
use crate::state::tenant::Tenant;

/// Before each path, by document.
const HOSTS: [(&str, &str); 11] = [
    ("admin-api-access", "/api/admin/api-access/v1"),
    ("admin-control", "/api"),
    ("admin-dlp", "/api/admin/dlp/v1"),
    ("admin-organization", "/api/admin"),
    (
        "assets",
        "/api/ex/jira/{cloud}/jsm/assets/workspace/{ws}/v1",
    ),
    ("automation", "/api/automation/public/jira/{cloud}"),
    ("confluence-v2", "/site/{site}/wiki/api/v2"),
    ("jira-platform", "/api/ex/jira/{cloud}"),
    ("jira-software", "/api/ex/jira/{cloud}"),
    ("jsm-forms", "/api/jira/forms/cloud/{cloud}"),
    ("site", "/site/{site}"),
];

/// Reads first, deletions last.
pub(super) fn rank(act: &Act) -> u8 {
    match act {
        Act::List(_) | Act::Get | Act::GetAt(_) | Act::Hand(_) => 0,
        Act::Update(_) | Act::Put(..) | Act::Reorder(_) | Act::Attach(_) => 1,
        Act::Create(_) => 2,
        Act::Detach(_) | Act::Clear(..) => 3,
        Act::Delete(_) => 4,
    }
}

/// The request for one row, as a line of the samples.
pub(super) fn line(tenant: &Tenant, shelf: &Shelf, act: &Act, operation: &Operation) -> String {
    let asked = Asked {
        tenant,
        shelf,
        act,
        operation,
    };
    let document = asked.document();
    let mut path = operation.path.clone();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for parameter in &operation.parameters {
        let name = &parameter.name;
        let known = asked.parameter(name, &document);
        let value = || {
            let value = known.clone();
            value.unwrap_or_else(|| text(&example(&parameter.schema, &parameter.schema)))
        };
        match parameter.location {
            Location::Path => {
                let encoded: String =
                    url::form_urlencoded::byte_serialize(value().as_bytes()).collect();
                // The organisation stands for itself until the request is made.
                let encoded = encoded.replace('+', "%20").replace("%7Borg%7D", "{org}");
                path = path.replace(&format!("{{{name}}}"), &encoded);
            }
            Location::Query if parameter.required || known.is_some() => {
                query.append_pair(name, &value());
            }
            _ => {}
        }
    }
    let host = match operation.api.as_str() {
        "jira-service-management" | "confluence-v1" => "site",
        "admin-user-provisioning" | "admin-user-management" => "admin-control",
        api => api,
    };
    let host = HOSTS.iter().find(|(api, _)| *api == host).unwrap().1;
    let query = Some(query.finish()).filter(|q| !q.is_empty());
    let query = query.map_or_else(String::new, |q| format!("?{q}"));
    let body = asked.body(&document);
    let body = body.map_or_else(String::new, |b| format!(" {b}"));
    format!("{} {host}{path}{query}{body}", operation.method)
}

struct Asked<'a> {
    tenant: &'a Tenant,
    shelf: &'a Shelf,
    act: &'a Act,
    operation: &'a Operation,
}

impl Asked<'_> {
    fn document(&self) -> Value {
        let all = self.tenant.of(self.shelf.kind);
        let wanted = match self.act {
            Act::Delete(_) => all.values().last(),
            // Taking out needs something to take.
            Act::Detach(link) => all.values().find(|d| {
                at(d, link.at).is_some_and(|l| l.as_array().is_some_and(|l| !l.is_empty()))
            }),
            _ => all.values().next(),
        };
        wanted.cloned().unwrap_or_default()
    }

    /// What the seed and the tables say of a parameter.
    fn parameter(&self, name: &str, document: &Value) -> Option<String> {
        if self.shelf.id.contains(&name) {
            return at(document, self.shelf.by[0]).map(text);
        }
        if name == "orgId" {
            return Some("{org}".to_owned());
        }
        match self.act {
            Act::Attach(link) | Act::Detach(link) => match link.from {
                From::Param(param) if param == name => return Some(text(&self.entry(document))),
                _ => {}
            },
            Act::Delete(delete) => match delete.moves {
                Some(moves) if moves.param == name => {
                    let first = self.tenant.of(self.shelf.kind).values().next()?;
                    return at(first, self.shelf.by[0]).map(text);
                }
                _ => {}
            },
            _ => {}
        }
        self.parent(self.shelf.parent?, name, document)
    }

    fn parent(&self, parent: &Parent, name: &str, child: &Value) -> Option<String> {
        let held = at(child, parent.member).map(|held| text(held.get(0).unwrap_or(held)));
        let all = self.tenant.of(parent.kind);
        let is = |d: &Value| at(d, parent.by[0]).map(text) == held;
        let document = all.find(is).or_else(|| all.values().next())?;
        if parent.param == name {
            return at(document, parent.by[0]).map(text);
        }
        self.parent(parent.above?, name, document)
    }

    /// An id for a list: the last of its kind to add, the first in the list to take out or move.
    fn entry(&self, document: &Value) -> Value {
        let (list, key, kind) = match self.act {
            Act::Attach(link) => (link.at, link.key, link.refer.map(|(kind, _)| kind)),
            Act::Detach(link) => (link.at, link.key, None),
            Act::Reorder(order) if order.at.is_empty() => {
                return at(document, self.shelf.by[0]).cloned().unwrap_or_default();
            }
            Act::Reorder(order) => (order.at, order.key, None),
            _ => ("", "", None),
        };
        if let Some(kind) = kind {
            return json!(self.last(kind));
        }
        let first = at(document, list).and_then(|l| l.get(0));
        first.map_or_else(|| json!("x"), |e| e.get(key).unwrap_or(e).clone())
    }

    fn last(&self, kind: Kind) -> String {
        let last = self.tenant.of(kind).entries().last();
        last.map(|(id, _)| id.to_owned()).unwrap_or_default()
    }

    fn body(&self, document: &Value) -> Option<Value> {
        let payload = self.operation.body.as_ref()?.media.values().next()?;
        let schema = payload.schema.as_ref()?;
        Some(match self.act {
            Act::Create(write) | Act::Update(write) | Act::Put(write, _) => {
                self.written(write, schema, document)
            }
            Act::Attach(link) | Act::Detach(link) => match link.from {
                From::Body(place) => {
                    let spot = descend(schema, schema, place);
                    let entry = self.entry(document);
                    placed(place, shaped(schema, spot, link.key, entry))
                }
                _ => example(schema, schema),
            },
            Act::Reorder(order) => {
                let spot = descend(schema, schema, order.ids);
                let ids = shaped(schema, spot, order.key, self.entry(document));
                let mut body = placed(order.ids, ids);
                body[order.position] = json!("Last");
                body
            }
            _ => example(schema, schema),
        })
    }

    /// What a write takes, from a document of the seed; what must be there and is not, by its type.
    fn written(&self, write: &Write, schema: &Value, document: &Value) -> Value {
        let each = write.each.unwrap_or_default();
        let spot = descend(schema, descend(schema, schema, write.under), each);
        let spot = match write.each {
            Some(_) => resolved(schema, &spot["items"]),
            None => spot,
        };
        let held = at(document, write.at).unwrap_or(&Value::Null);
        let mut given = if write.mode == crate::shelf::table::Mode::Whole && !held.is_null() {
            held.clone()
        } else {
            example(schema, spot)
        };
        let creates = !matches!(self.act, Act::Update(_));
        let members = spot["properties"].as_object().into_iter().flatten();
        for (name, member) in members.filter(|(_, m)| m["readOnly"] != true) {
            let wanted = write.take.is_empty() || write.take.contains(&name.as_str());
            let needed = given.get(name).is_some() || write.demand.contains(&name.as_str());
            let refer = write.refers.iter().find(|r| r.at.trim_matches('/') == name);
            let value = match (held.get(name), refer) {
                _ if creates && write.unique.is_some_and(|u| u.member == name) => {
                    json!("Made here")
                }
                (Some(value), _) if wanted || needed => value.clone(),
                (None, Some(refer)) if needed => shaped(
                    schema,
                    resolved(schema, member),
                    "",
                    json!(self.last(refer.kind)),
                ),
                (None, None) if needed => example(schema, member),
                _ => continue,
            };
            given[name] = value;
        }
        if write.each.is_some() {
            given = json!([given]);
        }
        placed(write.under, placed(each, given))
    }
}

/// An id in the type that its place has: a list, a number, an object.
fn shaped(root: &Value, schema: &Value, key: &str, id: Value) -> Value {
    match schema["type"].as_str() {
        Some("array") => json!([shaped(root, resolved(root, &schema["items"]), key, id)]),
        Some("integer" | "number") => text(&id).parse::<u64>().map_or(id, |n| json!(n)),
        Some("string") => json!(text(&id)),
        _ if schema.get("properties").is_some() && !key.is_empty() => json!({ key: id }),
        _ => id,
    }
}

/// A value of the type, with what it must have.
fn example(root: &Value, schema: &Value) -> Value {
    let schema = resolved(root, schema);
    if let Some(first) = schema["enum"].get(0).or(schema.get("default")) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("string") => json!("x"),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(false),
        Some("array") if schema["minItems"].as_u64().unwrap_or(0) > 0 => {
            json!([example(root, &schema["items"])])
        }
        Some("array") => json!([]),
        _ => {
            let mut made = Map::new();
            for name in schema["required"].as_array().into_iter().flatten() {
                let name = name.as_str().unwrap();
                made.insert(name.to_owned(), example(root, &schema["properties"][name]));
            }
            Value::Object(made)
        }
    }
}

/// The schema at a place of a body.
fn descend<'a>(root: &'a Value, schema: &'a Value, place: &str) -> &'a Value {
    place
        .split('/')
        .filter(|step| !step.is_empty())
        .fold(resolved(root, schema), |schema, step| {
            resolved(root, &schema["properties"][step])
        })
}

/// Follows references and single alternatives.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema["$ref"].as_str();
    if let Some(next) = reference.and_then(|r| root.pointer(r.trim_start_matches('#'))) {
        return resolved(root, next);
    }
    match schema["allOf"].get(0).or(schema["anyOf"].get(0)) {
        Some(only) if schema.get("properties").is_none() => resolved(root, only),
        _ => schema,
    }
}

/// A value under a place.
fn placed(place: &str, value: Value) -> Value {
    let steps = place.split('/').filter(|step| !step.is_empty());
    steps
        .rev()
        .fold(value, |value, step| json!({ step: value }))
}

fn at<'a>(value: &'a Value, place: &str) -> Option<&'a Value> {
    let mut steps = place.split('/').filter(|step| !step.is_empty());
    steps.try_fold(value, |value, step| value.get(step))
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
