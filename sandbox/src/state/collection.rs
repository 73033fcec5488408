//! An ordered collection of JSON documents under string ids, with its own id counter.

use serde_json::Value;

/// Documents in the order of their creation, as the products list them.
#[derive(Debug, Default, Clone)]
pub(crate) struct Collection {
    items: Vec<(String, Value)>,
    next: u64,
}

impl Collection {
    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.items.iter().find(|(key, _)| key == id).map(|(_, v)| v)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        self.items
            .iter_mut()
            .find(|(key, _)| key == id)
            .map(|(_, v)| v)
    }

    /// The first document that satisfies the test.
    pub(crate) fn find(&self, test: impl Fn(&Value) -> bool) -> Option<&Value> {
        self.values().find(|v| test(v))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.items.iter().map(|(_, v)| v)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.items.iter_mut().map(|(_, v)| v)
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.items.iter().map(|(id, v)| (id.as_str(), v))
    }

    /// Ids and documents, for putting them into another order.
    pub(crate) fn entries_mut(&mut self) -> &mut [(String, Value)] {
        &mut self.items
    }

    /// Puts a document under an id, in place of what stood there.
    pub(crate) fn put(&mut self, id: impl Into<String>, document: Value) {
        let id = id.into();
        if let Some(number) = trailing_number(&id) {
            self.next = self.next.max(number + 1);
        }
        match self.get_mut(&id) {
            Some(slot) => *slot = document,
            None => self.items.push((id, document)),
        }
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Value> {
        let at = self.items.iter().position(|(key, _)| key == id)?;
        Some(self.items.remove(at).1)
    }

    /// Keeps the documents that satisfy the test.
    pub(crate) fn retain(&mut self, test: impl Fn(&Value) -> bool) {
        self.items.retain(|(_, v)| test(v));
    }

    /// A number that no document of this collection has borne.
    pub(crate) fn allocate(&mut self) -> u64 {
        self.next = self.next.max(1);
        let id = self.next;
        self.next += 1;
        id
    }
}

/// The number at the end of an id (`customfield_10031` gives 10031).
fn trailing_number(id: &str) -> Option<u64> {
    let digits = id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    id.get(digits..)?.parse().ok()
}
