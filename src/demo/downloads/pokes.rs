//! What tests (and the demo's script) do to downloads on purpose. A download is named by the title of its film or
//! series, by its release or by its hash; each poke says how many downloads it met.

use chrono::Utc;

use super::{Downloads, Event, Job, Phase, Stage, Torrent};

impl Job {
    fn is_called(&self, name: &str) -> bool {
        [&self.wanted.title, &self.wanted.release.name, &self.hash].iter().any(|own| own.eq_ignore_ascii_case(name))
    }
}

impl Downloads {
    /// Searches for this title find nothing from now on.
    pub fn no_release(&self, title: &str) {
        self.line().barren.insert(title.to_lowercase());
    }

    /// Searches for this title find something again.
    pub fn releases_again(&self, title: &str) {
        self.line().barren.remove(&title.to_lowercase());
    }

    /// Bytes are there up to this fraction, 0 to 1; a stalled download runs again.
    pub fn set_progress(&self, name: &str, fraction: f64) -> usize {
        self.poke(name, |torrent| torrent.set_progress(fraction))
    }

    /// No peer sends any more.
    pub fn stall(&self, name: &str) -> usize {
        self.poke(name, |torrent| torrent.phase = Phase::Stalled)
    }

    /// A stalled or broken download runs again.
    pub fn resume(&self, name: &str) -> usize {
        self.poke(name, |torrent| torrent.phase = Phase::Downloading)
    }

    /// The download client reports an error; the queue shows a warning.
    pub fn torrent_error(&self, name: &str) -> usize {
        self.poke(name, |torrent| torrent.phase = Phase::Error)
    }

    /// The download is given up: queue records and torrent go, the history says failed.
    pub fn fail(&self, name: &str, message: &str) -> usize {
        let lost: Vec<Job> = {
            let mut line = self.line();
            let (lost, kept) = std::mem::take(&mut line.jobs).into_iter().partition(|job: &Job| job.is_called(name));
            line.jobs = kept;
            line.torrents.retain(|torrent| !lost.iter().any(|job: &Job| job.hash == torrent.hash));
            lost
        };
        let count = lost.len();
        self.tell(lost.into_iter().map(|job| Event::Failed(job, message.to_owned())));
        count
    }

    /// The import of this download needs a person: at once when it is complete, else as soon as it is.
    pub fn block_import(&self, name: &str, message: &str) -> usize {
        let mut line = self.line();
        let mut count = 0;
        for job in line.jobs.iter_mut().filter(|job| job.is_called(name)) {
            job.obstacle = Some(message.to_owned());
            count += 1;
        }
        let is_due = |job: &&Job| job.stage == Stage::Importing && job.obstacle.is_some();
        let due: Vec<String> = line.jobs.iter().filter(is_due).map(|job| job.hash.clone()).collect();
        let events: Vec<Event> = due.iter().filter_map(|hash| line.push_on(hash).flatten()).collect();
        drop(line);
        self.tell(events);
        count
    }

    /// Somebody cleared what blocked the import: it goes on.
    pub fn unblock_import(&self, name: &str) -> usize {
        let mut line = self.line();
        let blocked = line.jobs.iter_mut().filter(|job| job.is_called(name));
        blocked.map(|job| (job.stage, job.obstacle) = (Stage::Importing, None)).count()
    }

    /// The download goes by another hash from now on: that of a torrent which a real client fetches.
    pub fn rename(&self, name: &str, hash: &str) -> usize {
        let mut line = self.line();
        let line = &mut *line;
        let jobs = line.jobs.iter_mut().filter(|job| job.is_called(name));
        jobs.map(|job| {
            line.torrents.iter_mut().filter(|one| one.hash == job.hash).for_each(|one| one.hash = hash.to_owned());
            job.hash = hash.to_owned();
        })
        .count()
    }

    /// Adds a torrent that no Radarr or Sonarr asked for.
    pub fn add_torrent(&self, mut torrent: Torrent) -> String {
        torrent.added_on = Utc::now();
        let hash = torrent.hash.clone();
        self.with_torrents(|all| all.push(torrent));
        hash
    }

    fn poke(&self, name: &str, mut change: impl FnMut(&mut Torrent)) -> usize {
        let mut line = self.line();
        let called = |job: &&Job| job.is_called(name);
        let hashes: Vec<String> = line.jobs.iter().filter(called).map(|job| job.hash.clone()).collect();
        let mut count = 0;
        for torrent in line.torrents.iter_mut() {
            if hashes.contains(&torrent.hash) || torrent.hash.eq_ignore_ascii_case(name) || torrent.name == name {
                change(torrent);
                count += 1;
            }
        }
        count
    }
}
