use chrono::TimeZone;

use super::*;

/// Friday 20 November 2026, 19:30 in Stockholm.
fn clock() -> Clock {
    Clock::new(Utc.with_ymd_and_hms(2026, 11, 20, 18, 30, 0).single().unwrap_or_default(), chrono_tz::Europe::Stockholm)
}

fn at(seconds_ago: i64) -> DateTime<Utc> {
    clock().now - chrono::Duration::seconds(seconds_ago)
}

#[test]
fn past_times_are_relative_then_dates() {
    let words = |ago| clock().relative(at(ago));
    assert_eq!(words(0), "just now");
    assert_eq!(words(50), "1 minute ago");
    assert_eq!(words(5 * 60), "5 minutes ago");
    assert_eq!(words(3_600), "1 hour ago");
    assert_eq!(words(2 * 3_600), "2 hours ago");
    assert_eq!(words(15 * 3_600), "15 hours ago");
    assert_eq!(words(22 * 3_600), "yesterday");
    assert_eq!(words(3 * 86_400), "3 days ago");
    assert_eq!(words(49 * 86_400), "2 Oct");
    assert_eq!(words(414 * 86_400), "2 Oct 2025");
}

#[test]
fn shortly_after_midnight_the_evening_before_is_hours_ago() {
    let midnight = Clock::new(at(-5 * 3_600), chrono_tz::Europe::Stockholm);
    assert_eq!(midnight.relative(midnight.now - chrono::Duration::hours(2)), "2 hours ago");
}

#[test]
fn future_times_name_the_hour() {
    let words = |ahead: i64| clock().relative(at(-ahead));
    assert_eq!(words(10), "in a moment");
    assert_eq!(words(6 * 60), "in 6 minutes");
    assert_eq!(words(2 * 3_600 + 1_800), "tonight at 22:00");
    assert_eq!(words(12 * 3_600 + 1_800), "tomorrow at 08:00");
    assert_eq!(words(3 * 86_400), "Monday at 19:30");
    assert_eq!(words(53 * 86_400), "12 Jan 2027");
}

#[test]
fn what_ends_with_a_day_is_said_by_that_day() {
    let words = |end: &str| {
        let markup = end.parse().map(|end| clock().ends(end).into_string()).unwrap_or_default();
        markup.split_once('>').map(|(_, rest)| rest.trim_end_matches("</time>").to_owned()).unwrap_or_default()
    };
    assert_eq!(words("2027-01-01T23:00:00Z"), "1 Jan 2027");
    assert_eq!(words("2026-11-22T23:00:00Z"), "22 Nov");
    assert_eq!((words("2026-11-20T23:00:00Z"), words("2026-11-21T23:00:00Z")), ("today".into(), "tomorrow".into()));
    assert_eq!(words("2027-01-01T22:00:00Z"), "1 Jan 2027");
    assert_eq!(words("2026-11-20T20:00:00Z"), "tonight at 21:00");
    assert_eq!(words("2026-11-19T23:00:00Z"), "20 hours ago");
    let until = |end: &str| end.parse().map(|end| clock().until(end).into_string()).unwrap_or_default();
    assert!(until("2027-01-01T23:00:00Z").ends_with(">1 Jan 2027</time>"));
    assert!(until("2027-01-01T22:00:00Z").ends_with(">1 Jan 2027, 23:00</time>"));
}

#[test]
fn a_time_says_the_exact_moment_in_the_zone() {
    assert_eq!(
        clock().ago(at(2 * 3_600)).into_string(),
        r#"<time datetime="2026-11-20T17:30:00+01:00" title="Friday 20 November 2026, 17:30">2 hours ago</time>"#
    );
}

#[test]
fn stamps_get_longer_with_age() {
    let words = |ago| {
        let markup = clock().stamp(at(ago)).into_string();
        markup.split_once('>').map(|(_, rest)| rest.trim_end_matches("</time>").to_owned()).unwrap_or_default()
    };
    assert_eq!(words(3 * 3_600 + 1_800), "today, 16:00");
    assert_eq!(words(4 * 86_400), "Mon 19:30");
    assert_eq!(words(49 * 86_400), "2 Oct, 20:30");
}

#[test]
fn the_greeting_follows_the_hour_of_the_reader() {
    assert_eq!(clock().greeting(), "Good evening");
    assert_eq!(Clock::new(at(9 * 3_600), chrono_tz::Europe::Stockholm).greeting(), "Good morning");
}

#[test]
fn sizes_keep_three_figures_at_most() {
    let cases = [
        (0.0, "0 kB"),
        (850e6, "850 MB"),
        (2.1e9, "2.1 GB"),
        (18.4e9, "18.4 GB"),
        (31e9, "31 GB"),
        (212.4e9, "212 GB"),
        (999.7e9, "1 TB"),
        (2.94e12, "2.9 TB"),
    ];
    for (bytes, words) in cases {
        assert_eq!(size(bytes), words);
    }
    assert_eq!(rough_size(31.4e9), "31 GB");
    assert_eq!(rough_size(2.14e9), "2.1 GB");
    assert_eq!(speed(9.2e6), "9.2 MB a second");
}

#[test]
fn what_somebody_wrote_turns_nothing_around_it() {
    assert_eq!(quoted("Éclair, s’il vous plaît"), "“Éclair, s’il vous plaît”");
    assert_eq!(quoted("a \u{202e}b"), "“\u{2068}a \u{202e}b\u{2069}”");
    assert_eq!(quoted("שלום"), "“\u{2068}שלום\u{2069}”");
}

#[test]
fn durations_are_words() {
    for (seconds, words) in [
        (0, "under 1 s"),
        (4, "4 s"),
        (720, "12 min"),
        (3_590, "1 h"),
        (6_000, "1 h 40 min"),
        (7_200, "2 h"),
        (259_200, "3 days"),
    ] {
        assert_eq!(duration(seconds), words);
    }
}

#[test]
fn counts_know_the_plural() {
    assert_eq!(count(1, "film", "films"), "1 film");
    assert_eq!(count(0, "film", "films"), "0 films");
    assert_eq!(count(12_345, "film", "films"), "12,345 films");
    assert_eq!(spelled(4), "Four");
    assert_eq!(spelled(0), "No");
    assert_eq!(spelled(40), "40");
    assert_eq!(number(-1_234_567), "-1,234,567");
    assert_eq!(percent(0.649), "64 %");
}

#[test]
fn names_make_lists_and_initials() {
    assert_eq!(list(&["Sam"]), "Sam");
    assert_eq!(list(&["Sam", "Ana", "Teo"]), "Sam, Ana and Teo");
    assert_eq!(initials("Priya Raman"), "PR");
    assert_eq!(initials("ana"), "A");
    assert_eq!(initials("Juan de la Cruz"), "JC");
    assert_eq!(initials(" "), "");
}
