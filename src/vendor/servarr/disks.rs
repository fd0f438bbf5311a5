//! Root folders joined with the disks they lie on (services.md 2.1). Pure.

use serde::Deserialize;

use crate::domain::servarr::RootFolder;
use crate::vendor::json;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct FolderWire {
    #[serde(deserialize_with = "json::flex_text")]
    path: String,
    #[serde(deserialize_with = "json::opt_bool")]
    accessible: Option<bool>,
    #[serde(deserialize_with = "json::opt_f64")]
    free_space: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct DiskWire {
    #[serde(deserialize_with = "json::flex_text")]
    path: String,
    #[serde(deserialize_with = "json::opt_f64")]
    total_space: Option<f64>,
}

/// The disk with the longest path that holds the folder gives the total; a total of 0 (remote mounts) is unknown.
pub(super) fn root_folders(folders: Vec<FolderWire>, disks: &[DiskWire]) -> Vec<RootFolder> {
    let named = folders.into_iter().filter(|folder| !folder.path.is_empty());
    named
        .map(|folder| {
            let disk = disks.iter().filter(|disk| holds(&disk.path, &folder.path)).max_by_key(|disk| disk.path.len());
            RootFolder {
                total: disk.and_then(|disk| disk.total_space).filter(|total| *total > 0.0),
                accessible: folder.accessible.unwrap_or(true),
                free: folder.free_space,
                path: folder.path,
            }
        })
        .collect()
}

/// `/tv` holds `/tv/anime` but not `/tvshows`; `D:\` holds `d:\tv`.
fn holds(disk: &str, folder: &str) -> bool {
    let (disk, folder) = (comparable(disk), comparable(folder));
    folder.strip_prefix(&disk).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn comparable(path: &str) -> String {
    let slashed = path.replace('\\', "/");
    let is_windows = slashed.as_bytes().get(1) == Some(&b':');
    let path = if is_windows { slashed.to_lowercase() } else { slashed };
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_disk_holds_whole_path_parts_only() {
        for (disk, folder, held) in [
            ("/", "/tv", true),
            ("/tv", "/tv/", true),
            ("/tv", "/tv/anime", true),
            ("/tv", "/tvshows", false),
            ("D:\\", "d:\\tv", true),
            ("C:\\", "d:\\tv", false),
        ] {
            assert_eq!(super::holds(disk, folder), held, "{disk} {folder}");
        }
    }
}
