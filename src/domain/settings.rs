//! The settings of the house: what each one is, its default, and which values it takes.

use chrono_tz::Tz;

use super::people::Role;
use super::sharing::Routes;
use super::stay::Stay;

crate::text_enum! {
    /// Every setting that is one word in the database, in `settings list` and in the settings file alike.
    pub enum SettingKey {
        /// Public address, for links in mails and sign-in returns.
        BaseUrl = "base_url",
        /// Address at which Sonarr and Radarr reach Usherr, when that is not the public one.
        InternalUrl = "internal_url",
        TimeZone = "time_zone",
        /// Role of people who come in by Plex for the first time.
        DefaultRole = "default_role",
        DefaultMovieQuota = "default_movie_quota",
        DefaultSeasonQuota = "default_season_quota",
        QuotaDays = "quota_days",
        AutoApprove = "auto_approve",
        /// Who may give themselves a sign-in without Plex.
        Registration = "registration",
        /// By which routes of plex.tv sharing is written.
        PlexSharingRoutes = "plex_sharing_routes",
        /// What somebody gets who asks to stay longer.
        MembershipExtension = "membership_extension",
        /// How often in a row they get it without anybody deciding.
        MembershipExtensions = "membership_extensions",
        /// Who may ask to be let in.
        Asking = "asking",
        /// How many backups of a kind are kept.
        BackupKeep = "backup_keep",
        /// The name by which this installation is known to plex.tv. Made once.
        ClientId = "client_id",
        /// When the clock was last followed, for what opens and closes by it.
        AccessLookedAt = "access_looked_at",
        /// How the access plan stood when it was last counted.
        AccessOutlook = "access_outlook",
        /// The wizard is open although set-up was done before.
        SetupOpen = "setup_open",
    }
}

impl SettingKey {
    /// Kept for Usherr itself: not listed, not set by hand.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::ClientId | Self::SetupOpen | Self::AccessLookedAt | Self::AccessOutlook)
    }

    /// In the middle of a sentence.
    pub fn named(self) -> &'static str {
        match self {
            Self::BaseUrl => "the public address",
            Self::InternalUrl => "the address for Sonarr and Radarr",
            Self::TimeZone => "the time zone",
            Self::DefaultRole => "the role of newcomers",
            Self::DefaultMovieQuota => "how many films each may ask for",
            Self::DefaultSeasonQuota => "how many seasons each may ask for",
            Self::QuotaDays => "the days an allowance is for",
            Self::AutoApprove => "whose requests need no decision",
            Self::Registration => "who may sign in without Plex, too",
            Self::PlexSharingRoutes => "how sharing is asked of Plex",
            Self::MembershipExtension => "how much longer somebody may stay who asks",
            Self::MembershipExtensions => "how often staying longer needs no decision",
            Self::Asking => "who may ask to be let in",
            Self::BackupKeep => "how many backups are kept",
            Self::ClientId => "the name of this installation",
            Self::SetupOpen => "whether set-up is open",
            Self::AccessLookedAt => "when the clock was last followed",
            Self::AccessOutlook => "how the access plan stands",
        }
    }
}

crate::text_enum! {
    /// Whose requests need no decision.
    pub enum AutoApprove {
        None = "none",
        Moderators = "moderators",
        Everyone = "everyone",
    }
}

crate::text_enum! {
    /// Who may ask to be let in.
    pub enum Asking {
        Nobody = "nobody",
        /// Whoever was given a private link.
        ByLink = "by_link",
        Anybody = "anybody",
    }
}

crate::text_enum! {
    /// Of those who come by Plex, who may give themselves a name and a password here.
    pub enum Registration {
        /// Only admins give passwords.
        Nobody = "nobody",
        /// With a share that they have accepted.
        OnTheServer = "on_the_server",
        /// And those who have followed an invite, whatever became of it.
        Invited = "invited",
    }
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub base_url: Option<String>,
    pub internal_url: Option<String>,
    pub time_zone: Tz,
    pub default_role: Role,
    /// Films per `quota_days`; none means as many as one likes.
    pub default_movie_quota: Option<u32>,
    pub default_season_quota: Option<u32>,
    pub quota_days: u32,
    pub auto_approve: AutoApprove,
    pub registration: Registration,
    pub plex_sharing_routes: Routes,
    /// Days or months.
    pub membership_extension: Stay,
    pub membership_extensions: u32,
    pub asking: Asking,
    /// Of those that were scheduled, and of those by hand.
    pub backup_keep: u32,
    pub setup_open: bool,
}

impl Settings {
    /// The settings of an empty house, in this zone.
    pub fn new(time_zone: Tz) -> Self {
        Self {
            base_url: None,
            internal_url: None,
            time_zone,
            default_role: Role::Requester,
            default_movie_quota: None,
            default_season_quota: None,
            quota_days: 30,
            auto_approve: AutoApprove::None,
            registration: Registration::Nobody,
            plex_sharing_routes: Routes::Auto,
            membership_extension: EXTENSION,
            membership_extensions: 0,
            asking: Asking::ByLink,
            backup_keep: 7,
            setup_open: false,
        }
    }

