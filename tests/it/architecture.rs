//! The floors of `src/` and the habits that can be read off the files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// Floors from the ground up; a module may use its own floor and those below.
const FLOORS: &[&[&str]] = &[
    &["base"],
    &["config", "store", "seal", "catalog", "projection"],
    &[
        "auth",
        "grants",
        "policy",
        "consent",
        "journal",
        "audit",
        "limits",
        "change_sets",
    ],
    &["upstream"],
    &["dispatch", "tools"],
    &["http", "mcp", "web"],
    &["app", "cli", "main"],
];
/// Longest hand-written file, in lines.
const LONGEST: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn hand_written() -> Vec<PathBuf> {
    [
        "src",
        "codegen/src",
        "sdk/src",
        "sandbox/src",
        "tests",
        "benches",
    ]
    .iter()
    .map(|dir| root().join(dir))
    .filter(|dir| dir.is_dir())
    .flat_map(|dir| rust_files(&dir))
    .filter(|path| {
        !path
            .components()
            .any(|part| part.as_os_str() == "node_modules")
    })
    .collect()
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// The first module under `crate::` of every path in a file, and every crate named first.
#[derive(Default)]
struct Named {
    modules: Vec<String>,
    crates: Vec<String>,
}

impl Named {
    fn path(&mut self, segments: &[String]) {
        match segments {
            [first, second, ..] if first == "crate" || first == "gojira_mcp" => {
                self.modules.push(second.clone());
            }
            [first, ..] => self.crates.push(first.clone()),
            [] => {}
        }
    }

    fn tree(&mut self, tree: &syn::UseTree, mut prefix: Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.tree(&path.tree, prefix);
            }
            syn::UseTree::Name(name) => {
                prefix.push(name.ident.to_string());
                self.path(&prefix);
            }
            syn::UseTree::Rename(name) => {
                prefix.push(name.ident.to_string());
                self.path(&prefix);
            }
            syn::UseTree::Glob(_) => self.path(&prefix),
            syn::UseTree::Group(group) => {
                for item in &group.items {
                    self.tree(item, prefix.clone());
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Named {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        self.path(&segments);
        syn::visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Tests may look up and down.
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }
}

/// Module of a file of `src/`, and whether it is a test's.
fn place(path: &Path) -> (String, bool) {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside
        .components()
        .next()
        .unwrap()
        .as_os_str()
        .to_string_lossy();
    let module = first.trim_end_matches(".rs").to_owned();
    let test = inside.iter().any(|part| {
        let name = part.to_string_lossy();
        let name = name.trim_end_matches(".rs");
        matches!(name, "tests" | "contract" | "fixture" | "fixtures") || name.ends_with("_tests")
    });
    (module, test)
}

fn named_by_file() -> BTreeMap<PathBuf, (String, Named)> {
    rust_files(&root().join("src"))
        .into_iter()
        .filter_map(|path| {
            let (module, test) = place(&path);
            if test || module == "lib" {
                return None;
            }
            let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let mut named = Named::default();
            named.visit_file(&file);
            Some((path, (module, named)))
        })
        .collect()
}

#[test]
fn imports_point_downward_only() {
    let mut wrong = Vec::new();
    for (path, (module, named)) in named_by_file() {
        let Some(own) = floor_of(&module) else {
            wrong.push(format!("{}: {module} stands on no floor", path.display()));
            continue;
        };
        for other in &named.modules {
            match floor_of(other) {
                Some(floor) if floor > own => wrong.push(format!(
                    "{}: {module} (floor {own}) uses {other} (floor {floor})",
                    path.display()
                )),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_upstream_names_the_sdk_and_only_the_command_line_the_sandbox() {
    let mut wrong = Vec::new();
    for (path, (module, named)) in named_by_file() {
        for (name, home) in [
            ("atlassian_admin", "upstream"),
            ("atlassian_sandbox", "cli"),
            ("rusqlite", "store"),
            ("chacha20poly1305", "seal"),
            ("rmcp", "mcp"),
        ] {
            let at_home = module == home || (name == "rmcp" && module == "http");
            if named.crates.iter().any(|other| other == name) && !at_home {
                wrong.push(format!("{}: {name} belongs to {home}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_none_is_long() {
    let mut wrong = Vec::new();
    for path in hand_written() {
        let text = std::fs::read_to_string(&path).unwrap();
        if !text.starts_with("//! ") {
            wrong.push(format!(
                "{}: the first line does not say what it is for",
                path.display()
            ));
        }
        let lines = text.lines().count();
        if lines > LONGEST {
            wrong.push(format!("{}: {lines} lines", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The only reasons for which a lint may be silenced without being expected: generated code, and
/// code that is used or not as the manifest chooses.
const ALLOWED: &[&str] = &["reason = \"generated", "reason = \"whether any operation"];

#[test]
fn nothing_is_owed_and_no_lint_is_waved_through() {
    // Put together here so that this file does not name them itself.
    let owed = [["TO", "DO"], ["FIX", "ME"], ["#[ig", "nore"]].map(|[a, b]| format!("{a}{b}"));
    let silenced = ["#[al", "low("].concat();
    let mut wrong = Vec::new();
    for path in hand_written() {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let attribute = lines.iter().skip(at).take(8).copied().collect::<String>();
            let waved = line.contains(&silenced)
                && !ALLOWED.iter().any(|reason| attribute.contains(reason));
            if waved || owed.iter().any(|mark| line.contains(mark.as_str())) {
                wrong.push(format!("{}:{}: {}", path.display(), at + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
