//! `gojira-mcp serve`: the server, or the server with an invented Atlassian site beside it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the command line's own output"
)]

use std::io::IsTerminal as _;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::args::ServeArgs;
use super::check;
use super::hints::{Clients, Walk};
use super::rehearsal::{Rehearsal, bind};
use crate::app::App;
use crate::base::clock::SystemClock;
use crate::base::random::SystemRandom;
use crate::config::Environment;

/// Default port of the sandboxed server; the same as `MCP_PORT`.
const DEFAULT_PORT: u16 = 8081;

/// Runs until it is told to stop.
pub(super) fn run(args: &ServeArgs) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
        .and_then(|runtime| {
            runtime.block_on(async {
                if args.sandbox {
                    rehearse(args).await
                } else {
                    serve(args).await
                }
            })
        });
    match outcome {
        Ok(code) => code,
        Err(err) => {
            eprintln!("gojira-mcp: {err:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(args: &ServeArgs) -> Result<ExitCode> {
    let mut settings = match check::settings(args.env_file.as_deref()) {
        Ok(settings) => settings,
        Err(err) => {
            eprint!("{err}");
            return Ok(ExitCode::from(2));
        }
    };
    if let Some(port) = args.port {
        settings.server.port = port;
    }
    start_log(&settings.log_level);
    let listener = bind(Ipv4Addr::UNSPECIFIED, settings.server.port).await?;
    let address = listener.local_addr()?;
    let url = format!("{}mcp", settings.server.public_url);
    let app = App::build(settings, Arc::new(SystemClock), Arc::new(SystemRandom))?;
    println!(
        "gojira-mcp {} listens on {address}",
        env!("CARGO_PKG_VERSION")
    );
    println!("Clients reach it at {url}");
    app.serve(listener, stop_signal()).await?;
    Ok(ExitCode::SUCCESS)
}

/// The server against a site of its own, with a store that goes when it stops.
async fn rehearse(args: &ServeArgs) -> Result<ExitCode> {
    let given = match &args.env_file {
        None => Environment::default(),
        Some(path) => Environment::default().with_file(path)?,
    };
    start_log(given.get("LOG_LEVEL").unwrap_or("warn"));
    let port = args.port.unwrap_or(DEFAULT_PORT);
    let rehearsal = Rehearsal::start(port, &given).await?;
    let url = format!("{}/mcp", rehearsal.origin());
    println!(
        "gojira-mcp {} with an invented Atlassian site; nothing is kept.\n",
        env!("CARGO_PKG_VERSION")
    );
    println!("{}", Clients { url: &url });
    let person = rehearsal.administrator()?;
    let bearer = rehearsal
        .bearer()
        .await
        .context("signing in for the walk failed")?;
    let facts = rehearsal.sandbox().facts();
    println!(
        "{}",
        Walk {
            url: &url,
            origin: rehearsal.origin(),
            sandbox: &rehearsal
                .sandbox()
                .site_url_template()
                .replace("{site}", &facts.site),
            bearer: &bearer,
            person: &person.name,
            api_token: (&person.email, &person.api_token),
        }
    );
    println!("Ready. Stop with Ctrl-C.");
    stop_signal().await;
    rehearsal.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// The library that speaks the protocol tells of every request at info, which the access log does.
fn start_log(level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_new(format!("rmcp=warn,{level}"))
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // Set twice only where a test starts two servers in one process.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .try_init();
}

/// Ends at SIGINT or SIGTERM.
async fn stop_signal() {
    let mut term = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(term) => term,
        Err(err) => {
            tracing::warn!(%err, "cannot listen for SIGTERM");
            let _ = tokio::signal::ctrl_c().await;
            return;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
    }
}
