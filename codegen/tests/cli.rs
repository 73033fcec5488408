//! The command line on a workspace of its own: pin, check, compare, list.

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

type Done = Result<(), Box<dyn Error>>;

/// A workspace that is removed when dropped.
struct Workspace(PathBuf);

impl Workspace {
    fn new(name: &str) -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("codegen-cli-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("specs"))?;
        Ok(Self(path))
    }

    fn write(&self, name: &str, text: &str) -> std::io::Result<()> {
        std::fs::write(self.0.join(name), text)
    }

    fn read(&self, name: &str) -> std::io::Result<String> {
        std::fs::read_to_string(self.0.join(name))
    }

    fn run(&self, arguments: &[&str]) -> std::io::Result<Output> {
        Command::new(env!("CARGO_BIN_EXE_codegen"))
            .arg("--root")
            .arg(&self.0)
            .args(arguments)
            .current_dir(&self.0)
            .output()
    }

    /// The published document, pinned, and one tool that reads a thing.
    fn with_a_tool(name: &str) -> Result<Self, Box<dyn Error>> {
        let workspace = Self::new(name)?;
        workspace.write("published.json", &published().to_string())?;
        let tool = "[group.read_things]\ntitle = \"Things\"\ncredential = \"oauth\"\n\n\
                    [[tool]]\nname = \"thing_get\"\ngroup = \"read_things\"\n\
                    operation = \"small:getThing\"\nabout = \"Read a thing.\"\neffect = \"read\"\n";
        workspace.write("tool-manifest.toml", tool)?;
        let path = ["--path", "cloud/small/swagger.json", "--date", "2026-01-02"];
        let pinned = workspace.run(&[&["pin", "small", "published.json"], &path[..]].concat())?;
        assert!(pinned.status.success(), "{pinned:?}");
        Ok(workspace)
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn published() -> Value {
    let thing = json!({"get": {
        "operationId": "getThing",
        "description": "words",
        "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "words"}}
    }});
    json!({
        "openapi": "3.0.1",
        "info": {"title": "Small", "version": "1"},
        "paths": {"/thing/{id}": thing, "/other": {"post": {"operationId": "Make it", "responses": {}}}}
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn pinning_again_changes_nothing() -> Done {
    let workspace = Workspace::with_a_tool("again")?;
    let before = (
        workspace.read("specs/small.json")?,
        workspace.read("specs/pins.toml")?,
    );
    // Path and date are known by now.
    let again = workspace.run(&["pin", "small", "published.json"])?;
    assert!(again.status.success(), "{again:?}");
    assert_eq!(
        (
            workspace.read("specs/small.json")?,
            workspace.read("specs/pins.toml")?
        ),
        before
    );
    assert!(!before.0.contains("words"), "{}", before.0);
    Ok(())
}

#[test]
fn newer_content_needs_its_day() -> Done {
    let workspace = Workspace::with_a_tool("day")?;
    workspace.write(
        "published.json",
        &published().to_string().replace("getThing", "readThing"),
    )?;
    let pinned = workspace.run(&["pin", "small", "published.json"])?;
    assert!(!pinned.status.success());
    assert!(text(&pinned.stderr).contains("--date"), "{pinned:?}");
    Ok(())
}

#[test]
fn an_edited_document_stops_every_command() -> Done {
    let workspace = Workspace::with_a_tool("edited")?;
    let edited = workspace
        .read("specs/small.json")?
        .replace("/other", "/another");
    workspace.write("specs/small.json", &edited)?;
    for command in [
        &["check"][..],
        &["uncovered"],
        &["dump", "small"],
        &["diff", "small", "published.json"],
    ] {
        let output = workspace.run(command)?;
        assert!(!output.status.success(), "{command:?}");
        assert!(text(&output.stderr).contains("altered"), "{output:?}");
    }
    // Without a file, `pin` stamps what is written by hand, and nothing else.
    assert!(!workspace.run(&["pin", "small"])?.status.success());
    Ok(())
}

#[test]
fn a_comparison_fails_when_a_tool_breaks_and_only_then() -> Done {
    let workspace = Workspace::with_a_tool("breaks")?;
    let mut newer = published();
    newer["paths"]["/other"] = json!({"get": {"operationId": "listOther", "responses": {}}});
    workspace.write("newer.json", &newer.to_string())?;
    let output = workspace.run(&["diff", "small", "newer.json"])?;
    assert!(output.status.success(), "{output:?}");
    assert!(
        text(&output.stdout).contains("- GET /other `listOther`"),
        "{output:?}"
    );
    newer["paths"]["/thing/{id}"]["get"]["deprecated"] = json!(true);
    workspace.write("newer.json", &newer.to_string())?;
    let output = workspace.run(&["diff", "small", "newer.json"])?;
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("**breaks** `thing_get`"),
        "{output:?}"
    );
    Ok(())
}

#[test]
fn what_no_tool_uses_is_listed() -> Done {
    let workspace = Workspace::with_a_tool("uncovered")?;
    let listed = |workspace: &Workspace| -> std::io::Result<String> {
        Ok(text(&workspace.run(&["uncovered", "small"])?.stdout))
    };
    assert_eq!(listed(&workspace)?, "POST /other postOther: not decided\n");
    let refused = text(&workspace.run(&["check"])?.stderr);
    assert!(
        refused.contains("`small:postOther` (POST /other) is neither a tool nor in the ledger"),
        "{refused}"
    );

    let entry = "[[entry]]\ndocument = \"small\"\nfamily = \"others\"\n\
                 operations = [\"postOther\"]\nwhy = \"seldom\"\n";
    workspace.write("specs/ledger.toml", entry)?;
    let checked = workspace.run(&["check"])?;
    assert!(checked.status.success(), "{checked:?}");
    assert_eq!(
        listed(&workspace)?,
        "POST /other postOther: others: seldom\n"
    );
    let page = text(&workspace.run(&["uncovered"])?.stdout);
    assert!(page.contains("| small | 2 | 1 | 0 | 1 |"), "{page}");

    workspace.write("specs/ledger.toml", &entry.replace("postOther", "getThing"))?;
    let refused = text(&workspace.run(&["check"])?.stderr);
    assert!(
        refused.contains("specs/ledger.toml:1: `small:getThing` is a tool's operation"),
        "{refused}"
    );
    Ok(())
}

#[test]
fn a_document_written_by_hand_is_stamped() -> Done {
    let workspace = Workspace::with_a_tool("hand")?;
    let operation = json!({"operationId": "getHand", "x-evidence": "documented", "responses": {}});
    let document = json!({"info": {"version": "1"}, "paths": {"/hand": {"get": operation}}});
    workspace.write("specs/hand.json", &document.to_string())?;
    let pinned = workspace.run(&["pin", "hand", "--path", "cloud/hand/swagger.json"])?;
    assert!(pinned.status.success(), "{pinned:?}");
    let listed = workspace.run(&["dump", "hand", "--list"])?;
    assert_eq!(text(&listed.stdout), "GET /hand getHand\n");
    let pins = text(&workspace.run(&["pins"])?.stdout);
    assert_eq!(pins.lines().next(), Some("hand cloud/hand/swagger.json -"));
    Ok(())
}
