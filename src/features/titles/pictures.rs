//! Pictures of titles, fetched once and kept on disk: from Plex made to measure by its transcoder, from other hosts only
//! when we have signed the address and know the host. The folder has a cap; the oldest go first.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use moka::future::Cache;

use crate::app::App;
use crate::crypto::token_hash;
use crate::domain::catalog::Image;
use crate::domain::fault::{Answer, Fault};
use crate::domain::service::Server;
use crate::error::{AppError, Outcome};
use crate::vendor::images::RemoteImages;

/// Widths that are made; any other wish gets the next one.
const WIDTHS: [u32; 3] = [120, 240, 480];
/// All pictures together on disk.
const MOST_BYTES: u64 = 200 * 1024 * 1024;
/// One that is larger is passed on and not kept.
const LARGEST_KEPT: usize = 2 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);
/// A browser waits so long for one picture, and with it for whatever stands in line behind it. What comes later is kept
/// for the next time.
const AT_ONCE: Duration = Duration::from_millis(1_500);
const TYPES: [&str; 5] = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];

/// Where a picture is.
#[derive(Debug, Clone)]
pub enum Source {
    /// A path at a media server.
    Plex(Box<Server>, String),
    /// At another host; fetched only from those that services have named.
    Remote(String, Vec<String>),
}

/// The width that is made for a wish.
pub fn width(wanted: Option<u32>) -> u32 {
    let wanted = wanted.unwrap_or(240);
    WIDTHS.into_iter().find(|width| *width >= wanted).unwrap_or(480)
}

/// Pictures and hosts that failed a moment ago, so that a page of posters does not wait for each.
static FAILED: LazyLock<Cache<String, ()>> =
    LazyLock::new(|| Cache::builder().max_capacity(2_000).time_to_live(Duration::from_secs(30)).build());
static FLIGHTS: LazyLock<Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>> = LazyLock::new(Mutex::default);

/// From disk, or fetched: once, however many ask. None when it can't be had now.
pub async fn picture(app: &App, source: Source, width: u32) -> Outcome<Option<Image>> {
    let name = token_hash(&match &source {
        Source::Plex(server, path) => format!("{} {path} {width}", server.url),
        Source::Remote(url, _) => url.clone(),
    });
    let file = folder(&app.config.data_dir).join(&name[..2]).join(&name);
    if let Some(kept) = read(&file).await {
        return Ok(Some(kept));
    }
    if FAILED.contains_key(&name) || FAILED.contains_key(&host(&source)) {
        return Ok(None);
    }
    let getting = tokio::spawn(get(app.clone(), source, width, name, file));
    match tokio::time::timeout(AT_ONCE, getting).await {
        Ok(got) => got.map_err(AppError::internal),
        Err(_) => Ok(None),
    }
}

async fn get(app: App, source: Source, width: u32, name: String, file: PathBuf) -> Option<Image> {
    let flight = flight(&name);
    let _only_one = flight.lock().await;
    if let Some(kept) = read(&file).await {
        return Some(kept);
    }
    let host = host(&source);
    match tokio::time::timeout(PATIENCE, fetch(&app, source, width)).await {
        Ok(Ok(image)) => {
            keep(&app, file, &image).await;
            return Some(image);
        }
        // It has no such picture; others it may have.
        Ok(Err(fault)) if !fault.is_transient() => FAILED.insert(name, ()).await,
        _ => FAILED.insert(host, ()).await,
    }
    None
}

fn host(source: &Source) -> String {
    match source {
        Source::Plex(server, _) => server.url.clone(),
        Source::Remote(url, _) => url.split('/').take(3).collect::<Vec<_>>().join("/"),
    }
}

async fn fetch(app: &App, source: Source, width: u32) -> Answer<Image> {
    match source {
        Source::Plex(server, path) => {
            let plex = app.plex_server(&server).map_err(|error| match error {
                AppError::Service(fault) => fault,
                other => Fault::permanent(other.to_string()),
            })?;
            plex.within(PATIENCE).image(&path, width, width * 3 / 2).await
        }
        Source::Remote(url, hosts) => {
            let remote = RemoteImages::new()?;
            if let Some(small) = smaller(&url) {
                match remote.fetch(&small, &hosts).await {
                    Err(fault) if !fault.is_transient() => {}
                    done => return done,
                }
            }
            remote.fetch(&url, &hosts).await
        }
    }
}

/// TMDB and TVDB have pictures in handy sizes too; the services name the largest.
fn smaller(url: &str) -> Option<String> {
    if url.contains("image.tmdb.org/t/p/original/") {
        return Some(url.replacen("/t/p/original/", "/t/p/w500/", 1));
    }
    let (name, kind) = url.rsplit_once('.').filter(|_| url.contains("artworks.thetvdb.com/banners/"))?;
    (matches!(kind, "jpg" | "png") && !name.ends_with("_t")).then(|| format!("{name}_t.{kind}"))
}

