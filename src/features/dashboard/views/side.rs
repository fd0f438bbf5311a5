//! The narrow column: services, disk, jobs.

use chrono::TimeDelta;
use maud::{Markup, html};

use super::sees_settings;
use crate::domain::dashboard::Desk;
use crate::domain::jobs::{Job, JobName, Run, RunState};
use crate::domain::room::{self, ServiceFolders};
use crate::domain::servarr::RootFolder;
use crate::domain::service::{Health, ServiceKind};
use crate::ui::badge::plainly;
use crate::ui::progress::{Part, quantity};
use crate::ui::{Frame, Icon, Kind, Place, card, format};

/// Jobs that are shown; the rest is one link away.
const JOBS: usize = 3;
/// From this share on, a disk is nearly full.
const HIGH: f64 = 0.8;

pub(super) fn sections(frame: &Frame, desk: &Desk) -> Markup {
    html! {
        (services(frame, &desk.health))
        (disk(&desk.folders))
        (jobs(frame, &desk.jobs))
    }
}

fn services(frame: &Frame, health: &[Health]) -> Markup {
    let link = html! { @if sees_settings(frame) { a href=(frame.links.to(Place::Services.path())) { "Settings" } } };
    html! {
        section aria-labelledby="services" {
            (card::section_head("services", "Services", link))
            @if health.is_empty() {
                div.card { p.muted { "None has been asked yet. The next check comes within minutes." } }
            } @else {
                (card::rows(health.iter().map(service)))
            }
        }
    }
}

fn service(health: &Health) -> Markup {
    let state = match health.up {
        true => plainly(Kind::Good, Icon::Check, "Up"),
        false => plainly(Kind::Bad, Icon::X, "Down"),
    };
    let figure = match (health.up, health.latency_ms) {
        (false, _) => "no answer".to_owned(),
        (true, Some(ms)) => format!("{} ms", format::number(ms)),
        (true, None) => "ok".to_owned(),
    };
    let words = html! {
        b.strong { (health.name) }
        @if let Some(version) = health.short_version() { " " span.sub title=[health.version.as_deref()] { (version) } }
        @if let Some(message) = health.message.as_deref().filter(|_| !health.up) { p.sub { (message) } }
    };
    card::line(None, words, html! { (state) (card::end(html! { (figure) })) })
}

fn disk(services: &[ServiceFolders]) -> Markup {
    let folders: Vec<(String, &RootFolder)> = services.iter().flat_map(labelled).collect();
    let free = room::free_together(folders.iter().map(|(_, folder)| *folder));
    html! { @if !folders.is_empty() {
        section aria-labelledby="disk" {
            (card::section_head("disk", "Disk", html! { @if let Some(free) = free { span { (format::rough_size(free)) " free" } } }))
            (card::card(html! { @for (label, folder) in &folders { (folder_bar(label, folder)) } }))
        }
    } }
}

/// "Films" and "Series" where each is one folder; with its path where there are more.
fn labelled(service: &ServiceFolders) -> Vec<(String, &RootFolder)> {
    let what = match service.kind {
        ServiceKind::Radarr => "Films",
        _ => "Series",
    };
    let what = if service.is_4k { format!("{what} in 4K") } else { what.to_owned() };
    let name = |folder: &RootFolder| match service.folders.len() {
        1 => what.clone(),
        _ => format!("{what}, {}", folder.path),
    };
    service.folders.iter().map(|folder| (name(folder), folder)).collect()
}

fn folder_bar(label: &str, folder: &RootFolder) -> Markup {
    let (figure, share) = match (folder.free, folder.total) {
        (Some(free), Some(total)) if total > 0.0 => {
            let used = (total - free).max(0.0);
            (format::size_of(used, total), Some(used / total))
        }
        (Some(free), _) => (format!("{} free", format::size(free)), None),
        (None, _) => ("can't be reached".to_owned(), None),
    };
    html! {
        div.stack-2 {
            (card::line(None, html! { (label) }, card::end(html! { (figure) })))
            @if let Some(share) = share {
                @let part = if share > HIGH { Part::High } else { Part::Used };
                (quantity(&format!("{label}: {} used", format::percent(share)), &[(part, share)]))
            }
        }
    }
}

fn jobs(frame: &Frame, jobs: &[Job]) -> Markup {
    let mut next: Vec<&Job> = jobs.iter().filter(|job| job.next_run_at.is_some()).collect();
    next.sort_by_key(|job| job.next_run_at);
    let all = html! { a href=(frame.links.to(Place::Jobs.path())) { "All " (jobs.len()) } };
    html! { @if !jobs.is_empty() {
        section aria-labelledby="jobs" {
            (card::section_head("jobs", "Jobs", all))
            @if next.is_empty() {
                div.card { p.muted { "None is planned." } }
            } @else {
                (card::rows(next.into_iter().take(JOBS).map(|job| planned(frame, job))))
            }
        }
    } }
}

fn planned(frame: &Frame, job: &Job) -> Markup {
    let when = match job.next_run_at {
        Some(at) if at <= frame.clock.now + TimeDelta::minutes(1) => frame.clock.time(at, "now"),
        Some(at) => frame.clock.ago(at),
        None => html! {},
    };
    let words = html! {
        (job.name.label())
        @if let Some(run) = &job.last { p.sub { (went(run)) } }
    };
    card::line(Some(icon(job.name)), words, card::end(when))
}

fn went(run: &Run) -> String {
    let took = run.took().map(|took| format::duration(took.num_seconds())).unwrap_or_default();
    match run.state {
        RunState::Running => "running now".to_owned(),
        RunState::Failed => "last run failed".to_owned(),
        RunState::Succeeded => format!("last run took {took}"),
    }
}

fn icon(job: JobName) -> Icon {
    match job {
        JobName::LibrarySync => Icon::Refresh,
        JobName::PeopleSync => Icon::Users,
        JobName::AccessSchedule => Icon::Lock,
        JobName::Membership => Icon::Clock,
        JobName::AccessApply => Icon::Plan,
        JobName::RequestRepair => Icon::Ticket,
        JobName::DownloadsSync => Icon::Download,
        JobName::ServiceHealth => Icon::Plug,
        JobName::Backup => Icon::Disk,
        JobName::Cleanup => Icon::Box,
    }
}
