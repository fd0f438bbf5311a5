//! Commands: searches and refreshes that are queued and run later (services.md 2.8).

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use serde_json::{Map, Value, json};

use super::wire::{Call, Reply, instant, spaced, time_span};
use super::{Arr, Body};

#[derive(Debug, Clone)]
pub struct Command {
    pub id: i64,
    pub name: String,
    /// Its own members, without the name.
    pub body: Map<String, Value>,
    pub trigger: &'static str,
    pub status: &'static str,
    pub message: Option<String>,
    pub queued: DateTime<Utc>,
    pub ended: Option<DateTime<Utc>>,
}

/// The commands of one instance, oldest first.
#[derive(Debug, Default)]
pub struct Commands {
    all: Vec<Command>,
    last: i64,
}

impl Commands {
    /// Queues a command; the same one that still waits comes back instead, with false.
    pub fn push(&mut self, name: &str, body: Map<String, Value>, trigger: &'static str) -> (i64, bool) {
        let same = |one: &&Command| one.name == name && one.body == body && one.status == "queued";
        if let Some(waiting) = self.all.iter().find(same) {
            return (waiting.id, false);
        }
        self.last += 1;
        let (name, queued) = (name.to_owned(), Utc::now());
        let command =
            Command { id: self.last, name, body, trigger, status: "queued", message: None, queued, ended: None };
        self.all.push(command);
        (self.last, true)
    }

    pub fn get(&self, id: i64) -> Option<&Command> {
        self.all.iter().find(|one| one.id == id)
    }

    pub fn all(&self) -> &[Command] {
        &self.all
    }

    /// Ends a command well. None when it was cancelled meanwhile.
    pub fn finish(&mut self, id: i64, message: &str) -> Option<Command> {
        let command = self.all.iter_mut().find(|one| one.id == id && one.status == "queued")?;
        command.status = "completed";
        command.message = Some(message.to_owned());
        command.ended = Some(Utc::now());
        Some(command.clone())
    }

    fn cancel(&mut self, id: i64) -> bool {
        let waiting = self.all.iter_mut().find(|one| one.id == id && one.status == "queued");
        waiting.map(|one| one.status = "cancelled").is_some()
    }
}

impl Command {
    fn resource(&self) -> Value {
        let mut body = self.body.clone();
        body.insert("sendUpdatesToClient".into(), json!(true));
        body.insert("trigger".into(), json!(self.trigger));
        let is_done = self.status == "completed";
        json!({
            "id": self.id, "name": self.name, "commandName": spaced(&self.name), "message": self.message,
            "body": body, "priority": "normal", "status": self.status,
            "result": if is_done { "successful" } else { "unknown" }, "queued": instant(self.queued),
            "started": self.ended.map(|_| instant(self.queued)), "ended": self.ended.map(instant),
            "duration": self.ended.map(|ended| time_span((ended - self.queued).num_seconds())),
            "trigger": self.trigger, "stateChangeTime": instant(self.ended.unwrap_or(self.queued)),
            "sendUpdatesToClient": true, "updateScheduledTask": true,
        })
    }
}

pub fn answer<A: Arr>(app: &A, call: &Call) -> Option<Reply> {
    let (method, route) = call.line();
    Some(match (method, route.as_slice()) {
        ("GET", ["command"]) => {
            Reply::ok(app.base().common().commands.all().iter().rev().map(Command::resource).collect())
        }
        ("POST", ["command"]) => start(app, call).unwrap_or_else(|refused| refused),
        ("GET", ["command", id]) => {
            let id = id.parse().unwrap_or_default();
            let common = app.base().common();
            common.commands.get(id).map_or_else(|| Reply::no_row("Command", id), |one| Reply::ok(one.resource()))
        }
        ("DELETE", ["command", id]) => match app.base().common().commands.cancel(id.parse().unwrap_or_default()) {
            true => Reply::empty(StatusCode::OK),
            false => Reply::not_found(),
        },
        _ => return None,
    })
}

fn start<A: Arr>(app: &A, call: &Call) -> Result<Reply, Reply> {
    let mut members = call.object()?;
    let body = Body::new(&members);
    let wanted = body.text("name")?.unwrap_or_default().to_owned();
    let known = app.command_names().iter().find(|(name, _)| name.eq_ignore_ascii_case(&wanted));
    let Some((name, is_slow)) = known else {
        app.base().common().complain(format!("POST /command: unknown command '{wanted}'"));
        return Err(Reply::crash("Sequence contains no matching element"));
    };
    for ids in ["movieIds", "seriesIds", "episodeIds"] {
        body.ints(ids)?;
    }
    for id in ["seriesId", "seasonNumber", "movieId"] {
        body.int(id)?;
    }
    members.remove("name");
    let base = app.base();
    let (id, is_new) = base.common().commands.push(name, members, "manual");
    let resource = base.common().commands.get(id).map(Command::resource).unwrap_or_default();
    match is_slow {
        // Asked for by hand, a refresh takes no time here.
        true if is_new && *name == "RefreshSeries" => drop(base.me.upgrade().map(|me| me.run(id, &|_| false))),
        true if is_new => base.downloads.submit(base.me.clone(), id),
        true => {}
        false => drop(base.common().commands.finish(id, "Completed")),
    }
    Ok(Reply::created(resource, format!("/api/v3/command/{id}")))
}