    /// Reads stored rows over the defaults. A row that makes no sense any more counts as left out.
    pub fn read<'a>(time_zone: Tz, rows: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut settings = Self::new(time_zone);
        for (key, value) in rows {
            if let Ok(key) = key.parse::<SettingKey>() {
                let _ = settings.set(key, value);
            }
        }
        settings
    }

    /// Sets one value from text, or says what it must be.
    pub fn set(&mut self, key: SettingKey, value: &str) -> Result<(), String> {
        let value = value.trim();
        match key {
            SettingKey::BaseUrl => self.base_url = address(value)?,
            SettingKey::InternalUrl => self.internal_url = address(value)?,
            SettingKey::TimeZone => self.time_zone = zone(value)?,
            SettingKey::DefaultRole => self.default_role = default_role(value)?,
            SettingKey::DefaultMovieQuota => self.default_movie_quota = quota(value)?,
            SettingKey::DefaultSeasonQuota => self.default_season_quota = quota(value)?,
            SettingKey::QuotaDays => self.quota_days = days(value)?,
            SettingKey::AutoApprove => {
                self.auto_approve = value.parse().map_err(|_| "Choose none, moderators or everyone.".to_owned())?;
            }
            SettingKey::Registration => self.registration = registration(value)?,
            SettingKey::PlexSharingRoutes => {
                self.plex_sharing_routes = value.parse().map_err(|_| "Choose auto, v1 or v2.".to_owned())?;
            }
            SettingKey::MembershipExtension => self.membership_extension = extension(value)?,
            SettingKey::MembershipExtensions => self.membership_extensions = extensions(value)?,
            SettingKey::Asking => {
                let word = if value.is_empty() { Asking::ByLink.as_str() } else { value };
                self.asking = word.parse().map_err(|_| "Choose nobody, by_link or anybody.".to_owned())?;
            }
            SettingKey::BackupKeep => self.backup_keep = backups(value)?,
            SettingKey::SetupOpen => self.setup_open = value == "true",
            SettingKey::ClientId | SettingKey::AccessLookedAt | SettingKey::AccessOutlook => {}
        }
        Ok(())
    }

    /// The value as text, as it is stored and listed. Empty when not set.
    pub fn get(&self, key: SettingKey) -> String {
        let quota = |quota: Option<u32>| quota.map_or_else(|| "unlimited".to_owned(), |n| n.to_string());
        match key {
            SettingKey::BaseUrl => self.base_url.clone().unwrap_or_default(),
            SettingKey::InternalUrl => self.internal_url.clone().unwrap_or_default(),
            SettingKey::TimeZone => self.time_zone.name().to_owned(),
            SettingKey::DefaultRole => self.default_role.to_string(),
            SettingKey::DefaultMovieQuota => quota(self.default_movie_quota),
            SettingKey::DefaultSeasonQuota => quota(self.default_season_quota),
            SettingKey::QuotaDays => self.quota_days.to_string(),
            SettingKey::AutoApprove => self.auto_approve.to_string(),
            SettingKey::Registration => self.registration.to_string(),
            SettingKey::PlexSharingRoutes => self.plex_sharing_routes.to_string(),
            SettingKey::MembershipExtension => self.membership_extension.to_string(),
            SettingKey::MembershipExtensions => self.membership_extensions.to_string(),
            SettingKey::Asking => self.asking.to_string(),
            SettingKey::BackupKeep => self.backup_keep.to_string(),
            SettingKey::SetupOpen => self.setup_open.to_string(),
            SettingKey::ClientId | SettingKey::AccessLookedAt | SettingKey::AccessOutlook => String::new(),
        }
    }
}

/// The address of a house, without a slash at its end.
pub fn address(value: &str) -> Result<Option<String>, String> {
    if value.is_empty() {
        return Ok(None);
    }
    let bad = || "Write the whole address, such as https://usherr.example.org.".to_owned();
    let url = url::Url::parse(value).map_err(|_| bad())?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !plain {
        return Err(bad());
    }
    Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
}

fn zone(value: &str) -> Result<Tz, String> {
    value.parse().map_err(|_| format!("'{value}' is no time zone. Write a name such as Europe/Berlin."))
}

fn default_role(value: &str) -> Result<Role, String> {
    match value.parse() {
        Ok(role @ (Role::Viewer | Role::Requester)) => Ok(role),
        _ => Err("Choose viewer or requester; higher roles are given by hand.".to_owned()),
    }
}

fn quota(value: &str) -> Result<Option<u32>, String> {
    if value.is_empty() || value == "unlimited" {
        return Ok(None);
    }
    match value.parse() {
        Ok(n @ 0..=1000) => Ok(Some(n)),
        _ => Err("Write a number from 0 to 1000, or unlimited.".to_owned()),
    }
}

fn registration(value: &str) -> Result<Registration, String> {
    match value {
        "" => Ok(Registration::Nobody),
        value => value.parse().map_err(|_| "Choose nobody, on_the_server or invited.".to_owned()),
    }
}

/// By itself.
const EXTENSION: Stay = Stay::Months(1);

fn extension(value: &str) -> Result<Stay, String> {
    match value.parse() {
        Ok(stay @ (Stay::Days(_) | Stay::Months(_))) => Ok(stay),
        _ if value.is_empty() => Ok(EXTENSION),
        _ => Err("Write days such as 30d, or months such as 1m.".to_owned()),
    }
}

fn extensions(value: &str) -> Result<u32, String> {
    match value.parse() {
        Ok(n @ 0..=100) => Ok(n),
        _ if value.is_empty() => Ok(0),
        _ => Err("Write a number from 0 to 100.".to_owned()),
    }
}

fn backups(value: &str) -> Result<u32, String> {
    match value.parse() {
        Ok(n @ 1..=90) => Ok(n),
        _ => Err("Write a number from 1 to 90.".to_owned()),
    }
}

fn days(value: &str) -> Result<u32, String> {
    match value.parse() {
        Ok(n @ 1..=365) => Ok(n),
        _ => Err("Write a number of days from 1 to 365.".to_owned()),
    }
}
