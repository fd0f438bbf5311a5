//! Everything that is set, as `settings list` prints it. Secrets are hidden unless asked for.

use secrecy::{ExposeSecret, SecretString};

use super::apply::DOCKER;
use crate::app::App;
use crate::db::{servers, services, settings};
use crate::domain::service::{Server, Service, ServiceKind};
use crate::domain::settings::SettingKey;
use crate::error::Outcome;

const HIDDEN: &str = "********";

pub struct Line {
    /// "time_zone", "radarr.Radarr 4K.api_key", "smtp.host".
    pub key: String,
    pub value: String,
}

pub async fn all(app: &App, reveal: bool) -> Outcome<Vec<Line>> {
    let own = app.settings().await?;
    let (servers, services, docker) =
        app.db.read(|conn| Ok((servers::all(conn)?, services::all(conn)?, settings::get(conn, DOCKER)?))).await?;
    let keys = SettingKey::ALL.iter().filter(|key| !key.is_internal());
    let mut lines: Vec<Line> = keys.map(|key| line(key.as_str(), own.get(*key))).collect();
    for server in &servers {
        lines.extend(of_server(app, server, reveal)?);
    }
    for service in &services {
        lines.extend(of_service(app, service, reveal)?);
    }
    lines.extend(docker.map(|docker| line(DOCKER, docker)));
    Ok(lines)
}

fn line(key: impl Into<String>, value: impl Into<String>) -> Line {
    Line { key: key.into(), value: value.into() }
}

fn of_server(app: &App, server: &Server, reveal: bool) -> Outcome<Vec<Line>> {
    let token = if server.sealed.is_empty() { SecretString::default() } else { app.token_of(server)? };
    let at = |field: &str| format!("plex.{}.{field}", server.name);
    Ok(vec![
        line(at("url"), &server.url),
        line(at("token"), shown(&token, reveal)),
        line(at("default_library"), server.default_library.clone().unwrap_or_default()),
    ])
}

fn of_service(app: &App, service: &Service, reveal: bool) -> Outcome<Vec<Line>> {
    let secret = shown(&app.secret_of(service)?, reveal);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(match service.kind {
        ServiceKind::Radarr | ServiceKind::Sonarr => {
            let at = |field: &str| format!("{}.{}.{field}", service.kind, service.name);
            vec![
                line(at("url"), &service.url),
                line(at("api_key"), secret),
                line(at("quality_profile"), text(&service.quality_profile)),
                line(at("root_folder"), text(&service.root_folder)),
                line(at("is_4k"), service.is_4k.to_string()),
                line(at("default"), service.is_default.to_string()),
            ]
        }
        ServiceKind::Qbittorrent => vec![
            line("qbittorrent.url", &service.url),
            line("qbittorrent.username", text(&service.username)),
            line("qbittorrent.password", secret),
        ],
        ServiceKind::Smtp => {
            let mail = service.mail.as_ref();
            vec![
                line("smtp.host", &service.url),
                line("smtp.port", mail.map(|mail| mail.port.to_string()).unwrap_or_default()),
                line("smtp.security", mail.map(|mail| mail.security.to_string()).unwrap_or_default()),
                line("smtp.username", text(&service.username)),
                line("smtp.password", secret),
                line("smtp.from", mail.map(|mail| mail.from.clone()).unwrap_or_default()),
            ]
        }
    })
}

fn shown(secret: &SecretString, reveal: bool) -> String {
    match secret.expose_secret() {
        "" => String::new(),
        secret if reveal => secret.to_owned(),
        _ => HIDDEN.to_owned(),
    }
}
