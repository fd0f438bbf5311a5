//! Row ids as types, so that a person's id can't be handed in where a request's is wanted.

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map($name)
            }
        }
    )+};
}

ids! {
    PersonId,
    /// Somebody who became part of somebody else.
    MergeId,
    /// A Plex Media Server.
    ServerId,
    LibraryId,
    GroupId,
    GrantId,
    InviteId,
    /// Somebody who follows an invite.
    InviteUseId,
    /// An invite on its way to a mail address.
    InviteMailId,
    /// Somebody's wish to be let in.
    AccessRequestId,
    /// Somebody who was removed, or is to be.
    RemovalId,
    /// A private link to ask by.
    AskLinkId,
    /// Changes of access that were applied together.
    BatchId,
    ChangeId,
    TitleId,
    /// A title as one Plex library has it.
    CopyId,
    RequestId,
    /// A Sonarr, Radarr, qBittorrent or mail service.
    ServiceId,
    EffectId,
    RunId,
    ActivityId,
    ApiKeyId,
    WelcomePageId,
    WelcomePictureId,
}
