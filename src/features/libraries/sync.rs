//! Job `library_sync`: copies what every Plex library lists, page by page. A full pass sees everything; in between only
//! what is new is read. It goes on where it was cut off, believes that something is gone only after two complete passes,
//! and changes nothing when a server doesn't answer, or another one answers in its place.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::app::App;
use crate::app::run::RunHandle;
use crate::db::libraries::{self, Changed, Library, Part};
use crate::db::{servers, shelves};
use crate::domain::catalog::{MediaKind, Page, PlexEpisode, PlexItem};
use crate::domain::ids::LibraryId;
use crate::domain::service::Server;
use crate::error::{AppError, Outcome};
use crate::vendor::plex_server::PlexServer;

/// Rows asked for at once: memory stays flat, and a cut-off costs at most one page.
const PAGE: usize = 200;

/// Everything is read again at least this often: not all that changes is new.
const FULL_PASS_EVERY: TimeDelta = TimeDelta::hours(24);

/// A list that shrinks while it is read has gaps; it is read again so many times.
const TRIES: usize = 3;

/// Reads every server. One that fails does not keep the others from being read; the run then fails with its words.
pub async fn run(run: RunHandle) -> Outcome<Value> {
    let mut sum = Changed::default();
    let mut synced = 0;
    let mut first_error = None;
    for server in run.app.db.read(servers::all).await? {
        if let Err(error) = sync_server(&run, &server, &mut sum, &mut synced).await {
            tracing::warn!(server.id = server.id.0, error = %error, "a Plex server could not be read");
            first_error.get_or_insert(error);
        }
    }
    match first_error {
        Some(error) => Err(error),
        None => Ok(json!({ "libraries": synced, "seen": sum.seen, "added": sum.added, "removed": sum.removed })),
    }
}

async fn sync_server(run: &RunHandle, server: &Server, sum: &mut Changed, synced: &mut usize) -> Outcome<()> {
    let plex = run.app.plex_server(server)?;
    let identity = plex.identity().await?;
    server.expect_own(&identity)?;
    let list = plex.libraries().await?;
    let (id, now) = (server.id, run.app.now());
    let libraries = run
        .app
        .db
        .write(move |tx| {
            servers::set_identity(tx, id, &identity)?;
            libraries::import(tx, id, &list, now)?;
            libraries::of_server(tx, id)
        })
        .await?;
    for library in libraries {
        let Some(kind) = library.media() else { continue };
        if run.must_stop() {
            return Ok(());
        }
        let reader = Reader { run, plex: &plex, id: library.id, kind };
        *sum += reader.sync(library).await?;
        *synced += 1;
    }
    Ok(())
}

/// Reads one library.
struct Reader<'a> {
    run: &'a RunHandle,
    plex: &'a PlexServer,
    id: LibraryId,
    kind: MediaKind,
}

