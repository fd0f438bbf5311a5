//! Keys derived from the master key, sealing of stored secrets, signed links, session tokens and password hashes.
//! Never keeps or prints a secret.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::domain::ids::PersonId;
use crate::error::{AppError, Outcome};

/// Hashing a password takes 19 MB; two at a time is what a Raspberry Pi can spare.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Makes our cryptography the one that TLS uses. Called once, before any connection.
pub fn install() {
    // Fails only when one is installed already, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// What a session token says: who, and which session row must still stand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionClaims {
    pub sub: i64,
    pub sid: String,
    pub iat: i64,
    pub exp: i64,
}

impl SessionClaims {
    pub fn person(&self) -> PersonId {
        PersonId(self.sub)
    }
}

#[derive(Clone)]
pub struct Keys {
    seal: [u8; 32],
    link: hmac::Key,
    jwt: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    pub fn derive(master: &SecretString) -> Outcome<Self> {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"usherr");
        let prk = salt.extract(master.expose_secret().as_bytes());
        let link: [u8; 32] = expand(&prk, b"signed links")?;
        Ok(Self {
            seal: expand(&prk, b"stored secrets")?,
            link: hmac::Key::new(hmac::HMAC_SHA256, &link),
            jwt: expand(&prk, b"session tokens")?,
        })
    }

    /// Encrypts a secret for the database. `place` ties it to where it is kept, so that a copied value is worthless elsewhere.
    pub fn seal(&self, secret: &SecretString, place: &str) -> Outcome<String> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.seal).map_err(AppError::internal)?;
        let mut bytes = secret.expose_secret().as_bytes().to_vec();
        let nonce =
            key.seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut bytes).map_err(AppError::internal)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut bytes);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Decrypts what `seal` made for the same place.
    pub fn open(&self, sealed: &str, place: &str) -> Outcome<SecretString> {
        let unreadable = || {
            AppError::Internal(format!(
                "the stored secret of {place} can't be read: was secret.key changed or replaced?"
            ))
        };
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| unreadable())?;
        let (nonce, rest) = bytes.split_at_checked(12).ok_or_else(unreadable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unreadable())?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.seal).map_err(AppError::internal)?;
        let mut rest = rest.to_vec();
        let plain = key.open_in_place(nonce, Aad::from(place.as_bytes()), &mut rest).map_err(|_| unreadable())?;
        let text = std::str::from_utf8(plain).map_err(|_| unreadable())?;
        Ok(SecretString::from(text.to_owned()))
    }

    /// A token for a link: purpose, what it is about, and until when, signed.
    pub fn sign_link(&self, purpose: &str, about: &str, until: DateTime<Utc>) -> String {
        let body = format!("{}.{}", until.timestamp(), about);
        let tag = hmac::sign(&self.link, format!("{purpose}\n{body}").as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(body), URL_SAFE_NO_PAD.encode(&tag.as_ref()[..16]))
    }

    /// What a signed link is about, when it was made by us for this purpose and is still good.
    pub fn read_link(&self, purpose: &str, token: &str, now: DateTime<Utc>) -> Option<String> {
        let (body, tag) = token.split_once('.')?;
        let body = String::from_utf8(URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let right = hmac::sign(&self.link, format!("{purpose}\n{body}").as_bytes());
        aws_lc_rs::constant_time::verify_slices_are_equal(&right.as_ref()[..16], &tag).ok()?;
        let (until, about) = body.split_once('.')?;
        (until.parse::<i64>().ok()? > now.timestamp()).then(|| about.to_owned())
    }

    pub fn session_token(&self, claims: &SessionClaims) -> Outcome<SecretString> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(&self.jwt))
            .map(SecretString::from)
            .map_err(AppError::internal)
    }

    /// The claims of a token that we signed and that has not run out by `now`.
    pub fn read_session_token(&self, token: &str, now: DateTime<Utc>) -> Option<SessionClaims> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_exp = false;
        let claims =
            jsonwebtoken::decode::<SessionClaims>(token, &DecodingKey::from_secret(&self.jwt), &rules).ok()?.claims;
        (claims.exp > now.timestamp()).then_some(claims)
    }
}

fn expand(prk: &hkdf::Prk, info: &[u8]) -> Outcome<[u8; 32]> {
    let mut out = [0; 32];
    let info = [info];
    let okm = prk.expand(&info, hkdf::HKDF_SHA256).map_err(AppError::internal)?;
    okm.fill(&mut out).map_err(AppError::internal)?;
    Ok(out)
}

/// A random word of 256 bits, fit for addresses.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>())
}

/// Six digits for the wizard's one-time code.
pub fn random_code() -> String {
    format!("{:06}", rand::rng().random_range(0..1_000_000))
}

/// One-way mark of a random token, for look-up in the database.
pub fn token_hash(token: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, token.as_bytes()))
}

/// A turn at hashing; whoever has none waits for one.
pub struct Turn(#[expect(dead_code, reason = "held, never looked at")] SemaphorePermit<'static>);

pub async fn turn() -> Outcome<Turn> {
    HASHING.acquire().await.map(Turn).map_err(AppError::internal)
}

pub async fn hash_password(password: SecretString) -> Outcome<String> {
    let _turn = turn().await?;
    tokio::task::spawn_blocking(move || {
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes())
            .map(|hash| hash.to_string())
            .map_err(AppError::internal)
    })
    .await
    .map_err(AppError::internal)?
}

/// Checks a password. Without a hash it takes as long and says no, so that an unknown name can't be told from a wrong password.
pub async fn verify_password(_: &Turn, password: SecretString, hash: Option<String>) -> Outcome<bool> {
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let parsed = PasswordHash::new(&hash).map_err(AppError::internal)?;
        let right = Argon2::default().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
        Ok(known && right)
    })
    .await
    .map_err(AppError::internal)?
}

/// Hash of a random password that was thrown away.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y2luZW1hbG9iYnlzZWF0$J9bXvD0m3cCwBYkR0F8kVdQmRr5f2s1JtG6hTz7wXyE";
