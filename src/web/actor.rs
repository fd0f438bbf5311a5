//! Who may call is a type: a handler names the least role in its signature, and the check is made before it runs.
//! A write is also checked for its origin, and for the scope of an API key.

use poem::{FromRequest, Request, RequestBody};

use super::origin;
use super::sign_in::Caller;
use crate::app::App;
use crate::domain::people::{Actor, KeyScope, Role};
use crate::error::{AppError, Outcome};

/// Anybody signed in. An auditor reads but does not write with it.
pub struct Viewer(pub Actor);
/// Anybody signed in, about their own profile, sessions and notices: auditors too, and those whose membership is over.
pub struct Oneself(pub Actor);
/// Those who may ask for titles.
pub struct Requester(pub Actor);
/// Those who may decide.
pub struct Moderator(pub Actor);
/// Those who may read the back office.
pub struct BackOffice(pub Actor);
/// Those who may read settings and services.
pub struct SettingsReader(pub Actor);
pub struct Admin(pub Actor);

macro_rules! extract {
    ($($kind:ident => $allowed:expr;)+) => {$(
        impl<'a> FromRequest<'a> for $kind {
            async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
                let allowed: fn(&Actor, bool) -> bool = $allowed;
                Ok(Self(member(req, allowed).await?))
            }
        }
    )+};
}

extract! {
    Viewer => |actor, writes| !writes || actor.role != Role::Auditor;
    Requester => |actor, _| actor.role.may_request();
    Moderator => |actor, _| actor.role.may_decide();
    BackOffice => |actor, writes| actor.role.sees_back_office() && (!writes || actor.role.may_decide());
    SettingsReader => |actor, writes| actor.role.sees_settings() && (!writes || actor.role.is_admin());
    Admin => |actor, _| actor.role.is_admin();
}

impl<'a> FromRequest<'a> for Oneself {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(actor(req, |_, _| true).await?))
    }
}

/// Of those who are in.
async fn member(req: &Request, allowed: fn(&Actor, bool) -> bool) -> Outcome<Actor> {
    match actor(req, allowed).await? {
        actor if actor.is_out() => Err(AppError::Out),
        actor => Ok(actor),
    }
}

async fn actor(req: &Request, allowed: fn(&Actor, bool) -> bool) -> Outcome<Actor> {
    let Some(caller) = req.data::<Caller>() else { return Err(AppError::NotSignedIn) };
    let writes = !origin::is_read(req.method());
    if writes && caller.by_cookie {
        check_origin(req).await?;
    }
    if !within_scope(&caller.actor, writes, allowed) {
        return Err(AppError::Forbidden("You may not do that. Ask an admin if you think you should.".to_owned()));
    }
    Ok(caller.actor.clone())
}

/// For writes of visitors who are not signed in (sign-in form, wizard).
pub async fn check_origin(req: &Request) -> Outcome<()> {
    let base_url = match req.data::<App>() {
        Some(app) => app.settings().await?.base_url,
        None => None,
    };
    origin::check(req, base_url.as_deref())
}

/// A key for reading writes nothing; one for writing reaches no further than a moderator does: settings and services
/// want one for admins.
fn within_scope(actor: &Actor, writes: bool, allowed: fn(&Actor, bool) -> bool) -> bool {
    match (writes, actor.scope) {
        (true, KeyScope::Read) => false,
        (true, KeyScope::Write) if actor.role.is_admin() => {
            allowed(&Actor { role: Role::Moderator, ..actor.clone() }, writes)
        }
        _ => allowed(actor, writes),
    }
}

/// The caller, if anybody is signed in.
pub fn caller(req: &Request) -> Option<&Actor> {
    req.data::<Caller>().map(|caller| &caller.actor)
}
