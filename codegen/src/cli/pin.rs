//! `codegen pin`: writes `specs/<api>.json` and its entry of `pins.toml`.
#![expect(clippy::print_stdout, reason = "says what was written")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use codegen::problem::Problems;
use codegen::spec::{self, ByHand, Pin, Pins, Published, Source, supplement_name};

/// Keep the facts of a published document in specs/<api>.json, and its digests in specs/pins.toml.
///
/// Without a file, stamps what is written by hand: the document itself where no published one could
/// be had, or its supplement specs/<api>.supplement.json.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Name of the API, e.g. jira-platform.
    api: String,
    /// The published file, as downloaded.
    file: Option<PathBuf>,
    /// Path of the document under <https://dac-static.atlassian.com/> [default: as pinned before].
    #[arg(long)]
    path: Option<String>,
    /// Day of the content, YYYY-MM-DD [default: as pinned before, if the file is the same].
    #[arg(long)]
    date: Option<String>,
}

pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<ExitCode> {
    let dir = root.join("specs");
    let mut pins = if dir.join("pins.toml").exists() {
        Pins::read(&dir).map_err(Problems::from)?
    } else {
        Pins::default()
    };
    let before = pins.0.get(&arguments.api);
    let path = arguments
        .path
        .as_deref()
        .or(before.map(|pin| pin.published.as_str()));
    let path = path.context("a document pinned for the first time needs --path")?;
    let mut pin = match &arguments.file {
        Some(file) => published(&dir, arguments, file, path, before)?,
        None => by_hand(&dir, &arguments.api, path, before)?,
    };
    supplement(&dir, &arguments.api, &mut pin)?;
    println!(
        "specs/{}.json: {} operations",
        arguments.api, pin.operations
    );
    pins.0.insert(arguments.api.clone(), pin);
    std::fs::write(dir.join("pins.toml"), pins.to_text()?)?;
    Ok(ExitCode::SUCCESS)
}

fn published(
    dir: &Path,
    arguments: &Arguments,
    file: &Path,
    path: &str,
    before: Option<&Pin>,
) -> Result<Pin> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let same = before.filter(|pin| pin.published_sha256.as_deref() == Some(&spec::digest(&bytes)));
    let date = arguments
        .date
        .as_deref()
        .or(same.and_then(|pin| pin.date.as_deref()));
    let date = date.context("new content needs --date, the day it was published")?;
    let published = Published {
        api: &arguments.api,
        bytes: &bytes,
        source: Source { path, date },
    };
    let pinned = spec::pin(published).map_err(Problems::from)?;
    for alias in &pinned.aliases {
        println!("left out: {alias}, which only repeats another path");
    }
    for (key, times) in &pinned.unknown {
        println!("left out: the unknown key {key}, {times} times");
    }
    std::fs::write(dir.join(format!("{}.json", arguments.api)), &pinned.text)?;
    Ok(pinned.pin)
}

/// Stamps a hand-written document; of a published one, keeps the pin for its supplement's sake.
fn by_hand(dir: &Path, api: &str, path: &str, before: Option<&Pin>) -> Result<Pin> {
    if let Some(pin) = before.filter(|pin| !pin.is_by_hand()) {
        if !dir.join(supplement_name(api)).exists() && pin.supplement_sha256.is_none() {
            bail!("{api} is pinned from a published file: give the newer one");
        }
        return Ok(pin.clone());
    }
    Ok(stamp(&dir.join(format!("{api}.json")))?.pin(path))
}

fn supplement(dir: &Path, api: &str, pin: &mut Pin) -> Result<()> {
    let file = dir.join(supplement_name(api));
    let stamped = file.exists().then(|| stamp(&file)).transpose()?;
    pin.supplement_operations = stamped.as_ref().map(|supplement| supplement.operations);
    pin.supplement_sha256 = stamped.map(|supplement| supplement.sha256);
    Ok(())
}

/// Brings a hand-written file into its canonical form.
fn stamp(file: &Path) -> Result<ByHand> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let document =
        ByHand::read(&text).map_err(|what| anyhow::anyhow!("{} {what}", file.display()))?;
    std::fs::write(file, &document.text)?;
    Ok(document)
}
