//! Memberships over the JSON API.

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::app::App;
use crate::db::{memberships, people};
use crate::domain::ids::PersonId;
use crate::domain::membership::Membership;
use crate::error::{AppError, Outcome};
use crate::features::people::actions::membership::{Turn, turn};
use crate::web::api::{Tag, time};
use crate::web::{BackOffice, Moderator};

pub struct PersonMembershipApi;

/// Until when somebody may be on a server at all.
#[derive(Debug, Object)]
struct PersonMembership {
    /// open: they have access. paused: they have none until it goes on. over: the end has come, they have none.
    state: String,
    /// When it is over; null is without end.
    ends_at: Option<String>,
    /// The last day on which they have access, in the house's time zone.
    last_day: Option<String>,
    /// Since when it is paused. What was left of it then is added when it goes on.
    paused_at: Option<String>,
    /// When they last asked for more.
    asked_at: Option<String>,
}

/// How long somebody stays.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewPersonMembership {
    /// Days (30d) or months (12m) more, counted from the last day or from today where that is over; a last day (2027-03-20);
    /// or open, for no end.
    stay: String,
}

#[OpenApi(prefix_path = "/people", tag = "Tag::Access")]
impl PersonMembershipApi {
    /// Until when somebody may be here
    ///
    /// For moderators, auditors and admins. Whoever has no end stays without one.
    #[oai(path = "/:id/membership", method = "get")]
    async fn membership(
        &self,
        app: Data<&App>,
        _me: BackOffice,
        id: Path<i64>,
    ) -> poem::Result<Json<PersonMembership>> {
        let id = PersonId(id.0);
        let one = app
            .db
            .read(move |conn| {
                people::get(conn, id)?.ok_or(AppError::NotFound)?;
                memberships::of_person(conn, id)
            })
            .await?;
        Ok(Json(told(&app, one.unwrap_or_else(|| Membership::open(id))).await?))
    }

    /// Set how long somebody stays
    ///
    /// For moderators and admins. At the end the share is removed from Plex at once; whoever is out and gets a later end has
    /// again exactly what was taken. 422 for the owner, for admins, for a day that is over, and while it is paused.
    #[oai(path = "/:id/membership", method = "put")]
    async fn set_membership(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<NewPersonMembership>,
    ) -> poem::Result<Json<PersonMembership>> {
        let stay = body.stay.trim().parse().map_err(|error| AppError::field("stay", format!("{error}")));
        done(&app, &me, id.0, stay.map(Turn::Stay)).await
    }

    /// Pause a membership
    ///
    /// For moderators and admins. The share is removed from Plex, and comes back as it was when the membership goes on.
    #[oai(path = "/:id/membership/pause", method = "post")]
    async fn pause_membership(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
    ) -> poem::Result<Json<PersonMembership>> {
        done(&app, &me, id.0, Ok(Turn::Pause)).await
    }

    /// Say no to somebody who asked to stay longer
    ///
    /// For moderators and admins. It stays as it is, and they are told; nothing where they did not ask.
    #[oai(path = "/:id/membership/decline", method = "post")]
    async fn decline_membership(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
    ) -> poem::Result<Json<PersonMembership>> {
        done(&app, &me, id.0, Ok(Turn::Decline)).await
    }

    /// Let a membership go on
    ///
    /// For moderators and admins. It ends as many days later as it was paused.
    #[oai(path = "/:id/membership/resume", method = "post")]
    async fn resume_membership(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
    ) -> poem::Result<Json<PersonMembership>> {
        done(&app, &me, id.0, Ok(Turn::GoOn)).await
    }
}

async fn done(app: &App, me: &Moderator, id: i64, what: Outcome<Turn>) -> poem::Result<Json<PersonMembership>> {
    let id = PersonId(id);
    // Whom it is about comes before what is wrong with it.
    app.db.read(move |conn| people::get(conn, id)).await?.ok_or(AppError::NotFound)?;
    let (_, one) = turn(app, &me.0, id, what?).await?;
    Ok(Json(told(app, one).await?))
}

async fn told(app: &App, one: Membership) -> Outcome<PersonMembership> {
    let zone = app.settings().await?.time_zone;
    Ok(PersonMembership {
        state: one.standing(app.now()).to_string(),
        ends_at: one.ends_at.map(time),
        last_day: one.last_day(zone).map(|day| day.to_string()),
        paused_at: one.paused_at.map(time),
        asked_at: one.asked_at.map(time),
    })
}
