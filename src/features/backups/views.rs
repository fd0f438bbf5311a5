//! The pages of backups: the list, one of them with how to put it back, and the question before one is removed.

use maud::{Markup, html};

use crate::domain::backup::BackupName;
use crate::domain::jobs::{Job, Run, RunState};
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, badge, button, card, chips, empty, facts, format};

/// One backup.
pub struct Shown {
    pub name: BackupName,
    pub bytes: u64,
    /// Where it lies on the machine.
    pub file: String,
    /// None when the file is damaged.
    pub holds: Option<Holds>,
}

pub struct Holds {
    pub version: String,
    pub engine: &'static str,
    pub people: u64,
    pub requests: u64,
    pub titles: u64,
    /// The master key is in it, locked with a passphrase.
    pub key: bool,
}

/// What there is, and what is to come.
pub struct Standing {
    pub backups: Vec<Shown>,
    pub job: Option<Job>,
    /// How many of a kind stay.
    pub keep: u32,
}

fn path(name: &BackupName) -> String {
    format!("/admin/backups/{name}")
}

fn may_write(frame: &Frame) -> bool {
    frame.viewer.as_ref().is_some_and(|viewer| viewer.role.is_admin())
}

pub fn list(frame: &Frame, view: &Standing) -> Page {
    let run = view.job.as_ref().and_then(|job| job.last.as_ref());
    let is_running = run.is_some_and(|run| run.state == RunState::Running);
    let now = Button::new("Back up now").icon(Icon::Disk).primary().busy("Starting");
    let act = html! {
        @if may_write(frame) && !is_running { (button::post(&frame.links.to("/admin/backups"), now.submit())) }
    };
    let body = html! {
        (card::page_head_with("Backups", sentence(frame, view), act))
        (chips::settings(&frame.links, "/admin/backups"))
        (last_run(frame, run))
        @if view.backups.is_empty() { (nothing(view)) } @else { (rows(frame, &view.backups)) }
    };
    Page::new(frame, Place::Services, "Backups", body)
}

fn sentence(frame: &Frame, view: &Standing) -> Markup {
    let planned = view.job.as_ref().map(|job| (job.enabled, job.schedule_in_words()));
    html! {
        p {
            @match view.backups.first() {
                Some(newest) => { "The newest is from " (frame.clock.ago(newest.name.at)) ". " }
                None => {}
            }
            @match planned {
                Some((true, words)) => { (words) " another is made" }
                _ => { "None is made by itself" }
            }
            ", and one before each update. The last " (view.keep) " stay: "
            a href=(frame.links.to("/admin/settings/general")) { "change that" } ", or "
            a href=(frame.links.to("/admin/jobs/backup")) { "when it runs" } "."
        }
    }
}

fn last_run(frame: &Frame, run: Option<&Run>) -> Markup {
    let Some(run) = run else { return html! {} };
    let look = |label| Button::new(label).small().link(&frame.links.to(&format!("/admin/runs/{}", run.id)));
    match run.state {
        RunState::Running => {
            let words = html! { p { "A backup is being made. It goes on when you leave this page." } };
            alert::alert(Kind::Info, Icon::Disk, words, look("See how far it is"))
        }
        RunState::Failed => {
            let why = run.error.as_deref().unwrap_or("It gave no reason").trim_end_matches('.');
            let words = html! { p { b { "The last backup failed." } " " (format::capital(why)) "." } };
            alert::alert(Kind::Bad, Icon::Alert, words, look("Look at it"))
        }
        RunState::Succeeded => html! {},
    }
}

fn nothing(view: &Standing) -> Markup {
    let words = match &view.job {
        Some(job) if job.enabled => "The first one comes by itself; or make one now.",
        _ => "Make one now, or have it made by itself.",
    };
    empty::empty(Icon::Disk, "There is no backup yet", html! { (words) }, html! {})
}

fn rows(frame: &Frame, backups: &[Shown]) -> Markup {
    let columns = [
        Column::new("Made"),
        Column::new("Why"),
        Column::new("Holds"),
        Column::new("By"),
        Column::new("Size").number(),
        Column::new("Download").hidden(),
    ];
    table(&columns, html! { @for one in backups { (row(frame, one)) } })
}

fn row(frame: &Frame, one: &Shown) -> Markup {
    let file = frame.links.to(&format!("{}/file", path(&one.name)));
    html! {
        tr {
            th scope="row" { a href=(frame.links.to(&path(&one.name))) { (frame.clock.ago(one.name.at)) } }
            td data-label="Why" { (one.name.kind.label()) }
            td data-label="Holds" { (holds(one)) }
            td data-label="By" { @if let Some(holds) = &one.holds { (made_by(holds)) } }
            td.num data-label="Size" { (size(one)) }
            td {
                @if may_write(frame) { (Button::new("Download").icon(Icon::Download).small().link(&file)) }
            }
        }
    }
}

