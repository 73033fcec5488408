//! The surface as people read it: one file a tool, one page a group, and the table of the README.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test it` writes them anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gojira_mcp::catalog;
use gojira_mcp::catalog::model::{Group, Revert, Tool};
use gojira_mcp::config::Surface;
use gojira_mcp::dispatch::found_again;
use gojira_mcp::mcp::Listing;
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn updating() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of the tests, not a setting"
    )]
    let switch = std::env::var_os("UPDATE_SNAPSHOTS");
    switch.is_some()
}

/// Compares a file with what it should be, or writes it.
fn agree(path: &Path, wanted: &str, wrong: &mut Vec<String>) {
    if updating() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, wanted).unwrap();
    } else if std::fs::read_to_string(path).is_ok_and(|found| found == wanted) {
    } else {
        wrong.push(format!("{} is not what the catalogue says", path.display()));
    }
}

/// What a tool reaches Atlassian with.
fn credential(tool: &Tool) -> &'static str {
    if catalog::takes_either(tool) {
        "oauth, else api_token"
    } else {
        tool.credential.as_str()
    }
}

fn picture(tool: &Tool) -> Value {
    let schema: Value = serde_json::from_str(tool.listed_schema).unwrap();
    let revert = match &tool.revert {
        Revert::No(why) => format!("no: {why}"),
        Revert::Restore { .. } => "restores what was touched".to_owned(),
        Revert::Recipe { call, .. } => call.operation.key.to_owned(),
        Revert::Difference { .. } => "undoes the difference".to_owned(),
    };
    let mut picture = json!({
        "name": tool.name,
        "title": tool.title,
        "aliases": tool.aliases,
        "group": tool.group,
        "about": tool.about,
        "effect": tool.effect.as_str(),
        "credential": credential(tool),
        "operation": tool.operation.map(|operation| operation.key),
        "method": tool.operation.map(|operation| operation.method),
        "path": tool.operation.map(|operation| operation.path),
        "handler": tool.handler,
        "uses": tool.uses.iter().map(|operation| operation.key).collect::<Vec<_>>(),
        "scopes": catalog::scopes_of(tool),
        "revert": revert,
        "core": tool.core,
        "inputSchema": schema,
    });
    if let Some(how) = found_again(tool) {
        picture["found_again"] = how.into();
    }
    picture
}

#[test]
fn every_tool_is_as_its_snapshot_says_and_no_snapshot_is_an_orphan() {
    let home = root().join("tests/snapshots/tools");
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for tool in catalog::tools() {
        let path = home.join(tool.group).join(format!("{}.json", tool.name));
        agree(&path, &format!("{:#}\n", picture(tool)), &mut wrong);
        known.insert(path);
    }
    for group in std::fs::read_dir(&home).unwrap() {
        remove_orphans(&group.unwrap().path(), &known, &mut wrong);
    }
    assert!(
        wrong.is_empty(),
        "{}\nUPDATE_SNAPSHOTS=1 writes them anew",
        wrong.join("\n")
    );
}

/// Files of a folder that nothing wrote are removed when all is written anew, and wrong otherwise.
fn remove_orphans(folder: &Path, known: &BTreeSet<PathBuf>, wrong: &mut Vec<String>) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if known.contains(&path) {
            continue;
        }
        if updating() {
            std::fs::remove_file(&path).unwrap();
        } else {
            wrong.push(format!("{} belongs to nothing", path.display()));
        }
    }
}

/// A list of tools as it goes over the wire: how many, and how many bytes of JSON.
fn listed(surface: Surface) -> (usize, usize) {
    let listing = Listing::new(catalog::tools(), false).unwrap();
    let callable = catalog::tools().iter().collect();
    let tools = listing.of(&catalog::surface::listed(Some(surface), callable));
    let json = json!({ "tools": tools });
    (tools.len(), json.to_string().len())
}

/// What lists of tools cost a client; tokens are bytes by four.
fn sizes() -> String {
    let (core, core_bytes) = listed(Surface::Catalog);
    let (all, all_bytes) = listed(Surface::Full);
    format!(
        "Listed in catalogue mode: {core} tools, {} tokens (of at most 40 and 12,000). Listed in full \
         mode: {all} tools, {} bytes a tool on average (of at most 1,200).\n\n",
        core_bytes / 4,
        all_bytes / all
    )
}

#[test]
fn the_lists_of_tools_are_within_their_bounds() {
    let (core, core_bytes) = listed(Surface::Catalog);
    assert!(core <= 40, "{core} tools are listed in catalogue mode");
    assert!(
        core_bytes / 4 <= 12_000,
        "{core_bytes} bytes in catalogue mode"
    );
    let (all, all_bytes) = listed(Surface::Full);
    assert_eq!(all, catalog::tools().len());
    assert!(all_bytes / all <= 1200, "{all_bytes} bytes for {all} tools");
}

