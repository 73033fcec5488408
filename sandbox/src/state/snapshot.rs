//! The whole tenant as one JSON value, for comparing before with after.

use serde_json::{Map, Value};

use super::tenant::Tenant;

/// Members that say when something was written last.
const TIMES: &[&str] = &[
    "updated",
    "updatedAt",
    "changedOn",
    "lastModified",
    "lastUpdated",
    "approximateLastUsed",
];

/// Members that count the writes.
const COUNTERS: &[&str] = &["version"];

/// Lists whose entries get new ids whenever the list is written.
const RENUMBERED: &[&str] = &[
    "permissions",
    "sharePermissions",
    "editPermissions",
    "members",
    "notifications",
];

/// Lists whose order means nothing: who was taken out and put back stands at the end.
const UNORDERED: &[&str] = &[
    "customers",
    "members",
    "notifications",
    "organizations",
    "permissions",
    "projectIds",
];

/// Every collection by its kind's name, without work in progress, logs and times of change.
pub(crate) fn take(tenant: &Tenant) -> Value {
    with(tenant, strip)
}

/// The same with all that a write leaves behind of itself, but for its time: counted versions, new
/// numbers of old entries, another order of lists that have none.
pub(crate) fn take_exactly(tenant: &Tenant) -> Value {
    with(tenant, strip_times)
}

fn with(tenant: &Tenant, strip: fn(&mut Value)) -> Value {
    let mut all = Map::new();
    for (kind, collection) in tenant
        .collections
        .iter()
        .filter(|(kind, _)| !kind.volatile())
    {
        let mut documents: Map<String, Value> = collection
            .entries()
            .map(|(id, v)| (id.to_owned(), v.clone()))
            .collect();
        documents.values_mut().for_each(strip);
        if !documents.is_empty() {
            all.insert(kind.0.to_owned(), Value::Object(documents));
        }
    }
    Value::Object(all)
}

fn strip_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !TIMES.contains(&name.as_str()));
            members.values_mut().for_each(strip_times);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_times),
        _ => {}
    }
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !is_volatile(name));
            for (name, member) in members.iter_mut() {
                if RENUMBERED.contains(&name.as_str()) {
                    member
                        .as_array_mut()
                        .into_iter()
                        .flatten()
                        .for_each(forget_id);
                }
                if UNORDERED.contains(&name.as_str())
                    && let Some(items) = member.as_array_mut()
                {
                    items.sort_by_key(Value::to_string);
                }
                strip(member);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn forget_id(entry: &mut Value) {
    if let Some(members) = entry.as_object_mut() {
        members.remove("id");
    }
}

fn is_volatile(name: &str) -> bool {
    TIMES.contains(&name) || COUNTERS.contains(&name)
}