fn holds(one: &Shown) -> Markup {
    match &one.holds {
        Some(holds) => html! { (people(holds)) ", " (requests(holds)) },
        None => badge::plainly(Kind::Bad, Icon::X, "Damaged"),
    }
}

fn people(holds: &Holds) -> String {
    format::count(i64::try_from(holds.people).unwrap_or(i64::MAX), "person", "people")
}

fn requests(holds: &Holds) -> String {
    format::count(i64::try_from(holds.requests).unwrap_or(i64::MAX), "request", "requests")
}

fn made_by(holds: &Holds) -> String {
    format!("Usherr {} on {}", holds.version, holds.engine)
}

fn size(one: &Shown) -> String {
    format::size(one.bytes as f64)
}

/// One backup, and how to put it back.
pub fn one(frame: &Frame, shown: &Shown) -> Page {
    let title = format!("Backup of {}", frame.clock.exact(shown.name.at));
    let at = path(&shown.name);
    let acts = html! {
        @if may_write(frame) {
            (Button::new("Download").icon(Icon::Download).primary().link(&frame.links.to(&format!("{at}/file"))))
            (Button::new("Remove").icon(Icon::Trash).danger().link(&frame.links.to(&format!("{at}/removal"))))
        }
    };
    let body = html! {
        (card::page_head(&title, Some(what_for(shown)), acts))
        @match &shown.holds {
            Some(holds) => {
                (card::card(told(shown, holds)))
                (card::section("restore", "Put it back", html! {}, card::card(how_to(shown, holds))))
            }
            None => (alert::note(Kind::Bad, Icon::Alert,
                "This file is damaged and can’t be put back. Take another one; it may be removed.")),
        }
        p { a href=(frame.links.to("/admin/backups")) { "All backups" } }
    };
    Page::new(frame, Place::Services, title, body)
}

fn what_for(shown: &Shown) -> &'static str {
    use crate::domain::backup::BackupKind;
    match shown.name.kind {
        BackupKind::ByHand => "Somebody asked for it.",
        BackupKind::Scheduled => "Made by itself, as every day.",
        BackupKind::BeforeUpdate => "How everything was before an update of Usherr changed the database.",
        BackupKind::BeforeRestore => "How everything was before another backup was put in its place.",
    }
}

fn told(shown: &Shown, holds: &Holds) -> Markup {
    let count = |n: u64| format::number(i64::try_from(n).unwrap_or(i64::MAX));
    let key = if holds.key { "locked with a passphrase" } else { "not in it: keep secret.key beside it" };
    facts::facts(&[
        ("People", html! { (count(holds.people)) }),
        ("Requests", html! { (count(holds.requests)) }),
        ("Titles", html! { (count(holds.titles)) }),
        ("Size", html! { (size(shown)) }),
        ("Made by", html! { (made_by(holds)) }),
        ("Key", html! { (key) }),
        ("File", html! { code { (shown.name) } }),
    ])
}

fn how_to(shown: &Shown, holds: &Holds) -> Markup {
    let command = format!("restore {}{}", shown.file, if holds.key { " --passphrase-stdin" } else { "" });
    html! {
        p { "Stop Usherr, run this on its machine, and start it again:" }
        p { code { "usherr " (command) } }
        p { "With Docker:" }
        p { code { "docker compose run --rm usherr " (command) } }
        p.sub {
            "It is read to its end before anything changes, and what is here now is kept as a backup of its own. \
             Everything since then is undone in Usherr, nothing in Plex, Sonarr and Radarr. Everybody signs in anew; \
             mails and orders that waited are not sent."
        }
    }
}

/// Asked once, with what goes.
pub fn removal(frame: &Frame, shown: &Shown) -> Page {
    let title = "Remove this backup?";
    let action = frame.links.to(&format!("{}/removal", path(&shown.name)));
    let buttons = html! {
        (Button::new("Remove the backup").icon(Icon::Trash).danger().busy("Removing").submit())
        (Button::new("Keep it").quiet().link(&frame.links.to(&path(&shown.name))))
    };
    let body = html! {
        (card::page_head(title, None, html! {}))
        (card::card(html! {
            p {
                "The backup of " (frame.clock.exact(shown.name.at)) " (" (format::lower(shown.name.kind.label())) ", "
                (size(shown)) ") goes for good. The house itself stays as it is, and so do the other backups."
            }
            (button::post(&action, buttons))
        }))
    };
    Page::new(frame, Place::Services, "Remove a backup", body)
}
