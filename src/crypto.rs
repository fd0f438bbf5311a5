//! Keys derived from the master key, sealing of stored secrets, signed links, session tokens and password hashes.
//! Never keeps or prints a secret.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm as Kdf, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
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
        seal_with(&self.seal, secret, place)
    }

    /// Decrypts what `seal` made for the same place.
    pub fn open(&self, sealed: &str, place: &str) -> Outcome<SecretString> {
        open_with(&self.seal, sealed, place)?.ok_or_else(|| {
            AppError::Internal(format!(
                "the stored secret of {place} can't be read: was secret.key changed or replaced?"
            ))
        })
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

fn seal_with(key: &[u8; 32], secret: &SecretString, place: &str) -> Outcome<String> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(AppError::internal)?;
    let mut bytes = secret.expose_secret().as_bytes().to_vec();
    let nonce = key.seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut bytes).map_err(AppError::internal)?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut bytes);
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// None when it was sealed with another key or for another place, or is damaged.
fn open_with(key: &[u8; 32], sealed: &str, place: &str) -> Outcome<Option<SecretString>> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(AppError::internal)?;
    let open = || {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, rest) = bytes.split_at_mut_checked(12)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = key.open_in_place(nonce, Aad::from(place.as_bytes()), rest).ok()?;
        Some(SecretString::from(std::str::from_utf8(plain).ok()?.to_owned()))
    };
    Ok(open())
}

fn expand(prk: &hkdf::Prk, info: &[u8]) -> Outcome<[u8; 32]> {
    let mut out = [0; 32];
    let info = [info];
    let okm = prk.expand(&info, hkdf::HKDF_SHA256).map_err(AppError::internal)?;
    okm.fill(&mut out).map_err(AppError::internal)?;
    Ok(out)
}

/// Tells a master key from another one, and nothing else of it.
pub fn key_mark(master: &SecretString) -> Outcome<String> {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"usherr");
    let mark = expand(&salt.extract(master.expose_secret().as_bytes()), b"mark of the key")?;
    Ok(hex::encode(&mark[..16]))
}

/// A master key that a passphrase opens. How hard the passphrase is to try out is kept with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LockedKey {
    memory_kib: u32,
    passes: u32,
    salt: String,
    sealed: String,
}

/// Unlocking takes as much memory as the file says; more than this nobody asks for in earnest.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 64;

impl LockedKey {
    /// Slow on purpose, and takes 64 MB meanwhile.
    pub fn lock(master: &SecretString, passphrase: &SecretString) -> Outcome<Self> {
        let mut locked = Self { memory_kib: 64 * 1024, passes: 3, salt: random_token(), sealed: String::new() };
        locked.sealed = seal_with(&locked.key(passphrase)?, master, LOCKED)?;
        Ok(locked)
    }

    /// None when the passphrase is another one.
    pub fn unlock(&self, passphrase: &SecretString) -> Outcome<Option<SecretString>> {
        open_with(&self.key(passphrase)?, &self.sealed, LOCKED)
    }

    fn key(&self, passphrase: &SecretString) -> Outcome<[u8; 32]> {
        if self.memory_kib > MOST_MEMORY_KIB || self.passes > MOST_PASSES {
            return Err(AppError::Malformed("the key in this backup asks for too much memory to be opened".to_owned()));
        }
        let cost = Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(AppError::internal)?;
        let mut key = [0; 32];
        Argon2::new(Kdf::Argon2id, Version::V0x13, cost)
            .hash_password_into(passphrase.expose_secret().as_bytes(), self.salt.as_bytes(), &mut key)
            .map_err(AppError::internal)?;
        Ok(key)
    }
}

const LOCKED: &str = "master key in a backup";

/// A checksum (SHA-256) over what passes by.
pub struct Sum(digest::Context);

impl Default for Sum {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Sum {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> String {
        hex::encode(self.0.finish())
    }
}

/// A random word of 256 bits, fit for addresses.
pub fn random_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>())
}

/// Six digits for the wizard's one-time code.
pub fn random_code() -> String {
    format!("{:06}", rand::rng().random_range(0..1_000_000))
}

/// Letters that are not mistaken for one another on paper.
const LETTERS: &[u8; 27] = b"abcdefghjkmnpqrstvwxyz23456";

/// The end of an invite link: as hard to guess as a number of seventeen digits, and fit to be read aloud.
pub fn invite_code() -> String {
    let mut rng = rand::rng();
    (0..12).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())])).collect()
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
