//! Keeps the house as `src/lib.rs` describes it: who may import whom, who alone may name a crate, sizes, and migrations
//! that come in pairs. It reads the sources as text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the rooms it may import. The first prefix that fits a file decides.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("src/domain/", &["domain"]),
    ("src/main.rs", &["cli"]),
    ("src/error.rs", &["domain"]),
    ("src/clock.rs", &["domain", "error"]),
    ("src/config.rs", &["domain", "error"]),
    ("src/crypto.rs", &["domain", "error"]),
    ("src/ui/", &["domain", "ui"]),
    ("src/db/", &["domain", "error", "config", "crypto", "db"]),
    ("src/vendor/", &["domain", "error", "config", "vendor"]),
    ("src/app", &["config", "clock", "crypto", "db", "vendor", "error", "domain", "app"]),
    ("src/web/", &["domain", "error", "ui", "app", "db", "crypto", "web"]),
    ("src/worker/", &["domain", "db", "app", "error"]),
    ("src/router.rs", &["features", "web", "domain", "app", "error"]),
    ("src/dispatch.rs", &["features", "web", "domain", "app", "error", "db"]),
    ("src/timetable.rs", &["features", "web", "domain", "app", "error", "db"]),
    (
        "src/serve.rs",
        &["router", "dispatch", "timetable", "worker", "app", "config", "clock", "web", "db", "error", "features"],
    ),
    (
        "src/cli/",
        &[
            "serve",
            "demo",
            "features",
            "config",
            "db",
            "app",
            "domain",
            "error",
            "crypto",
            "clock",
            "cli",
            "timetable",
            "router",
        ],
    ),
    ("src/demo/", &["domain", "config", "demo"]),
];

/// What the files of a slice may import, by the word their name begins with.
const SLICE_MAY_IMPORT: &[(&[&str], &[&str])] = &[
    (&["views", "emails"], &["domain", "ui"]),
    (&["actions"], &["domain", "db", "app", "error", "crypto"]),
    (&["lookups"], &["domain", "vendor", "app", "error"]),
    (&["effects", "jobs", "sync"], &["domain", "db", "vendor", "app", "error", "crypto"]),
    (&["viewer", "admin", "public", "api"], &["web", "ui", "domain", "db", "app", "error", "crypto"]),
];

/// Crates that only some rooms may name.
const ONLY_HERE: &[(&[&str], &[&str])] = &[
    (&["diesel", "diesel_migrations", "r2d2"], &["src/db/"]),
    (&["reqwest", "lettre"], &["src/vendor/"]),
    (&["maud"], &["src/ui/", "src/features/", "src/web/errors.rs"]),
    (&["poem"], &["src/web/", "src/features/", "src/router.rs", "src/serve.rs", "src/demo/"]),
    (&["clap"], &["src/cli/"]),
    (&["aws_lc_rs", "jsonwebtoken", "argon2"], &["src/crypto.rs"]),
    (&["tokio_cron_scheduler"], &["src/timetable.rs"]),
    (&["croner"], &["src/domain/schedule.rs"]),
];

#[test]
fn every_room_imports_only_what_it_may() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let Some(allowed) = allowed(&path) else { continue };
        for room in imports(&text) {
            if !allowed.contains(&room.as_str()) {
                wrong.push(format!("{path} imports {room}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn slices_do_not_know_each_other() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src/features") {
        let own = path.split('/').nth(2).unwrap_or_default();
        for line in code(&text) {
            for part in line.split("crate::features::").skip(1) {
                let slice: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if slice != own && own != "mod.rs" && own != "setup" {
                    wrong.push(format!("{path} knows {slice}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_crate_is_named_only_in_its_rooms() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        for (crates, rooms) in ONLY_HERE {
            if rooms.iter().any(|room| path.starts_with(room)) {
                continue;
            }
            for name in *crates {
                let named = code(&text)
                    .any(|line| line.contains(&format!("{name}::")) && !line.contains(&format!("_{name}::")));
                if named {
                    wrong.push(format!("{path} names {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_config_reads_the_environment() {
    let readers: Vec<String> = sources("src")
        .into_iter()
        .filter(|(path, _)| path != "src/config.rs" && path != "src/cli/tuning.rs")
        .filter(|(_, text)| code(text).any(|line| line.contains("env::var")))
        .map(|(path, _)| path)
        .collect();
    assert!(readers.is_empty(), "{readers:?} read the environment");
}

#[test]
fn files_stay_readable() {
    let long: Vec<String> = sources("src")
        .into_iter()
        .filter(|(path, _)| path != "src/db/schema.rs")
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            (lines > 400).then(|| format!("{path} has {lines} lines"))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> =
        sources("src").into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "no header: {silent:?}");
}

#[test]
fn migrations_come_in_pairs() {
    let names = |engine: &str| -> BTreeSet<String> {
        fs::read_dir(format!("migrations/{engine}"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    for name in names("sqlite") {
        for engine in ["sqlite", "postgres"] {
            for file in ["up.sql", "down.sql"] {
                let path = format!("migrations/{engine}/{name}/{file}");
                assert!(Path::new(&path).exists(), "{path} is missing");
            }
        }
    }
}

fn allowed(path: &str) -> Option<Vec<&'static str>> {
    if let Some(rest) = path.strip_prefix("src/features/") {
        let file = rest.split('/').nth(1)?;
        let rooms = SLICE_MAY_IMPORT.iter().find(|(words, _)| words.iter().any(|word| file.starts_with(word)))?.1;
        return Some(rooms.iter().copied().chain(["features"]).collect());
    }
    MAY_IMPORT.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, rooms)| rooms.to_vec())
}

/// The rooms that a file names as `crate::room`, tests left out.
fn imports(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for line in code(text) {
        for part in line.split("crate::").skip(1) {
            let room: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            // `crate::each_backend` and `crate::text_enum` are macros.
            if !room.is_empty() && !["each_backend", "text_enum"].contains(&room.as_str()) {
                rooms.insert(room);
            }
        }
    }
    rooms
}

/// Lines of code: no comments, and nothing of a test module written out in the file.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let mut for_tests = false;
    let mut over = false;
    text.lines().map(str::trim_start).filter(move |line| {
        if for_tests && !line.starts_with("#[") {
            over |= line.starts_with("mod ") && line.ends_with('{');
            for_tests = false;
            return false;
        }
        for_tests |= line.starts_with("#[cfg(test)]");
        !over && !for_tests && !line.starts_with("//")
    })
}

/// Tests beside the code they test are bound by nothing here.
fn is_test(path: &Path) -> bool {
    let path = path.to_str().unwrap();
    path.contains("/tests/") || ["tests.rs", "testing.rs"].iter().any(|end| path.ends_with(end))
}

fn sources(root: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !is_test(&path) {
                found.push((path.to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
