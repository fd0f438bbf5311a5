#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// An owner that wants one release and writes down what it is told.
#[derive(Default)]
struct Owned(Mutex<Vec<String>>);

impl Owned {
    fn say(&self, word: &str) {
        self.0.lock().unwrap().push(word.to_owned());
    }

    fn said(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Owner for Owned {
    fn run(&self, _: i64, barren: &dyn Fn(&str) -> bool) -> Vec<Wanted> {
        if barren("Kestrel") {
            self.say("nothing");
            return Vec::new();
        }
        let release = Release {
            name: "Kestrel.2026.1080p-X".into(),
            indexer: "I".into(),
            group: "X".into(),
            size: 9_000_000_000,
            quality: WEB_1080P,
        };
        let target = Target::Film { movie_id: 1 };
        vec![Wanted { title: "Kestrel".into(), target, release, category: "radarr".into() }]
    }

    fn grabbed(&self, _: &Job) {
        self.say("grabbed");
    }

    fn imported(&self, _: &Job) {
        self.say("imported");
    }

    fn blocked(&self, _: &Job, message: &str) {
        self.say(message);
    }

    fn failed(&self, _: &Job, message: &str) {
        self.say(message);
    }
}

fn start() -> (Arc<Owned>, Downloads) {
    let (owner, downloads) = (Arc::new(Owned::default()), Downloads::new(Speed::default()));
    let weak: Weak<Owned> = Arc::downgrade(&owner);
    downloads.submit(weak, 1);
    (owner, downloads)
}

#[test]
fn a_download_takes_its_time_and_speed_fits_the_rest() {
    let (owner, downloads) = start();
    downloads.advance(Duration::from_secs(5));
    assert!(downloads.jobs().is_empty());
    downloads.advance(Duration::from_secs(1));
    assert_eq!(owner.said(), ["grabbed"]);
    let mut last = 0.0;
    for _ in 0..40 {
        downloads.advance(Duration::from_secs(1));
        let torrent = downloads.torrents().remove(0);
        assert!(torrent.progress() > last);
        let eta = torrent.left / torrent.speed() as f64;
        assert!((torrent.eta().unwrap() as f64 - eta).abs() < 1.1);
        last = torrent.progress();
    }
    downloads.advance(Duration::from_secs(70));
    downloads.advance(Duration::from_secs(1));
    assert_eq!(downloads.jobs()[0].stage, Stage::Importing);
    downloads.advance(Duration::from_secs(8));
    assert_eq!(owner.said(), ["grabbed", "imported"]);
    assert!(downloads.jobs().is_empty() && downloads.torrents()[0].is_complete());
}

#[test]
fn steps_move_one_stage_and_stalled_ones_stay() {
    let (owner, downloads) = start();
    assert!(downloads.step());
    assert_eq!(downloads.set_progress("kestrel", 0.5), 1);
    assert_eq!(downloads.torrents()[0].progress(), 0.5);
    downloads.stall("Kestrel");
    assert!(!downloads.step());
    downloads.resume("Kestrel");
    assert!(downloads.step());
    assert_eq!(downloads.jobs()[0].stage, Stage::Importing);
    assert!(downloads.step() && !downloads.step());
    assert_eq!(owner.said(), ["grabbed", "imported"]);
}

#[test]
fn imports_can_be_blocked_before_and_after_the_last_byte() {
    let (owner, downloads) = start();
    downloads.step();
    downloads.block_import("Kestrel", "early");
    downloads.finish_all();
    assert_eq!(downloads.jobs()[0].stage, Stage::Blocked("early".into()));
    assert_eq!(downloads.unblock_import("Kestrel"), 1);
    downloads.block_import("Kestrel", "late");
    assert_eq!(downloads.jobs()[0].stage, Stage::Blocked("late".into()));
    downloads.unblock_import("Kestrel");
    downloads.finish_all();
    assert_eq!(owner.said(), ["grabbed", "early", "late", "imported"]);
}

#[test]
fn failures_and_barren_searches_leave_nothing_behind() {
    let (owner, downloads) = start();
    downloads.step();
    let first = downloads.torrents()[0].hash.clone();
    assert_eq!(downloads.fail("Kestrel", "broken"), 1);
    assert!(downloads.jobs().is_empty() && downloads.torrents().is_empty());
    let weak: Weak<Owned> = Arc::downgrade(&owner);
    downloads.submit(weak.clone(), 2);
    downloads.step();
    assert_ne!(downloads.torrents()[0].hash, first, "another grab is another torrent");
    downloads.with_torrents(Vec::clear);
    assert!(downloads.jobs().is_empty(), "a deleted torrent takes its record along");
    downloads.no_release("kestrel");
    downloads.submit(weak, 3);
    downloads.finish_all();
    assert_eq!(owner.said(), ["grabbed", "broken", "grabbed", "nothing"]);
}
