//! Sends an invite to somebody who need not be known yet.

use chrono::{DateTime, Utc};

use super::emails::{Mail, Written};
use super::post::{self, Carrier};
use crate::app::App;
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, activity, groups, invite_mails, invites, member_invites, people};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Ending;
use crate::domain::ids::InviteMailId;
use crate::domain::invite::mail::{InviteMail, MailState};
use crate::domain::invite::{Invite, Standing};
use crate::domain::settings::Settings;
use crate::domain::stay::{Stay, day_of};
use crate::error::Outcome;

/// An invite, to somebody who need not be known yet.
#[derive(Debug, Clone)]
struct InviteLetter {
    /// Who invites.
    by: Option<String>,
    note: Option<String>,
    stay: Stay,
    /// It gives a place in the Plex Home, too.
    home: bool,
    link: String,
    house: String,
}

struct Facts {
    mail: InviteMail,
    invite: Invite,
    /// How long whoever comes by it may stay.
    stay: Stay,
    /// Who invites.
    by: Option<String>,
    /// It lets somebody in.
    is_open: bool,
    /// None: no mail server is known any more.
    carrier: Option<Carrier>,
}

pub async fn send(app: &App, claim: &Claim, id: InviteMailId) -> Outcome<Settled> {
    let (settings, now) = (app.settings().await?, app.now());
    let house = settings.clone();
    let Some(facts) = app.db.read(move |conn| facts(conn, &house, id, now)).await? else {
        return post::settle(app, claim, Ending::Moot, None).await;
    };
    let done = match (&facts.carrier, post::public(app, &settings)) {
        _ if !facts.is_open => Err("The invite let nobody in any more.".to_owned()),
        (Some(carrier), Some(public)) => {
            let letter = written(&InviteLetter {
                by: facts.by.clone(),
                note: Some(facts.invite.note.clone()).filter(|note| !note.is_empty()),
                stay: facts.stay,
                home: facts.invite.home,
                link: format!("{public}/invite/{}", facts.invite.code),
                house: carrier.house.clone(),
            });
            carrier.bring(app, claim, "invite", &facts.mail.address, letter).await?
        }
        (None, _) => Err("There is no mail server any more.".to_owned()),
        (_, None) => Err("Usherr has no public address any more, so that no link would lead here.".to_owned()),
    };
    settle(app, claim, &facts.mail, done).await
}

/// Nothing where it is sent, or the invite deleted.
fn facts(conn: &mut Conn, settings: &Settings, id: InviteMailId, now: DateTime<Utc>) -> Outcome<Option<Facts>> {
    let Some(mail) = invite_mails::get(conn, id)?.filter(|mail| mail.state == MailState::Waiting) else {
        return Ok(None);
    };
    let Some(invite) = invites::get(conn, mail.invite)? else { return Ok(None) };
    let by = invite.made_by.map(|id| people::get(conn, id)).transpose()?.flatten().map(|person| person.name);
    let is_forsaken = member_invites::is_forsaken(conn, settings, &invite, now)?;
    let is_open = invite.standing(now) == Standing::Open && !is_forsaken;
    let stay = invite.stays(&groups::all(conn)?, day_of(now, settings.time_zone));
    Ok(Some(Facts { carrier: post::carrier(conn)?, mail, invite, stay, by, is_open }))
}

async fn settle(app: &App, claim: &Claim, mail: &InviteMail, done: Result<(), String>) -> Outcome<Settled> {
    let (claim, mail, now) = (claim.clone(), mail.clone(), app.now());
    app.db
        .write(move |tx| {
            let fault = done.err();
            if let Some(fault) = &fault {
                activity::record(tx, &NewEntry::new(ActivityKind::NoticeFailed, &mail.address).detail(fault), now)?;
            }
            invite_mails::settle(tx, mail.id, fault.as_deref(), now)?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}

fn written(letter: &InviteLetter) -> Written {
    let house = &letter.house;
    let subject = match &letter.by {
        Some(by) => format!("{by} invites you to {house}"),
        None => format!("You are invited to {house}"),
    };
    let stay = match letter.stay {
        Stay::Open => String::new(),
        Stay::Until(day) => format!(" until {}", day.format("%-d %b %Y")),
        stay => format!(" for {}", stay.words()),
    };
    let home = if letter.home { " Then Plex writes to you about a place in its Home." } else { "" };
    let whole = Mail {
        sentence: format!("{subject}{stay}: sign in with Plex, which costs nothing, and you can watch at once.{home}"),
        subject,
        quote: letter.note.clone(),
        button: "Come in",
        link: Some(letter.link.clone()),
        other: None,
        unsubscribe: None,
        house: house.clone(),
    };
    whole.written()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invite_says_who_invites_to_what_for_how_long() {
        let letter = InviteLetter {
            by: Some("Mara".to_owned()),
            note: Some("Bring <popcorn>!".to_owned()),
            stay: Stay::Months(12),
            home: true,
            link: "https://usherr.example.org/invite/back-row".to_owned(),
            house: "The Back Row".to_owned(),
        };
        let mail = written(&letter);
        assert_eq!(mail.subject, "Mara invites you to The Back Row");
        assert!(mail.text.starts_with("Mara invites you to The Back Row for 1 year: "), "{}", mail.text);
        assert!(mail.text.contains("“Bring <popcorn>!”") && mail.html.contains("Bring &lt;popcorn&gt;!"));
        assert!(mail.text.contains("https://usherr.example.org/invite/back-row"));
        assert!(mail.text.contains("Then Plex writes to you about a place in its Home."), "{}", mail.text);
        let bare = written(&InviteLetter { by: None, note: None, stay: Stay::Open, home: false, ..letter });
        assert!(bare.text.starts_with("You are invited to The Back Row: "), "{}", bare.text);
        assert!(!bare.text.contains("Home"), "{}", bare.text);
    }
}
