#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

#[test]
fn text_becomes_plain_words() {
    for (text, plain) in [
        ("Amélie", "amelie"),
        ("Die Straße & das Meer", "die strasse and das meer"),
        ("AT&T", "at and t"),
        ("Ødegård, Łódź, Æon", "odegard lodz aeon"),
        ("The Cartographer’s Daughter", "the cartographers daughter"),
        ("WALL·E", "wall e"),
        ("ﬁne ½", "fine 1 2"),
        ("İstanbul", "istanbul"),
        ("  ---  ", ""),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("a\0b\u{202e}c", "a b c"),
    ] {
        assert_eq!(normalise(text), plain, "{text}");
    }
}

#[test]
fn a_title_is_found_by_all_its_names() {
    assert_eq!(search_text("Spider-Man", None), "spider man spiderman");
    assert_eq!(search_text("S.W.A.T.", None), "s w a t swat");
    assert_eq!(search_text("Dune", Some("Dune")), "dune");
    assert_eq!(search_text("Spirited Away", Some("Sen to Chihiro")), "spirited away sen to chihiro");
}

#[test]
fn a_query_knows_ids_and_years() {
    let query = Query::parse("  Dune year:2021 TMDB:438631 imdb:tt1160419 ");
    assert_eq!(query.words, ["dune"]);
    assert_eq!((query.year, query.ids.tmdb), (Some(2021), Some(438_631)));
    assert_eq!(query.ids.imdb.as_deref(), Some("tt1160419"));
    let words = Query::parse("tmdb:x year:99999 imdb:nm1 2001: a space");
    assert!(!words.has_ids() && words.year.is_none());
    assert_eq!(words.words, ["tmdb", "x", "year", "99999", "imdb", "nm1", "2001", "a"]);
    assert!(Query::parse("\"* ' \0 %").is_empty());
    assert_eq!(Query::parse("dune 2021").with_trailing_year().map(|query| query.year), Some(Some(2021)));
    assert_eq!(Query::parse("2012").with_trailing_year(), None);
}

#[test]
fn one_slip_is_forgiven_and_two_are_not() {
    let whole = |typed, known| slip(typed, known, false).is_some();
    for typed in ["dume", "dnue", "dunee", "dne", "une", "xune", "dunx", "ddune"] {
        assert!(whole(typed, "dune"), "{typed}");
    }
    for typed in ["dumm", "nude", "dn", "d", "duneee", "edun"] {
        assert!(!whole(typed, "dune"), "{typed}");
    }
    assert!(!whole("thhe", "the"), "short words are taken as they are");
    assert_eq!(slip("harbur", "harbour", false), Some(Slip::Whole));
    assert_eq!(slip("hobra", "harbour", true), None);
    assert_eq!(slip("hrabo", "harbour", true), Some(Slip::Beginning));
    assert_eq!(slip("hrabo", "harbour", false), None);
}

#[test]
fn better_hits_come_first() {
    let words = ["dune".to_owned()];
    let fit = |title: &str| fit(&words, title, &search_text(title, None));
    assert_eq!(fit("Dune"), Fit::Exact);
    assert_eq!(fit("The Dune"), Fit::Exact);
    assert_eq!(fit("Dune: Part Two"), Fit::Beginning);
    assert_eq!(fit("Jodorowsky's Dune"), Fit::Words);
    assert_eq!(fit("Dark Dunes"), Fit::Beginnings);
    assert_eq!(fit("Dome"), Fit::Slips);
}

/// Optimal string alignment, by the book.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 {
                j
            } else if j == 0 {
                i
            } else {
                let cost = usize::from(a[i - 1] != b[j - 1]);
                let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + cost);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

proptest! {
    #[test]
    fn normalising_twice_changes_nothing(text in "\\PC{0,40}") {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once.clone());
        prop_assert!(!once.contains("  ") && once.trim() == once);
    }

    #[test]
    fn any_text_is_a_query(text in any::<String>()) {
        prop_assert!(Query::parse(&text).words.len() <= 8);
    }

    #[test]
    fn slips_are_what_the_book_says(typed in "[a-c]{4,7}", known in "[a-c]{4,7}") {
        let (a, b): (Vec<char>, Vec<char>) = (typed.chars().collect(), known.chars().collect());
        prop_assert_eq!(slip(&typed, &known, false).is_some(), distance(&a, &b) <= 1);
        let beginning = (0..=b.len()).any(|n| distance(&a, &b[..n]) <= 1);
        prop_assert_eq!(slip(&typed, &known, true).is_some(), beginning);
    }

    #[test]
    fn words_one_slip_apart_share_a_variant(typed in "[a-c]{3,7}", known in "[a-c]{4,8}", more in any::<bool>()) {
        if slip(&typed, &known, more).is_some() {
            let kept = variants(&known);
            prop_assert!(variants_of_typed(&typed).iter().any(|variant| kept.contains(variant)));
        }
    }
}
