//! The way of a release from search to file, shared by the simulated Radarrs, Sonarr and qBittorrent: commands that
//! wait to run, grabs, torrents that fill up, imports. Nothing moves by itself unless `animate` was called; tests
//! move it with `step` and its friends. Never speaks HTTP and never decides what is wanted: its owners do.

mod job;
mod pokes;
mod torrents;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use chrono::Utc;

pub use job::{Job, Owner, Quality, Release, Stage, Target, WEB_1080P, WEB_2160P, Wanted};
pub use torrents::{Phase, Torrent, hash31, info_hash};

/// How long things take while the world is animated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// From a command to its outcome.
    pub search: Duration,
    /// A whole download, whatever its size.
    pub download: Duration,
    /// From the last byte to the file in place.
    pub import: Duration,
}

impl Default for Speed {
    fn default() -> Self {
        Self { search: Duration::from_secs(6), download: Duration::from_secs(90), import: Duration::from_secs(8) }
    }
}

struct Task {
    owner: Weak<dyn Owner>,
    command: i64,
    due: Duration,
}

#[derive(Default)]
struct Line {
    speed: Speed,
    tasks: Vec<Task>,
    jobs: Vec<Job>,
    torrents: Vec<Torrent>,
    barren: HashSet<String>,
    grabs: HashMap<String, u64>,
}

enum Event {
    Grabbed(Job),
    Imported(Job),
    Blocked(Job, String),
    Failed(Job, String),
}

/// The pipeline. Clones are handles of the same one.
#[derive(Clone, Default)]
pub struct Downloads(Arc<Mutex<Line>>);

impl Downloads {
    pub fn new(speed: Speed) -> Self {
        Self(Arc::new(Mutex::new(Line { speed, ..Line::default() })))
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a command of an owner.
    pub fn submit(&self, owner: Weak<dyn Owner>, command: i64) {
        let mut line = self.line();
        let due = line.speed.search;
        line.tasks.push(Task { owner, command, due });
    }

    /// Grabs a release that a person chose, at once.
    pub fn grab_now(&self, owner: &Weak<dyn Owner>, wanted: Wanted) {
        let job = self.line().grab(wanted, owner);
        self.tell(job.map(Event::Grabbed));
    }

    /// All downloads that are not done.
    pub fn jobs(&self) -> Vec<Job> {
        self.line().jobs.clone()
    }

    /// The downloads of one owner.
    pub fn jobs_of(&self, owner: &Weak<dyn Owner>) -> Vec<Job> {
        self.line().jobs.iter().filter(|job| job.owner.ptr_eq(owner)).cloned().collect()
    }

    /// All torrents, in the order they were added.
    pub fn torrents(&self) -> Vec<Torrent> {
        self.line().torrents.clone()
    }

    pub fn torrent(&self, hash: &str) -> Option<Torrent> {
        self.line().torrents.iter().find(|one| one.hash.eq_ignore_ascii_case(hash)).cloned()
    }

    /// Changes the torrents; the download client's own commands go through here.
    pub fn with_torrents<T>(&self, change: impl FnOnce(&mut Vec<Torrent>) -> T) -> T {
        let mut line = self.line();
        let outcome = change(&mut line.torrents);
        let line = &mut *line;
        // A torrent that somebody deleted takes its queue records with it.
        line.jobs.retain(|job| line.torrents.iter().any(|torrent| torrent.hash == job.hash));
        outcome
    }

    /// Takes a download out of the queue, and out of the download client if asked.
    pub fn forget(&self, hash: &str, with_torrent: bool) {
        let mut line = self.line();
        line.jobs.retain(|job| job.hash != hash);
        if with_torrent {
            line.torrents.retain(|torrent| torrent.hash != hash);
        }
    }

    /// Moves everything on by one stage: commands run and grab; what was grabbed is complete; what was complete is
    /// imported. Returns whether anything moved.
    pub fn step(&self) -> bool {
        let (tasks, jobs) = {
            let mut line = self.line();
            let jobs: Vec<String> = line.jobs.iter().map(|job| job.hash.clone()).collect();
            (std::mem::take(&mut line.tasks), jobs)
        };
        let mut moved = !tasks.is_empty();
        for hash in jobs {
            let event = self.line().push_on(&hash);
            moved |= event.is_some();
            self.tell(event.into_iter().flatten());
        }
        self.run(tasks);
        moved
    }

    /// Steps until nothing moves any more. Stalled, stopped and blocked downloads stay where they are.
    pub fn finish_all(&self) {
        // A failed download may search again, for ever; this is far more than any test needs.
        for _ in 0..1000 {
            if !self.step() {
                return;
            }
        }
    }

    /// Lets simulated time pass.
    pub fn advance(&self, passed: Duration) {
        let (due, done) = {
            let mut line = self.line();
            for task in &mut line.tasks {
                task.due = task.due.saturating_sub(passed);
            }
            let (due, later) = std::mem::take(&mut line.tasks).into_iter().partition(|task| task.due.is_zero());
            line.tasks = later;
            (due, line.flow(passed))
        };
        self.tell(done);
        self.run(due);
    }

    /// Lets time pass by the clock until the last handle is gone.
    pub fn animate(&self) {
        const BEAT: Duration = Duration::from_millis(500);
        let line = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(BEAT);
            loop {
                beat.tick().await;
                let Some(line) = line.upgrade() else { return };
                Downloads(line).advance(BEAT);
            }
        });
    }

    fn run(&self, tasks: Vec<Task>) {
        for task in tasks {
            let Some(owner) = task.owner.upgrade() else { continue };
            let wanted = owner.run(task.command, &|title| self.line().barren.contains(&title.to_lowercase()));
            for one in wanted {
                let job = self.line().grab(one, &task.owner);
                self.tell(job.map(Event::Grabbed));
            }
        }
    }

    fn tell(&self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            match event {
                Event::Grabbed(job) => job.owner.upgrade().iter().for_each(|owner| owner.grabbed(&job)),
                Event::Imported(job) => job.owner.upgrade().iter().for_each(|owner| owner.imported(&job)),
                Event::Blocked(job, why) => job.owner.upgrade().iter().for_each(|owner| owner.blocked(&job, &why)),
                Event::Failed(job, why) => job.owner.upgrade().iter().for_each(|owner| owner.failed(&job, &why)),
            }
        }
    }
}

