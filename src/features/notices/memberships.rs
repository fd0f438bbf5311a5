//! Tells people about memberships: that theirs ends, and what became of asking for more.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::emails::{self, MembershipMail};
use super::post::{self, Post};
use crate::app::App;
use crate::db::outbox::{Claim, Settled};
use crate::db::{Conn, memberships, people};
use crate::domain::effect::Ending;
use crate::domain::ids::PersonId;
use crate::domain::membership::{Membership, Standing, link};
use crate::domain::notice::MembershipNotice;
use crate::domain::people::Person;
use crate::domain::stay::day_of;
use crate::error::Outcome;

/// Everything a mail about a membership needs, as it is now.
struct Facts {
    post: Post,
    about: Person,
    one: Membership,
}

pub async fn tell(
    app: &App,
    claim: &Claim,
    notice: MembershipNotice,
    about: PersonId,
    reader: PersonId,
) -> Outcome<Settled> {
    let (settings, now) = (app.settings().await?, app.now());
    let facts = app.db.read(move |conn| facts(conn, notice, about, reader, now)).await?;
    let Some(facts) = facts else { return post::settle(app, claim, Ending::Moot, None).await };
    let public = post::public(app, &settings);
    let path = match notice {
        MembershipNotice::Asked => format!("admin/people/{about}"),
        MembershipNotice::Ending | MembershipNotice::Ended => {
            let token = app.keys.sign_link(link::PURPOSE, &link::about(&facts.one), link::until(&facts.one, now));
            format!("membership/{token}")
        }
        MembershipNotice::Extended | MembershipNotice::Declined => "me".to_owned(),
    };
    let written = emails::membership(&MembershipMail {
        notice,
        name: facts.about.name.clone(),
        last_day: facts.one.last_day(settings.time_zone).map(|day| day.format("%-d %b %Y").to_string()),
        is_over: facts.one.standing(now) == Standing::Over,
        left: left(&facts.one, settings.time_zone, now),
        link: public.as_ref().map(|public| format!("{public}/{path}")),
        unsubscribe: facts.post.unsubscribe(app, notice.kind(), public.as_deref()),
        house: facts.post.carrier.house.clone(),
    });
    facts.post.send(app, claim, notice.as_str(), written, None).await
}

/// Nothing when there is nobody to tell, or nothing to tell any more.
fn facts(
    conn: &mut Conn,
    notice: MembershipNotice,
    about: PersonId,
    reader: PersonId,
    now: DateTime<Utc>,
) -> Outcome<Option<Facts>> {
    let Some(post) = post::post(conn, notice.kind(), reader)? else { return Ok(None) };
    let Some(about) = people::get(conn, about)? else { return Ok(None) };
    let one = memberships::of_person(conn, about.id)?.unwrap_or_else(|| Membership::open(about.id));
    Ok(still_true(notice, &one, now).then_some(Facts { post, about, one }))
}

/// A mail that was overtaken by events is not sent.
fn still_true(notice: MembershipNotice, one: &Membership, now: DateTime<Utc>) -> bool {
    let standing = one.standing(now);
    match notice {
        MembershipNotice::Ending => standing == Standing::Open && one.ends_at.is_some(),
        MembershipNotice::Ended => standing == Standing::Over,
        MembershipNotice::Asked => one.asked_at.is_some(),
        MembershipNotice::Extended => standing == Standing::Open,
        MembershipNotice::Declined => one.asked_at.is_none(),
    }
}

/// "today", "tomorrow", "in 7 days".
fn left(one: &Membership, zone: Tz, now: DateTime<Utc>) -> String {
    let days = one.last_day(zone).map(|day| (day - day_of(now, zone)).num_days()).unwrap_or_default();
    match days {
        ..=0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}
