//! The model of the tenant: things with cells, and in each cell a text. What is not a cell of the
//! model must never change, which is why the model can say what the whole site looks like.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::steps::Wish;

/// The texts of a thing by the names of its cells; an empty text is none at all.
pub(super) type Cells = BTreeMap<String, String>;

/// A switch that is on.
pub(super) const ON: &str = "on";
/// Who can be put into an organisation and taken out again.
const CUSTOMERS: [&str; 4] = [
    "712020:00000076-422a-4186-ac9e-00006ceadefa",
    "712020:00000077-6119-4a9f-a19b-00006dd72aa1",
    "712020:00000078-8008-43b8-a698-00006ec37648",
    "712020:00000079-9ef7-4cd1-ab95-00006fafc1ef",
];
/// What can be assigned to a project.
const SCHEMES: [&str; 4] = ["0", "10000", "10001", "10002"];
/// What is there from the start.
const THINGS: [(Kind, &str); 11] = [
    (Kind::Filter, "10001"),
    (Kind::Filter, "10004"),
    (Kind::Dashboard, "10000"),
    (Kind::Dashboard, "10005"),
    (Kind::Field, "customfield_10040"),
    (Kind::Field, "customfield_10041"),
    (Kind::Scheme, "10001"),
    (Kind::Members, "1"),
    (Kind::Members, "3"),
    (Kind::Assignment, "10006"),
    (Kind::Archive, "10001"),
];

/// What a thing is, which decides how it is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Its endpoint resets what a request leaves out.
    Filter,
    /// Likewise, and it is shared with somebody.
    Dashboard,
    /// Its endpoint changes what it is given, and its name must be given.
    Field,
    /// A notification scheme, whose endpoint changes what it is given.
    Scheme,
    /// The members of an organisation, of whom each is added and removed.
    Members,
    /// Which permission scheme a project has.
    Assignment,
    /// Whether a project is archived: one operation there, and another one back.
    Archive,
}

/// One thing that changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) id: String,
}

impl Thing {
    /// The collection and the document that hold it.
    pub(super) fn place(&self) -> (&'static str, &str) {
        let collection = match self.kind {
            Kind::Filter => "Filter",
            Kind::Dashboard => "Dashboard",
            Kind::Field => "Field",
            Kind::Scheme => "NotificationScheme",
            Kind::Members => "Organization",
            Kind::Assignment | Kind::Archive => "Project",
        };
        (collection, &self.id)
    }

    fn read(&self, document: &Value) -> Cells {
        let text = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        let switch = |on: bool| if on { ON.to_owned() } else { String::new() };
        let cell = |name: &str, value: String| (name.to_owned(), value);
        match self.kind {
            Kind::Filter | Kind::Dashboard | Kind::Field | Kind::Scheme => ["name", "description"]
                .map(|name| cell(name, text(name)))
                .into(),
            Kind::Members => {
                let members = document["members"].as_array().unwrap();
                let is_member = |account: &str| members.iter().any(|member| member == account);
                CUSTOMERS
                    .map(|account| cell(account, switch(is_member(account))))
                    .into()
            }
            Kind::Assignment => [cell("scheme", text("permissionScheme"))].into(),
            Kind::Archive => [cell("archived", switch(document["archived"] == true))].into(),
        }
    }

    fn write(&self, cells: &Cells, document: &mut Value) {
        match self.kind {
            Kind::Filter | Kind::Dashboard | Kind::Field | Kind::Scheme => {
                for (name, text) in cells {
                    put(document, name, (!text.is_empty()).then(|| json!(text)));
                }
            }
            Kind::Members => {
                let members = document["members"].as_array_mut().unwrap();
                members.retain(|member| !CUSTOMERS.iter().any(|account| member == account));
                let on = cells.iter().filter(|(_, value)| *value == ON);
                members.extend(on.map(|(account, _)| json!(account)));
                members.sort_by_key(Value::to_string);
            }
            Kind::Assignment => document["permissionScheme"] = json!(cells["scheme"]),
            Kind::Archive => {
                let archived = cells["archived"] == ON;
                put(document, "archived", archived.then_some(json!(true)));
            }
        }
    }

    /// The cells that a wish for this thing sets.
    fn wanted(&self, bits: u8, value: u8) -> Cells {
        let text = |name: &str| match (name, value) {
            ("description", 3) => String::new(),
            _ => format!("{:?} {} {name} {value}", self.kind, self.id),
        };
        let named = |at: usize, bits: u8| bits & (1 << at) != 0;
        let some = |names: &[&str], of: &dyn Fn(&str) -> String| {
            let bits = if bits.trailing_zeros() as usize >= names.len() {
                1
            } else {
                bits
            };
            let named = names.iter().enumerate().filter(|(at, _)| named(*at, bits));
            named
                .map(|(_, name)| ((*name).to_owned(), of(name)))
                .collect()
        };
        match self.kind {
            Kind::Filter | Kind::Dashboard | Kind::Field | Kind::Scheme => {
                some(&["name", "description"], &text)
            }
            Kind::Members => {
                let to = if value.is_multiple_of(2) { ON } else { "" };
                some(&CUSTOMERS, &|_| to.to_owned())
            }
            Kind::Assignment => {
                [("scheme".to_owned(), SCHEMES[usize::from(value)].to_owned())].into()
            }
            Kind::Archive => [("archived".to_owned(), ON.to_owned())].into(),
        }
    }
}

/// A wish made plain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Set(Thing, Cells),
    Create(Cells),
    Delete(Thing),
}

