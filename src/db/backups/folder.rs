//! The folder of backups: whole files or none, for their owner alone, under names that nobody can lead astray.

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::Header;
use super::export::unwritten;
use super::reader::Reader;
use crate::domain::backup::{BackupKind, BackupName};
use crate::error::{AppError, Outcome};

#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// One backup as a list shows it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub name: BackupName,
    pub bytes: u64,
    /// None when the file is damaged.
    pub header: Option<Header>,
}

impl Folder {
    /// Below the data folder. It is made when the first backup is.
    pub fn below(data_dir: &Path) -> Self {
        Self(data_dir.join("backups"))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Newest first.
    pub fn list(&self) -> Outcome<Vec<Listed>> {
        let mut names = self.names()?;
        names.sort_by_key(|name| std::cmp::Reverse(name.at));
        Ok(names.into_iter().filter_map(|name| self.look(name)).collect())
    }

    /// None when it is not there (any more).
    pub fn find(&self, name: &BackupName) -> Option<Listed> {
        self.look(name.clone())
    }

    fn look(&self, name: BackupName) -> Option<Listed> {
        let path = self.path_of(&name);
        // No link, no folder: a name in here leads nowhere else.
        let file = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
        let header = Reader::open(&path).ok().map(|reader| reader.header);
        Some(Listed { name, bytes: file.len(), header })
    }

    pub fn path_of(&self, name: &BackupName) -> PathBuf {
        self.0.join(name.to_string())
    }

    fn names(&self) -> Outcome<Vec<BackupName>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.unusable(&error)),
        };
        Ok(entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect())
    }

    /// Writes a whole file with `fill`, under this name at last; nothing of it stays when that fails.
    pub fn add<T>(&self, name: &BackupName, fill: impl FnOnce(&mut dyn Write) -> Outcome<T>) -> Outcome<(T, u64)> {
        let mut make = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
        make.recursive(true).create(&self.0).map_err(|error| self.unusable(&error))?;
        self.sweep();
        add_at(&self.path_of(name), fill)
    }

    /// What a process that was killed has begun. One that another process writes just now is younger.
    fn sweep(&self) {
        const OLD: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);
        let Ok(entries) = fs::read_dir(&self.0) else { return };
        for entry in entries.flatten() {
            let is_begun = entry.file_name().to_str().is_some_and(|name| name.starts_with(BEGUN));
            let age = entry.metadata().ok().and_then(|file| file.modified().ok()?.elapsed().ok());
            if is_begun && age.is_some_and(|age| age > OLD) {
                // Left alone where it can't be removed: it is in nobody's way but the disk's.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Of this kind only the newest `keep` stay. Returns how many went.
    pub fn keep(&self, kind: BackupKind, keep: usize) -> Outcome<usize> {
        let mut names: Vec<_> = self.names()?.into_iter().filter(|name| name.kind == kind).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.at));
        let old = names.split_off(keep.min(names.len()));
        for name in &old {
            self.remove(name)?;
        }
        Ok(old.len())
    }

    /// False when it was gone already.
    pub fn remove(&self, name: &BackupName) -> Outcome<bool> {
        match fs::remove_file(self.path_of(name)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(AppError::Internal(format!("the backup {name} can't be removed: {error}"))),
        }
    }

    fn unusable(&self, error: &std::io::Error) -> AppError {
        let folder = self.0.display();
        AppError::Internal(format!(
            "the folder of backups {folder} can't be used: {error}. No backup was made; give it to the user that runs Usherr"
        ))
    }
}

/// As the name of a file begins that is being written.
const BEGUN: &str = ".begun-";

/// Writes a whole file with `fill`, or none. What is there already stays.
pub fn add_at<T>(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Outcome<T>) -> Outcome<(T, u64)> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let unwritable = |error: std::io::Error| unwritten(&error);
    // Readable by its owner only, as long as it is there.
    let begun = tempfile::Builder::new().prefix(BEGUN).tempfile_in(folder).map_err(unwritable)?;
    let (done, begun) = fill_whole(begun, fill)?;
    let bytes = fs::metadata(&begun).map_err(unwritable)?.len();
    begun.persist_noclobber(path).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => {
            AppError::refused(format!("there is a file {} already. It was left alone", path.display()))
        }
        _ => unwritten(&error.error),
    })?;
    // The name itself has to be on the disk, too.
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
    Ok((done, bytes))
}

fn fill_whole<T>(begun: NamedTempFile, fill: impl FnOnce(&mut dyn Write) -> Outcome<T>) -> Outcome<(T, TempPath)> {
    let mut out = BufWriter::new(begun);
    let done = fill(&mut out)?;
    let begun = out.into_inner().map_err(|error| unwritten(error.error()))?;
    begun.as_file().sync_all().map_err(|error| unwritten(&error))?;
    Ok((done, begun.into_temp_path()))
}