impl Reader<'_> {
    async fn sync(&self, library: Library) -> Outcome<Changed> {
        let now = self.app().now();
        let stale = library.full_sync_at.is_none_or(|at| now - at >= FULL_PASS_EVERY);
        if library.pass_total.is_some() || stale {
            return self.full(library).await;
        }
        let id = self.id;
        if self.app().db.read(move |conn| libraries::misses_something(conn, id)).await? {
            return self.full(library).await;
        }
        let (mut changed, complete) = self.newest(&library).await?;
        if !complete {
            changed += self.full(library).await?;
        }
        Ok(changed)
    }

    /// Everything, from where an open pass was left. A list that keeps changing is given up until the next run.
    async fn full(&self, mut library: Library) -> Outcome<Changed> {
        let mut changed = Changed::default();
        for _ in 0..TRIES {
            if library.pass_total.is_none() {
                library = self.change(libraries::begin_pass).await?;
            }
            match self.go_on(&library, &mut changed).await? {
                Read::Whole | Read::Stopped => return Ok(changed),
                Read::Gaps => library = self.drop_pass().await?,
            }
        }
        tracing::info!(library.id = self.id.0, "a library keeps changing; it is read again later");
        Ok(changed)
    }

    /// The rest of the open pass: titles, then the episodes of series.
    async fn go_on(&self, library: &Library, changed: &mut Changed) -> Outcome<Read> {
        if library.part == Part::Titles {
            match self.titles(library, changed).await? {
                Read::Whole => {}
                early => return Ok(early),
            }
        }
        if self.kind == MediaKind::Series {
            match self.episodes(library, changed).await? {
                Read::Whole => {}
                early => return Ok(early),
            }
        }
        let now = self.app().now();
        self.change(move |tx, id| libraries::end_pass(tx, id, now)).await?;
        Ok(Read::Whole)
    }

    async fn titles(&self, library: &Library, changed: &mut Changed) -> Outcome<Read> {
        let mut state = Cursor { at: library.cursor, total: library.pass_total };
        loop {
            if self.run.must_stop() {
                return Ok(Read::Stopped);
            }
            let page = self.plex.items(&library.key, self.kind, state.offset(), PAGE).await?;
            let Some(next) = state.after(&page) else { return Ok(Read::Gaps) };
            state = next;
            *changed += self.keep_items(library, page, Some(state)).await?;
            self.run.progress(state.at, state.total, library.title.clone()).await?;
            if state.is_whole() {
                break;
            }
        }
        let (library, total) = (library.clone(), state.at);
        let more = self.kind == MediaKind::Series;
        changed.removed += self
            .app()
            .db
            .write(move |tx| {
                let removed = libraries::end_titles(tx, &library, total)?;
                if more {
                    libraries::keep_cursor(tx, library.id, Part::Episodes, 0, Some(0))?;
                }
                Ok(removed)
            })
            .await?;
        Ok(Read::Whole)
    }

    async fn episodes(&self, library: &Library, changed: &mut Changed) -> Outcome<Read> {
        let mut state = match library.part {
            Part::Episodes if library.cursor > 0 => Cursor { at: library.cursor, total: library.pass_total },
            _ => Cursor { at: 0, total: None },
        };
        loop {
            if self.run.must_stop() {
                return Ok(Read::Stopped);
            }
            let page = self.plex.episodes(&library.key, state.offset(), PAGE).await?;
            let Some(next) = state.after(&page) else { return Ok(Read::Gaps) };
            state = next;
            *changed += self.keep_episodes(library, page.items, Some(state)).await?;
            self.run.progress(state.at, state.total, format!("Episodes of {}", library.title)).await?;
            if state.is_whole() {
                break;
            }
        }
        let (library, total) = (library.clone(), state.at);
        self.app().db.write(move |tx| libraries::end_episodes(tx, &library, total)).await?;
        Ok(Read::Whole)
    }

    /// What came since the newest we know. False when the server's totals tell of more than that.
    async fn newest(&self, library: &Library) -> Outcome<(Changed, bool)> {
        let Some(since) = library.newest_at else { return Ok((Changed::default(), false)) };
        let (mut changed, second_files) = self.second_files(library).await?;
        let total = self.plex.items(&library.key, self.kind, 0, 1).await?.total;
        let items = self.plex.items_added_since(&library.key, self.kind, since).await?;
        let mut fits = true;
        let mut new_titles = 0;
        for page in items.chunks(PAGE) {
            let page = Page { items: page.to_vec(), received: page.len(), offset: 0, total };
            let step = self.keep_items(library, page, None).await?;
            new_titles += step.added;
            changed += step;
        }
        fits &= library.last_total.is_some_and(|last| last + count(new_titles) == count(total));
        let mut episodes = None;
        if self.kind == MediaKind::Series {
            let total = self.plex.episodes(&library.key, 0, 1).await?.total;
            let mut new = second_files;
            for page in self.plex.episodes_added_since(&library.key, since).await?.chunks(PAGE) {
                let step = self.keep_episodes(library, page.to_vec(), None).await?;
                new += step.added;
                changed += step;
            }
            fits &= library.episode_total.is_some_and(|last| last + count(new) == count(total));
            episodes = Some(count(total));
        }
        if fits {
            let now = self.app().now();
            self.change(move |tx, id| libraries::note_caught_up(tx, id, count(total), episodes, now)).await?;
        }
        Ok((changed, fits))
    }

    /// What has a file in 4K now beside its first one is nothing new to Plex: titles that are awaited in 4K are looked at one
    /// by one. Beside what changed: how many episodes came with it.
    async fn second_files(&self, library: &Library) -> Outcome<(Changed, usize)> {
        let id = self.id;
        let keys = self.app().db.read(move |conn| shelves::awaited_in_4k(conn, id)).await?;
        let (mut changed, mut episodes) = (Changed::default(), 0);
        for key in keys {
            let Some(item) = self.plex.item(&key).await? else { continue };
            let page = Page { items: vec![item], received: 1, offset: 0, total: 1 };
            changed += self.keep_items(library, page, None).await?;
            if self.kind == MediaKind::Series {
                let step = self.keep_episodes(library, self.plex.episodes_of(&key).await?, None).await?;
                episodes += step.added;
                changed += step;
            }
        }
        Ok((changed, episodes))
    }

    async fn keep_items(&self, library: &Library, page: Page<PlexItem>, at: Option<Cursor>) -> Outcome<Changed> {
        let (library, now) = (library.clone(), self.app().now());
        let changed = self
            .app()
            .db
            .write(move |tx| {
                let changed = shelves::keep_items(tx, &library, &page.items, now)?;
                if let Some(cursor) = at {
                    libraries::keep_cursor(tx, library.id, Part::Titles, cursor.at, cursor.total)?;
                }
                Ok(changed)
            })
            .await?;
        self.app().wake_worker();
        Ok(changed)
    }

    async fn keep_episodes(&self, library: &Library, list: Vec<PlexEpisode>, at: Option<Cursor>) -> Outcome<Changed> {
        let (library, now) = (library.clone(), self.app().now());
        let changed = self
            .app()
            .db
            .write(move |tx| {
                let changed = shelves::keep_episodes(tx, &library, &list, now)?;
                if let Some(cursor) = at {
                    libraries::keep_cursor(tx, library.id, Part::Episodes, cursor.at, cursor.total)?;
                }
                Ok(changed)
            })
            .await?;
        self.app().wake_worker();
        Ok(changed)
    }

    async fn drop_pass(&self) -> Outcome<Library> {
        self.change(|tx, id| libraries::keep_cursor(tx, id, Part::Titles, 0, None)).await
    }

    /// Changes where the library stands, and reads it again.
    async fn change(
        &self,
        change: impl FnOnce(&mut crate::db::Tx<'_>, LibraryId) -> Outcome<()> + Send + 'static,
    ) -> Outcome<Library> {
        let id = self.id;
        self.app()
            .db
            .write(move |tx| {
                change(tx, id)?;
                libraries::get(tx, id)?.ok_or_else(|| AppError::Conflict("the library was removed".to_owned()))
            })
            .await
    }

    fn app(&self) -> &App {
        &self.run.app
    }
}

/// How a part of a pass ended.
enum Read {
    Whole,
    /// The house closes; the cursor stays.
    Stopped,
    /// Rows went missing while we read: this pass proves nothing.
    Gaps,
}

/// Rows received, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    at: i64,
    total: Option<i64>,
}

impl Cursor {
    fn offset(self) -> usize {
        usize::try_from(self.at).unwrap_or_default()
    }

    /// Where we are after this page. `None` when the list shrank or ended before its time: it has gaps. New rows land
    /// behind the last page, so growing does no harm.
    fn after<T>(self, page: &Page<T>) -> Option<Self> {
        let total = count(page.total);
        let at = self.at + count(page.received);
        let shrank = self.total.is_some_and(|before| total < before);
        let cut = page.received == 0 && at < total;
        (!shrank && !cut && at <= total).then_some(Self { at, total: Some(total) })
    }

    fn is_whole(self) -> bool {
        self.total == Some(self.at)
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