/// The page of a group: its tools, each on a line.
fn page(group: &Group) -> String {
    let mut text = format!("# `{}`\n\n{}\n\n", group.name, group.title);
    text.push_str("| tool | what it does | effect | credential | undo | operation |\n|---|---|---|---|---|---|\n");
    for tool in of_group(group) {
        let undo = if matches!(tool.revert, Revert::No(_)) {
            ""
        } else {
            "yes"
        };
        let operation = match tool.operation {
            Some(operation) => format!("`{} {}`", operation.method, operation.path),
            None if tool.uses.is_empty() => "in this server".to_owned(),
            None => format!("{} operations", tool.uses.len()),
        };
        writeln!(
            text,
            "| `{}` | {} | {} | {} | {undo} | {operation} |",
            tool.name,
            tool.about.replace('|', "\\|"),
            tool.effect.as_str(),
            credential(tool)
        )
        .unwrap();
    }
    text
}

fn of_group(group: &Group) -> impl Iterator<Item = &'static Tool> {
    let tools = catalog::tools().iter();
    tools.filter(|tool| tool.group == group.name)
}

/// What is asked for and Atlassian has no operation for.
fn page_of_the_unavailable() -> String {
    let mut text =
        "# No operation at Atlassian\n\n| asked for as | why | instead |\n|---|---|---|\n"
            .to_owned();
    for gone in catalog::unavailable() {
        let aliases = gone.aliases.join(", ");
        writeln!(text, "| {aliases} | {} | {} |", gone.why, gone.instead).unwrap();
    }
    text
}

/// README's table: a line for each group.
fn table() -> String {
    let mut text = sizes();
    text.push_str("| group | tools | what for |\n|---|---|---|\n");
    for group in catalog::groups() {
        let (name, count) = (group.name, of_group(group).count());
        let title = group.title;
        writeln!(
            text,
            "| [`{name}`](docs/tools/{name}.md) | {count} | {title} |"
        )
        .unwrap();
    }
    let gone = catalog::unavailable().len();
    writeln!(
        text,
        "\n{gone} things that Atlassian has no operation for answer UNAVAILABLE with the place where a \
         person does them: [docs/tools/unavailable.md](docs/tools/unavailable.md)."
    )
    .unwrap();
    text
}

#[test]
fn the_pages_of_tools_say_what_the_catalogue_says() {
    let home = root().join("docs/tools");
    let mut wrong = Vec::new();
    let mut known = BTreeSet::from([home.join("unavailable.md")]);
    agree(
        &home.join("unavailable.md"),
        &page_of_the_unavailable(),
        &mut wrong,
    );
    for group in catalog::groups() {
        let path = home.join(format!("{}.md", group.name));
        agree(&path, &page(group), &mut wrong);
        known.insert(path);
    }
    remove_orphans(&home, &known, &mut wrong);
    assert!(
        wrong.is_empty(),
        "{}\nUPDATE_SNAPSHOTS=1 writes them anew",
        wrong.join("\n")
    );
}

#[test]
fn the_readme_has_the_table_of_groups() {
    let path = root().join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once("<!-- tools: begin").unwrap();
    let (mark, rest) = rest.split_once("-->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- tools: end -->").unwrap();
    let wanted = format!(
        "{head}<!-- tools: begin{mark}-->\n{}<!-- tools: end -->{tail}",
        table()
    );
    let mut wrong = Vec::new();
    agree(&path, &wanted, &mut wrong);
    assert!(
        wrong.is_empty(),
        "{}\nUPDATE_SNAPSHOTS=1 writes it anew",
        wrong.join("\n")
    );
}

#[test]
fn the_storage_page_has_a_row_for_every_kind_of_key() {
    let text = std::fs::read_to_string(root().join("docs/STORAGE.md")).unwrap();
    for kind in gojira_mcp::store::keys::Kind::ALL {
        let start = format!("| `{}:", kind.prefix());
        assert!(
            text.contains(&start),
            "docs/STORAGE.md has no row for {kind:?}"
        );
    }
    let rows = text.lines().filter(|line| line.starts_with("| `")).count();
    let indexes = text
        .lines()
        .filter(|line| line.starts_with("| `idx:") || line.starts_with("| `bucket:"))
        .count();
    assert_eq!(
        rows - indexes,
        gojira_mcp::store::keys::Kind::ALL.len(),
        "a row of docs/STORAGE.md is of no kind"
    );
}

#[test]
fn the_settings_page_of_help_names_every_setting_once() {
    let names: BTreeSet<&str> = gojira_mcp::config::NAMES
        .iter()
        .map(|variable| variable.name)
        .collect();
    assert_eq!(names.len(), gojira_mcp::config::NAMES.len());
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for word in readme.split(|c: char| !(c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit()))
    {
        let looks = word.starts_with("GOJIRA_")
            || word.starts_with("ATLASSIAN_")
            || word.starts_with("MCP_");
        let known = names.contains(word)
            || word
                .strip_suffix("_FILE")
                .is_some_and(|name| names.contains(name));
        assert!(
            !looks || known,
            "README.md names {word}, which is no setting"
        );
    }
}
