//! The commands and their options.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{audit, check, generate_key, rotate_keys, serve, tools};

/// An MCP server for administering Atlassian Cloud.
///
/// Every write is previewed, recorded before it is sent, and can be undone where Atlassian allows
/// it. To try it without an Atlassian account: `gojira-mcp serve --sandbox`.
#[derive(Debug, Parser)]
#[command(name = "gojira-mcp", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server.
    ///
    /// The settings come from the environment, or from a file given with --env-file; `gojira-mcp
    /// check --help` lists them. With --sandbox no settings are needed: the server runs against an
    /// invented Atlassian site in this same process, and forgets everything when it stops.
    Serve(ServeArgs),
    /// Check the settings without starting.
    ///
    /// Tells every problem at once and exits with 2, or says what this deployment would offer.
    #[command(after_help = check::settings_help())]
    Check(CheckArgs),
    /// Print a new key for `TOKEN_ENCRYPTION_KEY`.
    GenerateKey,
    /// Seal everything stored with the current key, after a change of `TOKEN_ENCRYPTION_KEY`.
    ///
    /// Deletes nothing and needs no pause of the servers. Exits with 0 when the current key opens
    /// everything, with 1 when something is left that it does not open, and names that.
    #[command(after_help = rotate_keys::STEPS)]
    RotateKeys(RotateArgs),
    /// Show the catalogue of tools.
    Tools(ToolsArgs),
    /// Look into a written audit record.
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// What to do with an audit record.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that no record of the file was changed, added or taken out.
    ///
    /// Exits with 1 and names the first line at which the chain is broken. Whether the newest
    /// records were cut off cannot be told from the file alone.
    Verify {
        /// The file that `GOJIRA_AUDIT_LOG_TARGET` names.
        file: PathBuf,
    },
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Run against an invented Atlassian site in this process; nothing is kept.
    #[arg(long)]
    pub sandbox: bool,
    /// Read settings from this file of NAME=value lines; the environment wins. With --sandbox only
    /// what the file says of groups, tools, consent, fence, surface and rate is taken.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Port to listen on, instead of `MCP_PORT`; 0 picks a free one and prints it.
    #[arg(long)]
    pub port: Option<u16>,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Read settings from this file of NAME=value lines; the environment wins.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Print the settings in force, without secrets.
    #[arg(long)]
    pub print: bool,
}

/// Options of `rotate-keys`.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Read settings from this file of NAME=value lines; the environment wins.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Only count what which key sealed; change nothing.
    #[arg(long)]
    pub check: bool,
}

/// Options of `tools`.
#[derive(Debug, Args)]
pub struct ToolsArgs {
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Print only how many tools each group has.
    #[arg(long)]
    pub count: bool,
    /// Show what the deployment with these settings would offer.
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// Only this group.
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
}

/// How the catalogue is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people.
    Table,
    /// An array of objects for programs.
    Json,
}

impl Cli {
    /// Does what was asked. Wrong settings end with 2, as wrong options do; other failures with 1.
    pub fn run(self) -> ExitCode {
        match self.command {
            Command::Serve(args) => serve::run(&args),
            Command::Check(args) => check::run(&args),
            Command::GenerateKey => generate_key::run(),
            Command::RotateKeys(args) => rotate_keys::run(&args),
            Command::Tools(args) => tools::run(&args),
            Command::Audit(AuditCommand::Verify { file }) => audit::verify(&file),
        }
    }
}
