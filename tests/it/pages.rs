//! A person's way through every page in headless Chromium: `tests/clients/pages.mjs`. It looks with
//! axe-core, at three widths and looks, with the keyboard alone, and keeps pictures in `tests/artefacts`.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};

use crate::spawned::StandIn;

/// The longest that the whole way may take, in seconds.
const LIMIT_SECS: &str = "300";

#[test]
fn every_page_serves_a_person_in_a_real_browser() -> Result<()> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let node = home.join("node_modules/.bin/node");
    ensure!(
        node.exists() && home.join("node_modules/playwright-core").exists(),
        "the clients are not installed: run `npm ci` in tests/clients, or tests/run for everything"
    );
    let server = StandIn::set("GOJIRA_CONSENT=approve")?;
    let ended = Command::new("timeout")
        .args(["--kill-after=10", LIMIT_SECS])
        .arg(node)
        .arg("pages.mjs")
        .arg(server.program())
        .current_dir(&home)
        .stdin(Stdio::null())
        .output()?;
    ensure!(
        ended.status.success(),
        "the pages fail: {}\n{}{}{}",
        ended.status,
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr),
        server.log()
    );
    ensure!(!server.audit().is_empty(), "nothing was audited");
    ensure!(server.log().contains("DEBUG"), "the server said little");
    Ok(())
}
