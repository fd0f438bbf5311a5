//! Why a request goes no further by itself, in words a viewer understands, and what can be done.

crate::text_enum! {
    pub enum Cause {
        NoService = "no_service",
        ServiceUnreachable = "service_unreachable",
        KeyRefused = "key_refused",
        ServiceRefused = "service_refused",
        TitleUnknown = "title_unknown",
        FolderMissing = "folder_missing",
        NoRelease = "no_release",
        DownloadStalled = "download_stalled",
        DownloadPaused = "download_paused",
        DownloadFailed = "download_failed",
        ImportBlocked = "import_blocked",
        DiskFull = "disk_full",
        NotOnPlex = "not_on_plex",
    }
}

impl Cause {
    /// The heading of the page: what happened.
    pub fn headline(self) -> &'static str {
        match self {
            Self::NoService => "Nobody fetches titles of this kind yet",
            Self::ServiceUnreachable => "The service that fetches it has not answered for hours",
            Self::KeyRefused => "The service that fetches it does not let us in",
            Self::ServiceRefused => "The service that fetches it said no",
            Self::TitleUnknown => "The service that fetches it does not know this title",
            Self::FolderMissing => "The place where it should be kept is missing",
            Self::NoRelease => "No good copy found yet",
            Self::DownloadStalled => "The download stands still",
            Self::DownloadPaused => "The download is paused",
            Self::DownloadFailed => "The download failed",
            Self::ImportBlocked => "Downloaded, but not put on the shelf",
            Self::DiskFull => "There is no room left for it",
            Self::NotOnPlex => "On the shelf, but Plex does not show it",
        }
    }

    /// What it means and whether anything is lost, for the one who asked.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::NoService => "Your request is safe. It goes on as soon as an admin sets such a service up.",
            Self::ServiceUnreachable => "Your request is safe and goes out by itself as soon as the service is back.",
            Self::KeyRefused => "Your request is safe. It goes out as soon as an admin has put the key right.",
            Self::ServiceRefused => "Your request is safe. Somebody has to look at what was refused.",
            Self::TitleUnknown => "It may be too new, or listed under another name. Your request is kept.",
            Self::FolderMissing => "Your request is safe. Somebody has to choose another place, or bring it back.",
            Self::NoRelease => "Your request is safe, and we go on looking by ourselves.",
            Self::DownloadStalled => "Nobody is sending it at the moment. It goes on by itself when somebody does.",
            Self::DownloadPaused => "Somebody stopped it. Nothing is lost; it goes on from where it is.",
            Self::DownloadFailed => "That copy was broken or went away. Another one can be tried.",
            Self::ImportBlocked => "It is all there; somebody has to say what belongs where.",
            Self::DiskFull => "Nothing is lost. It goes on once there is room.",
            Self::NotOnPlex => "The file is there. Plex may need a look at its folder.",
        }
    }

    /// What those who decide can do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::NoService => "Set up Radarr (films) or Sonarr (series) in the settings, then try again.",
            Self::ServiceUnreachable => "Nothing, once it is back. Its page under Services says what is wrong.",
            Self::KeyRefused => "Enter its API key again in the settings.",
            Self::ServiceRefused => "Read what it said, change the request, then try again.",
            Self::TitleUnknown => "Try again in some days, or decline it with a word.",
            Self::FolderMissing => "Edit the request and choose another folder, or mount the disk, then try again.",
            Self::NoRelease => "Wait, choose another quality, or search by hand.",
            Self::DownloadStalled => "Wait, or remove the download and try again for another copy.",
            Self::DownloadPaused => "Resume it in the download program.",
            Self::DownloadFailed => "Try again: another copy is searched for.",
            Self::ImportBlocked => "Import it by hand in Radarr or Sonarr; the message says why it waits.",
            Self::DiskFull => "Make room on the disk, then try again.",
            Self::NotOnPlex => "Check that the library of Plex includes the folder, and scan it.",
        }
    }

    /// It ends when the service answers again; nobody has to press anything.
    pub fn ends_with_the_service(self) -> bool {
        matches!(self, Self::ServiceUnreachable | Self::KeyRefused | Self::NoService)
    }

    /// It ends when the download is no longer there.
    pub fn is_about_a_download(self) -> bool {
        matches!(
            self,
            Self::DownloadStalled | Self::DownloadPaused | Self::DownloadFailed | Self::ImportBlocked | Self::DiskFull
        )
    }
}
