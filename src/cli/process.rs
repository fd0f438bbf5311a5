//! What the process itself needs before anything else: memory, cryptography, clock, threads, log.

use std::io::Read;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::EnvFilter;

use crate::config::{self, Config};
use crate::crypto;
use crate::db::migrate;
use crate::error::{AppError, Outcome};

/// Glibc keeps an arena for each thread and rarely gives memory back; told otherwise, a quiet house stays small. It
/// reads these only at the start of a process, so the process starts itself anew, once.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn tune_memory() {
    use std::os::unix::process::CommandExt;
    if config::memory_is_tuned() {
        return;
    }
    let mut args = std::env::args_os();
    let (Ok(program), Some(name)) = (std::env::current_exe(), args.next()) else { return };
    // Only comes back when it fails; then memory is simply not tuned.
    let _ = std::process::Command::new(program)
        .arg0(name)
        .args(args)
        .env(config::MEMORY_TUNED, "1")
        .env("MALLOC_ARENA_MAX", "1")
        .env("MALLOC_MMAP_THRESHOLD_", "131072")
        .env("MALLOC_TRIM_THRESHOLD_", "524288")
        .exec();
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn tune_memory() {}

/// Cryptography for TLS, and a look at the clock.
pub fn prepare() -> Outcome<()> {
    crypto::install();
    check_clock(Utc::now())
}

/// With a clock that is years behind, sessions and certificates would all be wrong.
fn check_clock(now: DateTime<Utc>) -> Outcome<()> {
    // The program was built after its newest migration was written.
    if migrate::newest().is_none_or(|day| now.date_naive() >= day) {
        return Ok(());
    }
    Err(AppError::Internal(format!(
        "the system time is {}, which is before this program was built. Set the clock, then start again; nothing was changed",
        now.format("%Y-%m-%d %H:%M UTC")
    )))
}

/// A stack is only reserved, not used; what the compiler has not made small needs more of it.
const STACK: usize = if cfg!(debug_assertions) { 8 } else { 2 } * 1024 * 1024;

/// Small on purpose: one worker, which never waits for anything, and few threads for the database and for passwords.
/// A second worker would mostly be woken to find nothing to do.
pub fn runtime() -> Outcome<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(8)
        .thread_stack_size(STACK)
        .thread_name("usherr")
        .enable_all()
        .build()
        .map_err(AppError::internal)
}

/// Plain text on standard error, as much as `USHERR_LOG` says.
pub fn log(config: &Config) -> Outcome<()> {
    // What these say is said by us, too, or of no use to anybody; USHERR_LOG can ask for it by name.
    let filter = EnvFilter::try_new(format!("poem=warn,tokio_cron_scheduler=warn,r2d2=off,{}", config.log)).map_err(
        |error| {
            AppError::Malformed(format!(
                "USHERR_LOG is '{}': {error}. Write something like info, or usherr=debug",
                config.log
            ))
        },
    )?;
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).try_init();
    Ok(())
}

/// So that it stands in no history and no list of processes.
pub fn secret_from_stdin(what: &str) -> Outcome<SecretString> {
    let mut typed = String::new();
    std::io::stdin()
        .read_to_string(&mut typed)
        .map_err(|error| AppError::refused(format!("the {what} can't be read from standard input: {error}")))?;
    Ok(SecretString::from(typed.trim_end_matches(['\r', '\n']).to_owned()))
}

pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_clock_before_the_build_is_refused() {
        let midnight = migrate::newest().unwrap().and_time(chrono::NaiveTime::MIN).and_utc();
        assert!(check_clock(midnight - chrono::TimeDelta::seconds(1)).is_err());
        assert!(check_clock(midnight).is_ok());
    }

    #[test]
    fn an_error_is_one_line() {
        assert_eq!(one_line("a\n  b\tc"), "a b c");
    }
}
