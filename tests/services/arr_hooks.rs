//! Every webhook body there is a capture of, and those built from the payload classes (services.md 3.2-3.4).

use usherr::domain::servarr::{Hook, HookEvent};
use usherr::domain::service::ServiceKind::{self, Radarr, Sonarr};
use usherr::vendor::servarr::hooks::parse_hook;

use crate::stand_in::bytes;

fn hook(kind: ServiceKind, name: &str) -> Hook {
    parse_hook(kind, &bytes(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

#[test]
fn each_event_is_known() {
    let deleted = HookEvent::FileDeleted { upgrade: false };
    let other = |word: &str| HookEvent::Other(word.to_owned());
    let table = [
        (Radarr, "ruddarr-webhooks/movie-grab.json", HookEvent::Grab, Some(149)),
        (Radarr, "ruddarr-webhooks/movie-download.json", HookEvent::Imported, None),
        (Radarr, "ruddarr-webhooks/movie-added.json", HookEvent::TitleAdded, None),
        (Radarr, "ruddarr-webhooks/movie-delete.json", HookEvent::TitleDeleted, Some(945_956)),
        (Radarr, "ruddarr-webhooks/movie-file-delete.json", deleted.clone(), Some(671_583)),
        (Radarr, "derived-webhooks/radarr-rename.json", other("Rename"), Some(603)),
        (Radarr, "derived-webhooks/radarr-manual-interaction.json", HookEvent::ManualInteraction, Some(603)),
        (Radarr, "zulip-v3-webhooks/radarr_movie_renamed.json", other("Rename"), Some(14_306)),
        (Sonarr, "ruddarr-webhooks/series-download.json", HookEvent::Imported, Some(74_852)),
        (Sonarr, "ruddarr-webhooks/series-episode-upgrade.json", HookEvent::Imported, Some(371_572)),
        (Sonarr, "ruddarr-webhooks/series-import-completed.json", HookEvent::Imported, Some(359_579)),
        (Sonarr, "ruddarr-webhooks/series-episode-file-delete.json", deleted, None),
        (Sonarr, "ruddarr-webhooks/series-deleted.json", HookEvent::TitleDeleted, None),
        (Sonarr, "ruddarr-webhooks/series-interaction-required.json", HookEvent::ManualInteraction, None),
        (Sonarr, "derived-webhooks/sonarr-grab.json", HookEvent::Grab, Some(81_189)),
        (Sonarr, "derived-webhooks/sonarr-series-add.json", HookEvent::TitleAdded, Some(81_189)),
        (Sonarr, "derived-webhooks/sonarr-rename.json", other("Rename"), Some(81_189)),
        (Sonarr, "zulip-v3-webhooks/sonarr_episode_grabbed.json", HookEvent::Grab, Some(72_108)),
        (Sonarr, "zulip-v3-webhooks/sonarr_episodes_renamed.json", other("Rename"), Some(72_477)),
    ];
    for (kind, name, event, public_id) in table {
        let hook = hook(kind, name);
        assert_eq!(hook.event, event, "{name}");
        assert!(hook.public_id.is_some() && hook.arr_title_id.is_some(), "{name}: {hook:?}");
        assert!(public_id.is_none() || hook.public_id == public_id, "{name}: {hook:?}");
    }
}

#[test]
fn events_of_no_title_name_none() {
    for (kind, name, event) in [
        (Radarr, "ruddarr-webhooks/health-issue.json", HookEvent::Health),
        (Radarr, "ruddarr-webhooks/health-restored.json", HookEvent::Other("HealthRestored".to_owned())),
        (Radarr, "ruddarr-webhooks/app-update.json", HookEvent::Other("ApplicationUpdate".to_owned())),
        (Radarr, "derived-webhooks/radarr-application-update.json", HookEvent::Other("ApplicationUpdate".to_owned())),
        (Sonarr, "derived-webhooks/sonarr-application-update.json", HookEvent::Other("ApplicationUpdate".to_owned())),
        (Sonarr, "derived-webhooks/sonarr-health.json", HookEvent::Health),
        (Sonarr, "derived-webhooks/sonarr-health-restored.json", HookEvent::Other("HealthRestored".to_owned())),
        (Sonarr, "zulip-v3-webhooks/sonarr_health_check_error.json", HookEvent::Health),
    ] {
        let hook = hook(kind, name);
        assert_eq!((hook.event, hook.public_id, hook.arr_title_id), (event, None, None), "{name}");
        assert!(hook.message.is_some(), "{name}");
    }
}

#[test]
fn a_test_never_points_into_the_library() {
    for (kind, name) in [
        (Radarr, "ruddarr-webhooks/test.json"),
        (Sonarr, "derived-webhooks/sonarr-test.json"),
        (Sonarr, "zulip-v3-webhooks/sonarr_test.json"),
    ] {
        let hook = hook(kind, name);
        assert_eq!(hook.event, HookEvent::Test);
        assert!(hook.public_id.is_none() && hook.arr_title_id.is_none() && hook.episodes.is_empty(), "{hook:?}");
    }
}

#[test]
fn a_grab_tells_episodes_release_and_download() {
    let hook = hook(Sonarr, "derived-webhooks/sonarr-grab.json");
    assert_eq!((hook.arr_title_id, hook.episodes), (Some(12), vec![(2, 1)]));
    assert_eq!(hook.release.as_deref(), Some("Example.Show.S02E01.1080p.WEB-DL-GRP"));
    assert_eq!(hook.download_id.as_deref(), Some("1D8B528EBD1BD6A9BBC8C2EBF1E874C1847B404F"));
}

#[test]
fn a_stuck_import_says_why() {
    let message = hook(Sonarr, "ruddarr-webhooks/series-interaction-required.json").message.unwrap();
    assert!(message.contains("One or more episodes expected"), "{message}");
    let message = hook(Radarr, "derived-webhooks/radarr-manual-interaction.json").message.unwrap();
    assert_eq!(message, "Movie title mismatch, automatic import is not possible. Manual Import required.");
}

#[test]
fn variants_are_read() {
    let read = |kind, body: &str| parse_hook(kind, body.as_bytes()).unwrap();
    for body in [
        r#"{"eventType":"Download","movie":{"id":1,"tmdbId":603},"deletedFiles":[{"id":2}],"isUpgrade":true}"#,
        r#"{"eventType":"Download","movie":{"id":1,"tmdbId":"603"},"deletedFiles":true,"release":{"size":0}}"#,
        r#"{"eventType":"download","movie":{"id":1},"remoteMovie":{"tmdbId":603},"episodes":null,"release":null}"#,
    ] {
        let hook = read(Radarr, body);
        assert_eq!(
            (hook.event, hook.public_id, hook.arr_title_id),
            (HookEvent::Imported, Some(603), Some(1)),
            "{body}"
        );
    }
    let hook =
        read(Sonarr, r#"{"eventType":"EpisodeFileDelete","series":{"id":3,"tvdbId":5},"deleteReason":"upgrade"}"#);
    assert_eq!(hook.event, HookEvent::FileDeleted { upgrade: true });
    let hook = read(Radarr, r#"{"eventType":"Grab","series":{"id":3,"tvdbId":5,"tmdbId":9}}"#);
    assert_eq!((hook.public_id, hook.arr_title_id), (None, None), "Sonarr calling Radarr's address names no film");
    assert_eq!(read(Radarr, r#"{"eventType":"BrandNew","x":[{}]}"#).event, HookEvent::Other("BrandNew".to_owned()));
}

#[test]
fn what_is_no_webhook_is_refused() {
    for body in ["", "null", "[]", "{}", "not json", "{\"eventType\":null}", "{\"eventType\":\"\"}"] {
        assert!(parse_hook(Radarr, body.as_bytes()).is_err(), "{body}");
    }
}