impl Line {
    /// Adds the torrent and the queue entry; nothing when the same download is there already.
    fn grab(&mut self, wanted: Wanted, owner: &Weak<dyn Owner>) -> Option<Job> {
        let same = |job: &Job| job.wanted.target == wanted.target && job.owner.ptr_eq(owner);
        if self.jobs.iter().any(same) {
            return None;
        }
        let turn = self.grabs.entry(wanted.release.name.clone()).or_default();
        *turn += 1;
        let hash = info_hash(&format!("{}#{turn}#{}", wanted.release.name, wanted.category));
        self.torrents.retain(|torrent| torrent.hash != hash);
        self.torrents.push(Torrent::new(&hash, &wanted.release.name, wanted.release.size, &wanted.category));
        let job = Job {
            wanted,
            hash,
            stage: Stage::Downloading,
            grabbed_at: Utc::now(),
            owner: owner.clone(),
            obstacle: None,
            until_import: self.speed.import,
        };
        self.jobs.push(job.clone());
        Some(job)
    }

    /// One stage on. None: it does not move; an inner None: it moved without news for anybody.
    fn push_on(&mut self, hash: &str) -> Option<Option<Event>> {
        let torrent = self.torrents.iter_mut().find(|torrent| torrent.hash == hash)?;
        if !torrent.may_flow() && !torrent.is_complete() {
            return None;
        }
        torrent.complete();
        let at = self.jobs.iter().position(|job| job.hash == hash)?;
        let job = self.jobs.get_mut(at)?;
        match (&job.stage, job.obstacle.take()) {
            (Stage::Blocked(_), _) => None,
            (_, Some(why)) => {
                job.stage = Stage::Blocked(why.clone());
                Some(Some(Event::Blocked(job.clone(), why)))
            }
            (Stage::Downloading, None) => {
                job.stage = Stage::Importing;
                Some(None)
            }
            (Stage::Importing, None) => Some(Some(Event::Imported(self.jobs.remove(at)))),
        }
    }

    /// Fills the torrents for this long; imports what is due.
    fn flow(&mut self, passed: Duration) -> Vec<Event> {
        let whole = self.speed.download.as_secs_f64().max(0.001);
        for torrent in &mut self.torrents {
            torrent.flow(passed, whole);
        }
        let mut ready = Vec::new();
        for job in &mut self.jobs {
            let complete = self.torrents.iter().any(|torrent| torrent.hash == job.hash && torrent.is_complete());
            match job.stage {
                Stage::Downloading if complete => ready.push(job.hash.clone()),
                Stage::Importing => {
                    job.until_import = job.until_import.saturating_sub(passed);
                    if job.until_import.is_zero() {
                        ready.push(job.hash.clone());
                    }
                }
                _ => {}
            }
        }
        ready.iter().filter_map(|hash| self.push_on(hash).flatten()).collect()
    }
}

#[cfg(test)]
mod tests;