/// The site as it should be.
#[derive(Debug, Clone)]
pub(super) struct Tenant {
    /// As it was found.
    found: Value,
    pub(super) things: BTreeMap<Thing, Cells>,
    /// The filters that were made, each with what it holds besides its cells.
    made: BTreeMap<Thing, Value>,
    /// How many filters somebody has thought of making.
    thought: u32,
}

impl Tenant {
    pub(super) fn found(mut whole: Value) -> Self {
        forget(&mut whole);
        let things = THINGS.map(|(kind, id)| {
            let id = id.to_owned();
            let thing = Thing { kind, id };
            let (collection, id) = thing.place();
            let cells = thing.read(&whole[collection][id]);
            (thing, cells)
        });
        Self {
            found: whole,
            things: things.into(),
            made: BTreeMap::new(),
            thought: 0,
        }
    }

    /// Where the site is not as it should be.
    pub(super) fn differs(&self, mut whole: Value) -> Option<String> {
        forget(&mut whole);
        (!self.is(&whole)).then(|| {
            let patch = json_patch::diff(&self.whole(), &whole);
            format!("the site is not as it should be: {patch}")
        })
    }

    /// The documents of the things as they should be, by collection and id.
    fn documents(&self) -> BTreeMap<(&'static str, &str), Value> {
        let mut documents = BTreeMap::new();
        for (thing, cells) in &self.things {
            let (collection, id) = thing.place();
            let document = documents.entry((collection, id)).or_insert_with(|| {
                let made = self.made.get(thing);
                made.unwrap_or(&self.found[collection][id]).clone()
            });
            thing.write(cells, document);
        }
        documents
    }

    /// Whether this is the site as it should be. Most of it is as it was found, and is not copied
    /// for being compared.
    fn is(&self, whole: &Value) -> bool {
        let mut documents = self.documents();
        let mut same = |collection: &str, now: &Value, found: &Value| match (now, found) {
            (Value::Object(now), Value::Object(found)) => {
                let made = self.made.keys().map(Thing::place);
                let made = made.filter(|(of, _)| *of == collection).count();
                now.len() == found.len() + made
                    && now.iter().all(|(id, document)| {
                        let key = documents
                            .keys()
                            .find(|(of, at)| *of == collection && at == id);
                        match key.copied() {
                            Some(key) => documents.remove(&key).as_ref() == Some(document),
                            None => found.get(id) == Some(document),
                        }
                    })
            }
            _ => now == found,
        };
        let (Some(now), Some(found)) = (whole.as_object(), self.found.as_object()) else {
            return false;
        };
        now.len() == found.len()
            && now
                .iter()
                .all(|(name, now)| found.get(name).is_some_and(|found| same(name, now, found)))
            && documents.is_empty()
    }

    fn whole(&self) -> Value {
        let mut whole = self.found.clone();
        for ((collection, id), document) in self.documents() {
            whole[collection][id] = document;
        }
        whole
    }

    /// What a wish means now; nothing where there is nothing to which it could apply.
    pub(super) fn plain(&mut self, wish: &Wish) -> Option<Wanted> {
        let nth = |things: Vec<&Thing>, nth: u8| {
            let at = usize::from(nth).checked_rem(things.len())?;
            Some(things[at].clone())
        };
        match wish {
            Wish::Set {
                thing,
                cells,
                value,
            } => {
                let thing = nth(self.things.keys().collect(), *thing)?;
                let cells = thing.wanted(*cells, *value);
                Some(Wanted::Set(thing, cells))
            }
            Wish::Create { value } => {
                // Of one person no two filters may have the same name.
                self.thought += 1;
                let name = format!("Walk {}", self.thought);
                let cells = [("name", name), ("description", format!("Made {value}"))];
                let cells = cells.map(|(name, text)| (name.to_owned(), text));
                Some(Wanted::Create(cells.into()))
            }
            Wish::Delete { thing } => {
                let thing = nth(self.made.keys().collect(), *thing)?;
                Some(Wanted::Delete(thing))
            }
        }
    }

    /// Whether a filter of this id is known.
    pub(super) fn knows_filter(&self, id: &str) -> bool {
        let thing = Thing {
            kind: Kind::Filter,
            id: id.to_owned(),
        };
        self.things.contains_key(&thing) || self.found["Filter"].get(id).is_some()
    }

    pub(super) fn set(&mut self, thing: &Thing, cells: &Cells) {
        if let Some(present) = self.things.get_mut(thing) {
            present.extend(cells.clone());
        }
    }

    /// A filter came to be.
    pub(super) fn create(&mut self, id: &str, owner: &str, cells: Cells) -> Thing {
        let thing = Thing {
            kind: Kind::Filter,
            id: id.to_owned(),
        };
        let rest = json!({
            "id": id, "owner": owner, "favouritedCount": 0, "favourite": false, "jql": JQL,
            "sharePermissions": [], "editPermissions": [],
        });
        self.made.insert(thing.clone(), rest);
        self.things.insert(thing.clone(), cells);
        thing
    }

    pub(super) fn delete(&mut self, thing: &Thing) {
        self.made.remove(thing);
        self.things.remove(thing);
    }
}

/// What a filter that is made looks for.
pub(super) const JQL: &str = "project = PORT";

/// Who archived a project and when says nothing that the model knows.
fn forget(whole: &mut Value) {
    for project in whole["Project"].as_object_mut().into_iter().flatten() {
        for name in ["archivedBy", "archivedDate"] {
            put(project.1, name, None);
        }
    }
}

fn put(document: &mut Value, name: &str, value: Option<Value>) {
    let members: &mut Map<String, Value> = document.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
}
