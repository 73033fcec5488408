//! `docs/SECURITY.md` against the tests: what it names is there, and no trap is left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The functions under a directory that are tests.
fn tests_under(dir: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_under(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let file = syn::parse_file(&text).unwrap();
            collect(&file.items, found);
        }
    }
}

fn collect(items: &[syn::Item], found: &mut BTreeSet<String>) {
    for item in items {
        match item {
            syn::Item::Fn(function) if function.attrs.iter().any(is_test) => {
                found.insert(function.sig.ident.to_string());
            }
            syn::Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    collect(items, found);
                }
            }
            _ => {}
        }
    }
}

/// `#[test]`, `#[tokio::test]` and their like.
fn is_test(attribute: &syn::Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == "test")
}

/// The names in the last column of the tables.
fn named() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let last = text.lines().filter(|line| line.starts_with("| "));
    let last = last.filter_map(|line| line.trim_end_matches([' ', '|']).rsplit_once(" | "));
    last.filter(|(_, cell)| cell.starts_with('`'))
        .flat_map(|(_, cell)| cell.split(", "))
        .map(|name| name.trim_matches('`').to_owned())
        .collect()
}

#[test]
fn every_threat_has_a_test_and_every_trap_its_row() {
    let mut known = BTreeSet::new();
    for dir in ["src", "tests/it", "sdk/src", "codegen/src"] {
        tests_under(&root().join(dir), &mut known);
    }
    let named = named();
    assert!(named.len() >= 40, "{} names were found", named.len());
    let missing: Vec<_> = named.difference(&known).collect();
    assert!(missing.is_empty(), "no such test: {missing:?}");
    let mut traps = BTreeSet::new();
    tests_under(&root().join("tests/it/traps"), &mut traps);
    let untold: Vec<_> = traps.difference(&named).collect();
    assert!(untold.is_empty(), "not in docs/SECURITY.md: {untold:?}");
    let text = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ")).count();
    let shown = text.lines().filter(|line| line.contains("| `")).count();
    let heads = text.lines().filter(|line| line.starts_with("|---")).count();
    assert_eq!(rows, shown + heads, "a row without a test");
}
