//! Loading from a directory of its own.

use std::path::PathBuf;

use serde_json::json;

use super::*;
use crate::spec::{Published, Source, canonical, pin};

/// A directory of specs that is removed when dropped.
struct Dir(PathBuf);

impl Dir {
    /// One pinned document, `small`.
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("codegen-load-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let document = json!({
            "info": {"version": "1"},
            "paths": {"/a": {"get": {"operationId": "getA", "responses": {"200": {}}}}}
        });
        let pinned = pin(Published {
            api: "small",
            bytes: document.to_string().as_bytes(),
            source: Source {
                path: "small.json",
                date: "2026-01-02",
            },
        })
        .unwrap();
        let dir = Self(path);
        dir.write("small.json", &pinned.text);
        dir.write_pins(pinned.pin);
        dir
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn write_pins(&self, pin: Pin) {
        let pins = Pins(BTreeMap::from([("small".to_owned(), pin)]));
        self.write(pins::FILE, &pins.to_text().unwrap());
    }

    fn supplement(&self, value: &Value) {
        let text = canonical(value);
        let mut pin = Pins::read(&self.0).unwrap().0.remove("small").unwrap();
        pin.supplement_sha256 = Some(digest(text.as_bytes()));
        self.write("small.supplement.json", &text);
        self.write_pins(pin);
    }

    fn load(&self) -> Result<Specs, Problems> {
        Specs::load(&self.0)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn operations_are_found_by_key() {
    let specs = Dir::new("key").load().unwrap();
    let operation = specs.operation("small:getA").unwrap();
    assert_eq!((operation.method, operation.path), ("GET", "/a"));
    assert_eq!(operation.key(), "small:getA");
    assert!(specs.operation("small:getB").is_none());
    assert!(specs.operation("getA").is_none());
    assert_eq!(
        operation.value["responses"]["200"],
        json!({"description": ""})
    );
}

#[test]
fn an_altered_file_is_told() {
    let dir = Dir::new("altered");
    let text = std::fs::read_to_string(dir.0.join("small.json")).unwrap();
    dir.write("small.json", &text.replace("getA", "getB"));
    let problems = dir.load().unwrap_err();
    assert_eq!(problems.0.len(), 1);
    assert_eq!(problems.0[0].file, "specs/small.json");
    assert!(problems.0[0].what.contains("altered"), "{problems}");
}

#[test]
fn a_missing_file_and_a_stray_file_are_both_told() {
    let dir = Dir::new("stray");
    std::fs::remove_file(dir.0.join("small.json")).unwrap();
    dir.write("other.json", "{}");
    let problems = dir.load().unwrap_err();
    let files: Vec<_> = problems
        .0
        .iter()
        .map(|problem| problem.file.as_str())
        .collect();
    assert_eq!(files, ["specs/other.json", "specs/small.json"]);
}

#[test]
fn a_supplement_is_merged_and_guarded() {
    let dir = Dir::new("supplement");
    dir.supplement(&json!({"paths": {"/b": {"get": {"operationId": "getB"}}}}));
    assert!(dir.load().unwrap().operation("small:getB").is_some());
    dir.supplement(&json!({"paths": {"/a": {"get": {"operationId": "again"}}}}));
    assert!(dir.load().unwrap_err().0[0].what.contains("/a get"));
}

#[test]
fn fixups_are_applied_and_must_fit() {
    let dir = Dir::new("fixups");
    let entry = |document: &str, old: u8| {
        format!(
            "[[fixup]]\ndocument = \"{document}\"\npointer = \"/info/version\"\nold = \"{old}\"\n\
             new = \"2\"\nwhy = \"w\"\nevidence = \"e\"\n"
        )
    };
    dir.write(fix::FILE, &entry("small", 1));
    assert_eq!(
        dir.load().unwrap().documents["small"].root["info"]["version"],
        "2"
    );
    dir.write(
        fix::FILE,
        &format!("{}{}", entry("small", 7), entry("smal", 1)),
    );
    let problems = dir.load().unwrap_err();
    assert_eq!(problems.0.len(), 2);
    assert!(
        problems
            .0
            .iter()
            .all(|problem| problem.mend.contains("delete this entry")),
        "{problems}"
    );
}

#[test]
fn exclusions_give_their_reason_and_must_fit() {
    let dir = Dir::new("exclusions");
    let entry = |id: &str| {
        format!(
            "[[exclusion]]\ndocument = \"small\"\noperations = [\"{id}\"]\nwhy = \"internal\"\n"
        )
    };
    dir.write(exclude::FILE, &entry("getA"));
    assert_eq!(dir.load().unwrap().excluded("small:getA"), Some("internal"));
    dir.write(exclude::FILE, &entry("getZ"));
    assert!(dir.load().unwrap_err().0[0].what.contains("small:getZ"));
}

#[test]
fn the_ledger_says_why_an_operation_is_no_tool() {
    let dir = Dir::new("omitted");
    let entry = |document: &str, operation: &str, why: &str| {
        format!(
            "[[entry]]\ndocument = \"{document}\"\nfamily = \"things\"\n\
             operations = [\"{operation}\"]\nwhy = \"{why}\"\n"
        )
    };
    let told = |text: &str| -> Vec<(usize, String)> {
        dir.write(omit::FILE, text);
        let problems = dir.load().unwrap_err().0.into_iter();
        problems
            .map(|problem| (problem.line, problem.what))
            .collect()
    };
    let good = entry("small", "getA", "seldom");
    dir.write(omit::FILE, &good);
    let specs = dir.load().unwrap();
    let omitted = &specs.omissions["small:getA"];
    assert_eq!(
        (omitted.family.as_str(), omitted.why.as_str()),
        ("things", "seldom")
    );

    assert_eq!(
        told(&(entry("small", "getB", "w") + &entry("smal", "getA", "w"))),
        [
            (1, "no operation `small:getB`".to_owned()),
            (6, "no operation `smal:getA`".to_owned())
        ]
    );
    assert_eq!(
        told(&good.repeat(2)),
        [(
            6,
            "`small:getA` stands in the entry of line 1 as well".to_owned()
        )]
    );
    assert_eq!(
        told(&entry("small", "getA", " ")),
        [(1, "an entry without a family or a reason".to_owned())]
    );
    dir.write(
        exclude::FILE,
        "[[exclusion]]\ndocument = \"small\"\noperations = [\"getA\"]\nwhy = \"w\"\n",
    );
    assert_eq!(
        told(&good),
        [(1, "`small:getA` is excluded as well".to_owned())]
    );
}