fn flight(name: &str) -> Arc<tokio::sync::Mutex<()>> {
    let mut flights = FLIGHTS.lock().unwrap_or_else(PoisonError::into_inner);
    if flights.len() > 500 {
        flights.retain(|_, flight| flight.strong_count() > 0);
    }
    let flight = flights.get(name).and_then(Weak::upgrade).unwrap_or_default();
    flights.insert(name.to_owned(), Arc::downgrade(&flight));
    flight
}

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("cache").join("images")
}

/// A file is one byte for the type, then the picture.
async fn read(file: &Path) -> Option<Image> {
    let mut bytes = Bytes::from(tokio::fs::read(file).await.ok()?);
    let content_type = TYPES.get(usize::from(*bytes.first()?))?;
    Some(Image { content_type: (*content_type).to_owned(), bytes: bytes.split_off(1) })
}

/// A picture that can't be kept is still shown.
async fn keep(app: &App, file: PathBuf, image: &Image) {
    let Some(kind) = TYPES.iter().position(|kind| *kind == image.content_type) else { return };
    if image.bytes.len() > LARGEST_KEPT {
        return;
    }
    let mut content = Vec::with_capacity(image.bytes.len() + 1);
    content.push(u8::try_from(kind).unwrap_or_default());
    content.extend_from_slice(&image.bytes);
    let root = folder(&app.config.data_dir);
    let written = tokio::task::spawn_blocking(move || write(&root, &file, &content, MOST_BYTES)).await;
    if let Ok(Err(error)) = written {
        tracing::warn!(error = %error, "a picture could not be kept");
    }
}

/// Bytes kept, by folder; counted once, then carried on.
static KEPT: LazyLock<Mutex<HashMap<PathBuf, u64>>> = LazyLock::new(Mutex::default);

fn write(root: &Path, file: &Path, content: &[u8], most: u64) -> std::io::Result<()> {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Whole or not at all: another process may read the same folder.
    let part = file.with_extension(uuid::Uuid::new_v4().simple().to_string());
    std::fs::write(&part, content)?;
    std::fs::rename(&part, file)?;
    let sum = match kept.get(root) {
        Some(sum) => sum + content.len() as u64,
        None => files(root).iter().map(|(_, size, _)| size).sum(),
    };
    kept.insert(root.to_owned(), if sum > most { shrink(root, most / 10 * 9) } else { sum });
    Ok(())
}

/// Removes the oldest until `most` bytes are left; tells how many are.
fn shrink(root: &Path, most: u64) -> u64 {
    let mut files = files(root);
    files.sort();
    let mut sum: u64 = files.iter().map(|(_, size, _)| size).sum();
    for (_, size, path) in files {
        if sum <= most {
            break;
        }
        if std::fs::remove_file(&path).is_ok() {
            sum -= size;
        }
    }
    sum
}

fn files(root: &Path) -> Vec<(SystemTime, u64, PathBuf)> {
    let list = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    list(root)
        .flat_map(|folder| list(&folder.path()))
        .filter_map(|entry| {
            let about = entry.metadata().ok()?;
            Some((about.modified().unwrap_or(SystemTime::UNIX_EPOCH), about.len(), entry.path()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_folder_has_a_cap_and_the_oldest_go_first() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..30_u32 {
            let file = dir.path().join("aa").join(format!("{n:04}"));
            write(dir.path(), &file, &[0; 100], 1_000).unwrap();
            let age = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(n));
            std::fs::File::options().write(true).open(&file).unwrap().set_modified(age).unwrap();
        }
        let left = files(dir.path());
        assert!(left.len() <= 10 && !left.is_empty(), "{}", left.len());
        assert!(left.iter().any(|(_, _, path)| path.ends_with("0029")));
        assert!(!left.iter().any(|(_, _, path)| path.ends_with("0000")));
    }

    #[test]
    fn known_hosts_are_asked_for_a_smaller_picture() {
        let small = |url: &str| smaller(url).unwrap_or_else(|| "none".to_owned());
        assert_eq!(small("https://image.tmdb.org/t/p/original/k.jpg"), "https://image.tmdb.org/t/p/w500/k.jpg");
        let tvdb = "https://artworks.thetvdb.com/banners/v4/series/81189/posters/6a";
        assert_eq!(small(&format!("{tvdb}.jpg")), format!("{tvdb}_t.jpg"));
        assert_eq!(small(&format!("{tvdb}_t.jpg")), "none");
        assert_eq!(small("https://pictures.example.org/original.jpg"), "none");
    }

    #[test]
    fn widths_come_in_steps() {
        assert_eq!([None, Some(1), Some(200), Some(9_000)].map(width), [240, 120, 240, 480]);
    }
}
