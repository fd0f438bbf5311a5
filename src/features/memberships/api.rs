//! One's own membership over the JSON API; those of others are with people.

use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::actions::{self, Answer};
use crate::app::App;
use crate::db::memberships;
use crate::domain::ids::PersonId;
use crate::domain::membership::Membership;
use crate::error::Outcome;
use crate::web::Oneself;
use crate::web::api::{Tag, time};

pub struct MyMembershipApi;

/// Until when you may be here.
#[derive(Debug, Object)]
struct MyMembership {
    /// open: you have access. paused: you have none until it goes on. over: the end has come, you have none.
    state: String,
    /// When it is over; null is without end.
    ends_at: Option<String>,
    /// The last day on which you have access, in the house's time zone.
    last_day: Option<String>,
    /// When you asked for more, while nobody has decided.
    asked_at: Option<String>,
}

/// What became of asking.
#[derive(Debug, Object)]
struct MembershipAnswer {
    /// given: it lasts longer from now on. waits: somebody decides. nothing: it has no end, or is paused.
    answer: String,
    membership: MyMembership,
}

#[OpenApi(prefix_path = "/people/me", tag = "Tag::Access")]
impl MyMembershipApi {
    /// Until when you may be here
    ///
    /// For everybody signed in, also when it is over.
    #[oai(path = "/membership", method = "get")]
    async fn mine(&self, app: Data<&App>, me: Oneself) -> poem::Result<Json<MyMembership>> {
        Ok(Json(mine(&app, me.0.id).await?))
    }

    /// Ask to stay longer
    ///
    /// For everybody signed in, also when it is over. Asking again changes nothing.
    #[oai(path = "/membership/ask", method = "post")]
    async fn ask(&self, app: Data<&App>, me: Oneself) -> poem::Result<Json<MembershipAnswer>> {
        let answer = match actions::ask(&app, me.0.id, None).await? {
            Answer::Given(_) => "given",
            Answer::Waits => "waits",
            Answer::Nothing => "nothing",
        };
        Ok(Json(MembershipAnswer { answer: answer.to_owned(), membership: mine(&app, me.0.id).await? }))
    }
}

async fn mine(app: &App, id: PersonId) -> Outcome<MyMembership> {
    let zone = app.settings().await?.time_zone;
    let one = app.db.read(move |conn| memberships::of_person(conn, id)).await?;
    let one = one.unwrap_or_else(|| Membership::open(id));
    Ok(MyMembership {
        state: one.standing(app.now()).to_string(),
        ends_at: one.ends_at.map(time),
        last_day: one.last_day(zone).map(|day| day.to_string()),
        asked_at: one.asked_at.map(time),
    })
}
