//! The command line: one file per command. It decides nothing of the house; it calls what the pages call.
//! Exit codes: 0 done, 1 failed (one line on standard error), 2 wrong usage.

mod admin;
mod api_key;
mod backup;
mod demo;
mod healthcheck;
mod invites;
mod jobs;
mod openapi;
mod plan;
mod process;
mod serve;
mod settings;
mod setup;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Overrides};
use crate::error::Outcome;

/// The front desk of a Plex server.
#[derive(Debug, Parser)]
#[command(name = "usherr", version, about, arg_required_else_help = false)]
struct Line {
    /// Folder of database, key and certificates [default: ./data, or USHERR_DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Address to listen on [default: 0.0.0.0:5699, or USHERR_LISTEN]
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Starts the server (this is what happens without a command)
    Serve,
    /// Starts Usherr in a simulated world, to look around
    Demo,
    /// Makes or resets a local sign-in
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Reads and changes settings
    #[command(subcommand)]
    Settings(settings::Command),
    /// The set-up wizard
    #[command(subcommand)]
    Setup(setup::Setup),
    /// Prints who would gain and lose what on Plex; --apply carries it out
    Plan(plan::Plan),
    /// Scheduled work
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// Links that let somebody in
    #[command(subcommand)]
    Invites(invites::Invites),
    /// Writes everything into one file, also while the server runs
    Backup(backup::Backup),
    /// Puts a backup in the place of everything
    Restore(backup::Restore),
    /// Keys for programs
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    /// Prints the document of the JSON API
    Openapi,
    /// Exits with 0 when the server on this machine is ready
    Healthcheck,
}

/// Parses, runs, and turns the outcome into an exit code.
pub fn main() -> ExitCode {
    let line = Line::parse();
    match run(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("usherr: {}", process::one_line(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

fn run(line: Line) -> Outcome<()> {
    let command = line.command.unwrap_or(Command::Serve);
    if matches!(command, Command::Serve | Command::Demo) {
        process::tune_memory();
    }
    if matches!(command, Command::Openapi) {
        return openapi::run();
    }
    process::prepare()?;
    let data_dir = line.data_dir.clone();
    let config = Config::load(Overrides { listen: line.listen, data_dir: line.data_dir })?;
    process::runtime()?.block_on(async move {
        match command {
            Command::Serve => serve::run(config).await,
            Command::Demo => demo::run(config, data_dir).await,
            Command::Openapi => openapi::run(),
            Command::Backup(command) => command.run(&config),
            Command::Restore(command) => command.run(&config),
            Command::Healthcheck => healthcheck::run(&config).await,
            Command::Admin(command) => command.run(&app(config).await?).await,
            Command::Settings(command) => command.run(&app(config).await?).await,
            Command::Setup(command) => command.run(&app(config).await?).await,
            Command::Plan(command) => command.run(&app(config).await?).await,
            Command::Jobs(command) => command.run(&app(config).await?).await,
            Command::Invites(command) => command.run(&app(config).await?).await,
            Command::ApiKey(command) => command.run(&app(config).await?).await,
        }
    })
}

async fn app(config: Config) -> Outcome<App> {
    App::build(config, Clock::system()).await
}
