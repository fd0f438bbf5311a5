//! Outside programs Usherr talks to.

crate::text_enum! {
    pub enum ServiceKind {
        Radarr = "radarr",
        Sonarr = "sonarr",
        Qbittorrent = "qbittorrent",
        Smtp = "smtp",
    }
}

crate::text_enum! {
    /// How the connection to a mail server is protected.
    pub enum MailSecurity {
        None = "none",
        Starttls = "starttls",
        Tls = "tls",
    }
}
