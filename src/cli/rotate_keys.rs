//! `gojira-mcp rotate-keys`: what an older key sealed is sealed anew with the current one.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line's own output"
)]

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};

use super::args::RotateArgs;
use super::check;
use crate::app;
use crate::base::clock::{SharedClock, SystemClock};
use crate::base::random::SystemRandom;
use crate::config::StoreSettings;
use crate::seal::Ring;
use crate::store::reseal::{Left, Resealing, Why, count, reseal};

/// Most values that are named one by one.
const NAMED: usize = 20;

/// The order of steps, for `--help`.
pub(super) const STEPS: &str = "\
Changing the key, without anybody signing in again:
  1. gojira-mcp generate-key prints a new key.
  2. Put the new key into TOKEN_ENCRYPTION_KEY and the one that stood there into
     TOKEN_ENCRYPTION_KEYS_OLD (several are separated by commas).
  3. Restart every server over this store. With several servers, first give all of them the new
     key as one of TOKEN_ENCRYPTION_KEYS_OLD, so that none meets a value it cannot open.
  4. gojira-mcp rotate-keys, with the same settings; servers may go on working. It may be ended
     and started again at any time.
  5. When it exits with 0, take the old key out of TOKEN_ENCRYPTION_KEYS_OLD and restart.";

/// Seals anew, or only counts. Exits with 0 when the current key opens everything now.
pub(super) fn run(args: &RotateArgs) -> ExitCode {
    let settings = match check::settings(args.env_file.as_deref()) {
        Ok(settings) => settings,
        Err(err) => {
            eprint!("{err}");
            return ExitCode::from(2);
        }
    };
    let ring = Ring::new(
        settings.seal.current,
        settings.seal.older,
        Arc::new(SystemRandom),
    );
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
        .and_then(|runtime| runtime.block_on(rotate(&settings.store, &ring, args.check)));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(err) => {
            eprintln!("gojira-mcp: {err:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the current key opens everything afterwards.
async fn rotate(settings: &StoreSettings, ring: &Ring, only_count: bool) -> Result<bool> {
    match settings {
        // Opening would make an empty store, and an empty store has nothing left to seal.
        StoreSettings::Sqlite(path) if !path.exists() => {
            bail!("there is no store at {}", path.display())
        }
        StoreSettings::Sqlite(_) => {}
    }
    let clock: SharedClock = Arc::new(SystemClock);
    let store = app::open_store(settings, &clock)?;
    println!("current key {}", ring.current_id());
    if !only_count {
        let done = reseal(store.as_ref(), ring)
            .await
            .context("ended early; what is sealed anew stays so, run this again for the rest")?;
        tell(&done, ring);
        println!(
            "  changed by a server meanwhile and read again: {}",
            done.races
        );
        println!("\nnow:");
    }
    // Counted afresh: a server that still has the old key may have written while this ran.
    let now = count(store.as_ref(), ring).await?;
    tell(&now, ring);
    conclude(&now.left);
    Ok(now.left.is_empty())
}

fn tell(seen: &Resealing, ring: &Ring) {
    for (id, tally) in &seen.keys {
        let mut parts = Vec::new();
        for (count, what) in [
            (tally.current, "sealed with the current key"),
            (tally.older, "found under this older key"),
            (tally.anew, "of them sealed anew"),
            (tally.closed, "that no key opens"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        println!("  key {id}: {}", parts.join(", "));
    }
    if seen.keys.is_empty() {
        println!("  key {}: nothing is stored", ring.current_id());
    }
}

fn conclude(left: &[Left]) {
    let closed: Vec<&Left> = left.iter().filter(|left| left.why == Why::Closed).collect();
    let older = left.len() - closed.len();
    if left.is_empty() {
        println!("The current key opens everything: older keys can be removed.");
    }
    if older > 0 {
        println!(
            "{older} values need an older key: keep it. `gojira-mcp rotate-keys` seals them anew; \
             if it has just run, a server still seals with the older key and must be restarted first."
        );
    }
    if !closed.is_empty() {
        eprintln!(
            "{} values open with no key of these settings; nothing of them was changed. If the key \
             that sealed them is still known, add it to TOKEN_ENCRYPTION_KEYS_OLD:",
            closed.len()
        );
    }
    for left in closed.iter().take(NAMED) {
        eprintln!("  {} (key {})", left.key, left.key_id);
    }
    if closed.len() > NAMED {
        eprintln!("  and {} more", closed.len() - NAMED);
    }
}
