//! `usherr plan`: the access plan as a diff, and carrying it out.

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;

use super::jobs;
use crate::app::App;
use crate::domain::access::told::{Told, ToldPlan};
use crate::error::{AppError, Outcome};
use crate::features::access::actions::{self, Confirmed, Wanted, told::tell};
use crate::{serve, timetable};

/// Prints who would gain and lose what on Plex
#[derive(Debug, Args)]
pub struct Plan {
    /// Carries it out, waits, and exits by how it went
    #[arg(long)]
    apply: bool,
}

impl Plan {
    pub async fn run(self, app: &App) -> Outcome<()> {
        timetable::prepare(app).await?;
        let (told, large) = read(app).await?;
        println!("{}", text(&told));
        if !self.apply || told.changes.is_empty() {
            return Ok(());
        }
        if let Some(losing) = large {
            confirm(losing)?;
        }
        let wanted = Wanted { mark: Some(told.mark), confirmed: Confirmed::Yes, ..Wanted::default() };
        let applied = actions::apply(app, None, wanted).await?;
        serve::with_worker(app, jobs::carry_out(app, applied.run)).await
    }
}

/// The plan, and how many lose something where that are many.
async fn read(app: &App) -> Outcome<(ToldPlan, Option<usize>)> {
    let (zone, now) = (app.settings().await?.time_zone, app.now());
    app.db
        .read(move |conn| {
            let drawn = actions::draw(conn, zone, now)?;
            Ok((tell(conn, &drawn)?, drawn.many_lose()))
        })
        .await
}

/// Whoever sits at a terminal types the number; a script has said what it wants.
fn confirm(losing: usize) -> Outcome<()> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Ok(());
    }
    print!("{losing} people would lose something. Type {losing} to go on: ");
    let _ = std::io::stdout().flush();
    let mut typed = String::new();
    stdin.lock().read_line(&mut typed).map_err(AppError::internal)?;
    match typed.trim().parse::<usize>() {
        Ok(number) if number == losing => Ok(()),
        _ => Err(AppError::Conflict("nothing was sent".to_owned())),
    }
}

fn text(plan: &ToldPlan) -> String {
    let mut lines = Vec::new();
    for theirs in plan.changes.chunk_by(|one, other| one.person == other.person) {
        theirs.iter().for_each(|told| lines.extend(change(told, plan.servers > 1)));
    }
    if lines.is_empty() {
        lines.push("Everybody on Plex has what they should have.".to_owned());
    }
    for told in &plan.spared {
        lines.push(format!("left out before: {} on {}", told.name, told.server_name));
    }
    for drift in &plan.drift {
        lines.push(format!("changed on Plex: {} on {} (not part of this plan)", drift.name, drift.server_name));
    }
    for (name, server, why) in &plan.held_up {
        lines.push(format!("not possible yet: {name} on {server}: {}", why.words()));
    }
    lines.join("\n")
}

fn change(told: &Told, several: bool) -> Vec<String> {
    let server = if several { format!(" on {}", told.server_name) } else { String::new() };
    let mut lines = vec![format!("{} {}{server}", told.action, told.name)];
    lines.extend(told.lose.iter().map(|title| format!("  - {title}")));
    lines.extend(told.gain.iter().map(|title| format!("  + {title}")));
    lines.extend(told.turns.iter().map(|(name, on)| format!("  {} {name}", if *on { '+' } else { '-' })));
    lines.extend(told.why.iter().map(|words| format!("    {words}")));
    lines
}
