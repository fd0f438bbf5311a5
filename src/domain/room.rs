//! Where requests go, and how much room there is: the root folders of Sonarr and Radarr as they were last read.

use super::catalog::MediaKind;
use super::ids::ServiceId;
use super::servarr::RootFolder;
use super::service::ServiceKind;

/// The root folders of one Sonarr or Radarr.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceFolders {
    pub service: ServiceId,
    pub kind: ServiceKind,
    pub is_4k: bool,
    pub is_default: bool,
    /// Where requests go unless somebody chose otherwise.
    pub default_folder: Option<String>,
    pub folders: Vec<RootFolder>,
}

/// What decides where a request goes.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    pub kind: MediaKind,
    pub is_4k: bool,
    /// As it was chosen for this request.
    pub service: Option<ServiceId>,
    pub folder: Option<&'a str>,
}

/// The service that was chosen, while it is there; else the default one of its kind.
pub fn destination<'a>(all: &'a [ServiceFolders], bound: &Bound<'_>) -> Option<&'a ServiceFolders> {
    let wanted = ServiceKind::fetching(bound.kind);
    let fits = |target: &&ServiceFolders| target.kind == wanted && target.is_4k == bound.is_4k;
    let chosen = bound.service.and_then(|id| all.iter().find(|target| target.service == id));
    chosen.or_else(|| all.iter().filter(fits).min_by_key(|target| !target.is_default))
}

pub fn folder<'a>(all: &'a [ServiceFolders], bound: &Bound<'_>) -> Option<&'a RootFolder> {
    let target = destination(all, bound)?;
    let plain = |path: &str| path.trim_end_matches('/').to_owned();
    match bound.folder.or(target.default_folder.as_deref()) {
        Some(path) => target.folders.iter().find(|folder| plain(&folder.path) == plain(path)),
        None => target.folders.first(),
    }
}

/// Bytes free where all of these go; none when that is unknown of one, or there is none. Two folders with the same figures
/// lie on one disk, which counts once.
pub fn free_for_all<'a>(all: &[ServiceFolders], bound: impl IntoIterator<Item = Bound<'a>>) -> Option<f64> {
    let known = |one: Bound<'a>| folder(all, &one).filter(|there| there.free.is_some());
    let folders: Vec<&RootFolder> = bound.into_iter().map(known).collect::<Option<_>>()?;
    free_together(folders)
}

/// Bytes free in these folders as far as that is known.
pub fn free_together<'a>(folders: impl IntoIterator<Item = &'a RootFolder>) -> Option<f64> {
    let mut disks: Vec<(f64, Option<f64>)> = Vec::new();
    for folder in folders {
        if let Some(free) = folder.free
            && !disks.contains(&(free, folder.total))
        {
            disks.push((free, folder.total));
        }
    }
    (!disks.is_empty()).then(|| disks.iter().map(|(free, _)| free).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn radarr(id: i64, is_default: bool, folders: &[(&str, Option<f64>, f64)]) -> ServiceFolders {
        let folder = |(path, free, total): &(&str, Option<f64>, f64)| RootFolder {
            path: (*path).to_owned(),
            accessible: free.is_some(),
            free: *free,
            total: Some(*total),
        };
        ServiceFolders {
            service: ServiceId(id),
            kind: ServiceKind::Radarr,
            is_4k: false,
            is_default,
            default_folder: folders.last().map(|(path, ..)| format!("{path}/")),
            folders: folders.iter().map(folder).collect(),
        }
    }

    const FILM: Bound<'static> = Bound { kind: MediaKind::Movie, is_4k: false, service: None, folder: None };

    #[test]
    fn what_was_chosen_comes_before_what_is_usual() {
        let all = [
            radarr(1, false, &[("/a", Some(5.0), 10.0)]),
            radarr(2, true, &[("/b", Some(6.0), 10.0), ("/c", Some(7.0), 20.0)]),
        ];
        let path = |bound| folder(&all, &bound).map(|folder| folder.path.as_str());
        assert_eq!(path(FILM), Some("/c"));
        assert_eq!(path(Bound { folder: Some("/b/"), ..FILM }), Some("/b"));
        assert_eq!(path(Bound { service: Some(ServiceId(1)), ..FILM }), Some("/a"));
        assert_eq!(path(Bound { service: Some(ServiceId(9)), ..FILM }), Some("/c"), "the chosen one is gone");
        assert_eq!(path(Bound { folder: Some("/gone"), ..FILM }), None);
        assert_eq!(path(Bound { kind: MediaKind::Series, ..FILM }), None);
        assert_eq!(path(Bound { is_4k: true, ..FILM }), None);
    }

    #[test]
    fn one_disk_counts_once_and_an_unknown_one_makes_the_sum_unknown() {
        let all = [radarr(1, true, &[("/a", Some(5.0), 10.0), ("/b", Some(5.0), 10.0), ("/c", None, 30.0)])];
        let free =
            |paths: &[&'static str]| free_for_all(&all, paths.iter().map(|path| Bound { folder: Some(path), ..FILM }));
        assert_eq!(free(&["/a", "/b", "/a"]), Some(5.0));
        assert_eq!(free(&["/a", "/c"]), None);
        assert_eq!(free(&[]), None);
    }
}
