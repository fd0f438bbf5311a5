//! `usherr openapi`: prints the document of the JSON API. Opens nothing.

use std::io::Write;

use crate::error::{AppError, Outcome};
use crate::router;

pub fn run() -> Outcome<()> {
    // A reader that has had enough (`| head`) is no failure.
    match writeln!(std::io::stdout(), "{}", router::openapi_document()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(AppError::internal(error)),
        _ => Ok(()),
    }
}
