//! Pins: a sign-in that waits for somebody to say yes (plex.md A1 to A3).
//! Never knows who says yes: `auth_page`, `link` and the test's hook do.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use poem::Response;
use poem::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, errors, v2_answer};
use crate::demo::ask::Ask;
use crate::demo::household::Account;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub id: i64,
    pub code: String,
    pub strong: bool,
    pub client: String,
    pub product: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// The account token, once somebody said yes.
    pub token: Option<String>,
    /// The token was read.
    pub spent: bool,
}

#[derive(Debug, Default)]
pub(super) struct Pins(Vec<Pin>);

const FIRST_ID: i64 = 373_040_866;

impl Pins {
    pub(super) fn all(&self) -> Vec<Pin> {
        self.0.clone()
    }

    pub(super) fn expire(&mut self, id: i64) {
        self.0.iter_mut().filter(|pin| pin.id == id).for_each(|pin| pin.expires_at = Utc::now());
    }

    pub(super) fn open(&self, code: &str) -> Option<&Pin> {
        self.0.iter().find(|pin| pin.code.eq_ignore_ascii_case(code) && pin.waits())
    }

    pub(super) fn claim(&mut self, code: &str, token: String) -> bool {
        let pin = self.0.iter_mut().find(|pin| pin.code.eq_ignore_ascii_case(code) && pin.waits());
        pin.map(|pin| pin.token = Some(token)).is_some()
    }

    fn add(&mut self, client: &str, product: &str, strong: bool) -> Pin {
        let now = Utc::now();
        let pin = Pin {
            id: FIRST_ID + i64::try_from(self.0.len()).unwrap_or_default() * 3,
            code: if strong { strong_code() } else { weak_code() },
            strong,
            client: client.to_owned(),
            product: product.to_owned(),
            created_at: now,
            expires_at: now + Duration::seconds(if strong { 1_800 } else { 900 }),
            token: None,
            spent: false,
        };
        self.0.push(pin.clone());
        pin
    }

    /// The pin as its own client reads it; with a token in it at most once, unless it `stays`.
    fn read(&mut self, id: i64, client: &str, stays: bool) -> Option<Pin> {
        let now = Utc::now();
        let pin = self.0.iter_mut().find(|pin| pin.id == id && pin.client == client)?;
        if pin.expires_at <= now || (pin.spent && !stays) {
            return None;
        }
        pin.spent = pin.token.is_some();
        Some(pin.clone())
    }
}

impl Pin {
    fn waits(&self) -> bool {
        self.token.is_none() && self.expires_at > Utc::now()
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "code": self.code,
            "product": self.product,
            "trusted": false,
            "qr": format!("https://plex.tv/api/v2/pins/qr/{}", self.code),
            "clientIdentifier": self.client,
            "location": {
                "code": "SE", "european_union_member": true, "continent_code": "EU", "country": "Sweden",
                "city": "Sund", "time_zone": "Europe/Stockholm", "postal_code": 74012,
                "in_privacy_restricted_country": true, "in_privacy_restricted_region": true,
                "subdivisions": "Skane", "coordinates": "55.87, 12.83",
            },
            "expiresIn": (self.expires_at - Utc::now()).num_seconds(),
            "createdAt": self.created_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "expiresAt": self.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "authToken": self.token,
            "newRegistration": null,
        })
    }
}

pub(super) fn create(desk: &Desk, ask: &Ask, client: &str) -> Response {
    let strong = ask.field("strong").is_some_and(|value| value == "true" || value == "1");
    let pin = desk.pins().add(client, ask.plex("X-Plex-Product").unwrap_or_default(), strong);
    v2_answer(ask, StatusCode::CREATED, "pin", &pin.json())
}

/// Unknown, expired, spent and another client's pins are all the same 404.
pub(super) fn poll(desk: &Desk, ask: &Ask, client: &str, id: &str) -> Response {
    let stays = desk.modes().pins_stay;
    let pin = id.parse().ok().and_then(|id| desk.pins().read(id, client, stays));
    match pin {
        Some(pin) => v2_answer(ask, StatusCode::OK, "pin", &pin.json()),
        None => errors::pin_not_found(ask),
    }
}

/// The account that sends this says yes to the code it typed.
pub(super) fn link(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    let code = ask.field("code").unwrap_or_default();
    if desk.approve(&code, caller.id) { StatusCode::NO_CONTENT.into() } else { errors::pin_not_found(ask) }
}

fn strong_code() -> String {
    Uuid::new_v4().simple().to_string().chars().take(25).collect()
}

fn weak_code() -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ123456789";
    let pick = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).map_or('A', |letter| char::from(*letter));
    Uuid::new_v4().as_bytes().iter().take(4).map(pick).collect()
}
