//! `gojira-mcp check`, and the reading of settings that all commands share.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line's own output"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::args::CheckArgs;
use crate::catalog;
use crate::catalog::model::Credential;
use crate::catalog::surface;
use crate::config::{
    ConfigProblems, EnvFileError, Environment, Known, KnownGroup, NAMES, Settings,
};
use crate::policy::{Policy, Rules};

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsError {
    /// The file of settings cannot be read.
    #[error("gojira-mcp: {0}\n")]
    File(#[from] EnvFileError),
    /// The settings are wrong.
    #[error(
        "{0}\n`gojira-mcp check --help` says what each setting is; `gojira-mcp serve --sandbox` needs none.\n"
    )]
    Problems(#[from] ConfigProblems),
}

/// Reads the environment and the file.
pub(super) fn environment(env_file: Option<&Path>) -> Result<Environment, EnvFileError> {
    let env = Environment::of_process();
    match env_file {
        None => Ok(env),
        Some(path) => env.with_file(path),
    }
}

/// Reads the settings from the environment and the file.
pub(super) fn settings(env_file: Option<&Path>) -> Result<Settings, SettingsError> {
    Ok(read(&environment(env_file)?)?)
}

/// Reads the settings from what is given, checked against the catalogue.
///
/// # Errors
/// All that is wrong with them, at once.
pub fn read(env: &Environment) -> Result<Settings, ConfigProblems> {
    let groups: Vec<KnownGroup> = catalog::groups().iter().map(known_group).collect();
    let tools: Vec<&'static str> = catalog::tools()
        .iter()
        .flat_map(|tool| std::iter::once(tool.name).chain(tool.aliases.iter().copied()))
        .collect();
    Settings::read(
        env,
        &Known {
            groups: &groups,
            tools: &tools,
        },
    )
}

fn known_group(group: &crate::catalog::model::Group) -> KnownGroup {
    let tools = || {
        catalog::tools()
            .iter()
            .filter(|tool| tool.group == group.name)
    };
    let mut scopes: Vec<&'static str> = tools()
        .filter(|tool| tool.credential == Credential::Oauth)
        .flat_map(catalog::scopes_of)
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    KnownGroup {
        name: group.name,
        scopes,
        organisation: group.credential == Credential::OrgAdmin,
    }
}

/// The settings, for `--help`.
pub(super) fn settings_help() -> String {
    let mut text =
        "Settings (a secret NAME may also be read from the file that NAME_FILE names):\n"
            .to_owned();
    for variable in NAMES {
        let default = match variable.default {
            "" => String::new(),
            default => format!(" [default: {default}]"),
        };
        // Writing into a string does not fail.
        let _ = writeln!(text, "  {:<36} {}{default}", variable.name, variable.about);
    }
    text
}

/// Checks, and says what this deployment would offer.
pub(super) fn run(args: &CheckArgs) -> ExitCode {
    let env = match environment(args.env_file.as_deref()) {
        Ok(env) => env,
        Err(err) => {
            eprintln!("gojira-mcp: {err}");
            return ExitCode::from(2);
        }
    };
    if args.print {
        for variable in NAMES {
            println!("{:<36} {}", variable.name, variable.shown(&env));
        }
        println!();
    }
    let settings = match read(&env) {
        Ok(settings) => settings,
        Err(problems) => {
            eprint!("{}", SettingsError::from(problems));
            return ExitCode::from(2);
        }
    };
    let policy = Policy::new(Rules::of(&settings));
    let offered: Vec<_> = catalog::tools()
        .iter()
        .filter(|tool| policy.offers(tool))
        .collect();
    let listed = surface::listed(settings.policy.surface, offered.clone());
    println!("The settings are good.");
    println!("  clients reach   {}mcp", settings.server.public_url);
    println!("  groups          {}", settings.policy.groups.len());
    println!(
        "  tools           {} callable, {} listed",
        offered.len(),
        listed.len()
    );
    println!("  scopes          {}", settings.oauth.scopes.join(" "));
    match &settings.policy.pin {
        Some(pin) => println!("  pinned site     {pin}"),
        None => {
            println!(
                "  pinned site     none: set ATLASSIAN_PINNED_CLOUD_ID to allow one site only"
            );
        }
    }
    ExitCode::SUCCESS
}
