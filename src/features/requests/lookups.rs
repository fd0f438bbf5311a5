//! What Sonarr and Radarr report. Writes nothing.

use crate::domain::servarr::Hook;
use crate::domain::service::ServiceKind;
use crate::error::{AppError, Outcome};
use crate::vendor::servarr::hooks::parse_hook;

/// Reads a webhook of Sonarr or Radarr.
pub fn read_hook(kind: ServiceKind, body: &[u8]) -> Outcome<Hook> {
    parse_hook(kind, body).map_err(|fault| AppError::Malformed(fault.message))
}
