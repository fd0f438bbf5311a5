//! DOOR 1: every address, and who answers it, grouped by audience.

mod api;

use poem::endpoint::BoxEndpoint;
use poem::middleware::CookieJarManager;
use poem::{EndpointExt, Response, Route};

use self::api::{api, document};
use crate::app::App;
use crate::web::api_docs::{self, Document};
use crate::web::routes::Routes;
use crate::web::{assets, body, compress, cookies, edge, headers, sign_in};

pub use self::api::openapi_document;

/// Everything that can be asked for.
pub fn routes() -> Routes {
    let routes = Routes::new().get("/assets/:name", assets::serve);
    let routes = auth_routes(routes);
    let routes = setup_routes(routes);
    let routes = me_routes(routes);
    let routes = people_routes(routes);
    let routes = plan_routes(routes);
    let routes = group_routes(routes);
    let routes = invite_routes(routes);
    let routes = access_request_routes(routes);
    let routes = onboarding_routes(routes);
    let routes = title_routes(routes);
    let routes = request_routes(routes);
    let routes = service_routes(routes);
    let routes = job_routes(routes);
    let routes = backup_routes(routes);
    let routes = activity_routes(routes);
    api_routes(routes)
}

/// Signing in and out.
fn auth_routes(routes: Routes) -> Routes {
    use crate::features::auth::public::{self, plex, reset};
    routes
        .both("/login", public::show, public::sign_in)
        .both("/logout", public::ask_sign_out, public::sign_out)
        .press("/login/plex", "/login/plex/wait", plex::begin)
        .get("/login/plex/wait", plex::wait)
        .both("/login/reset", reset::show, reset::ask)
        .both("/login/reset/:token", reset::choose, reset::set)
}

/// The wizard, closed once set-up is done.
fn setup_routes(routes: Routes) -> Routes {
    use crate::features::setup::public::{self, plex, plex_sign_in, services_steps as services, sync};
    routes
        .get("/setup", public::start)
        .press("/setup/code", "/setup", public::code)
        .both("/setup/owner", public::owner, public::make_owner)
        .press("/setup/onward", "/setup", public::onward)
        .get("/setup/plex", plex::show)
        .press("/setup/plex/sign-in", "/setup/plex", plex_sign_in::begin)
        .get("/setup/plex/wait", plex_sign_in::wait)
        .press("/setup/plex/server", "/setup/plex", plex::take)
        .press("/setup/plex/other", "/setup/plex", plex::other)
        .press("/setup/plex/library", "/setup/plex", plex::keep_library)
        .get("/setup/arr", services::arr)
        .get("/setup/downloads", services::downloads)
        .get("/setup/mail", services::mail)
        .press("/setup/services/:key", "/setup", services::save)
        .press("/setup/services/:key/test", "/setup", services::try_out)
        .press("/setup/services/:key/forget", "/setup", services::forget)
        .both("/setup/address", public::address, public::set_address)
        .both("/setup/ready", sync::show, sync::again)
        .get("/setup/ready/live", sync::stream)
        .get("/setup/ready/part", sync::part)
        .press("/setup/done", "/setup", public::done)
}

/// One's own page.
fn me_routes(routes: Routes) -> Routes {
    use crate::features::me::{public, viewer};
    use crate::features::memberships;
    routes
        .get("/me", viewer::show)
        .press("/me/theme", "/me", viewer::set_theme)
        .press("/me/notices", "/me", viewer::set_notices)
        .both("/me/password", viewer::form_page, viewer::change_password)
        .both("/me/sign-in", viewer::form_page, viewer::register)
        .both("/me/email", viewer::form_page, viewer::email::ask)
        .press("/me/email/again", "/me", viewer::email::again)
        .press("/me/email/removal", "/me", viewer::email::leave)
        .both("/email/confirm/:token", public::email::ask_confirm, public::email::confirm)
        .both("/email/stop/:token", public::email::ask_stop, public::email::stop)
        .press("/me/sessions/end-all", "/me", viewer::end_all)
        .press("/me/sessions/:id/end", "/me", viewer::end_session)
        .both("/unsubscribe/:token", public::ask, public::stop)
        .both("/membership/:token", memberships::public::show, memberships::public::ask)
        .both("/me/membership", viewer::form_page, memberships::public::ask_here)
}

/// People, in the back office.
fn people_routes(routes: Routes) -> Routes {
    use crate::features::people::admin;
    routes
        .get("/admin/people", admin::list)
        .both("/admin/people/new", admin::new, admin::add)
        .press("/admin/people/import", "/admin/people", admin::import)
        .both("/admin/people/edit", admin::many::ask, admin::many::apply)
        .get("/admin/people/:id", admin::person::show)
        .both("/admin/people/:id/role", admin::person::form_page, admin::person::change_role)
        .both("/admin/people/:id/notes", admin::person::form_page, admin::person::save_notes)
        .press("/admin/people/:id/limits", "/admin/people/:id", admin::person::plan_limits_again)
        .get("/admin/people/:id/requests", admin::requests::list)
        .get("/admin/people/:id/activity", admin::activity::list)
        .get("/admin/people/:id/sessions", admin::sessions::list)
        .press("/admin/people/:id/sessions/end-all", "/admin/people/:id/sessions", admin::sessions::end_all)
        .press("/admin/people/:id/sessions/:session/end", "/admin/people/:id/sessions", admin::sessions::end)
        .both("/admin/people/:id/merge", admin::merge::ask, admin::merge::apply)
        .both("/admin/people/:id/split", admin::merge::ask_split, admin::merge::split)
        .both("/admin/people/:id/removal", admin::removal::ask, admin::removal::remove)
        .both("/admin/people/:id/removal/undo", admin::person::form_page, admin::removal::take_back)
        .both("/admin/people/:id/removal/retry", admin::person::form_page, admin::removal::try_again)
        .both("/admin/people/:id/groups", admin::access::groups, admin::access::set_groups)
        .both("/admin/people/:id/grants", admin::access::offer, admin::access::give)
        .press("/admin/people/:id/grants/:grant/removal", "/admin/people/:id", admin::access::take_back)
        .both("/admin/people/:id/flags/removal", admin::person::form_page, admin::person::take_flags_back)
        .both("/admin/people/:id/membership", admin::person::form_page, admin::membership::change)
        .both("/admin/people/:id/exclusions", admin::person::form_page, admin::access::withhold)
        .both("/admin/people/:id/exclusions/removal", admin::person::form_page, admin::access::give_again)
}

/// The access plan, and what was made of it.
fn plan_routes(routes: Routes) -> Routes {
    use crate::features::access::admin::{self, batches};
    routes
        .both("/admin/plan", admin::show, admin::apply)
        .both("/admin/plan/removal", admin::form_page, admin::throw_away)
        .both("/admin/plan/drift", admin::form_page, admin::settle_drift)
        .press("/admin/plan/hurry", "/admin/plan", batches::hurry)
        .get("/admin/plan/changes", batches::earlier)
        .get("/admin/plan/changes/:id", batches::one)
        .get("/admin/plan/changes/:id/live", batches::one_live)
        .press("/admin/plan/changes/:id/stop", "/admin/plan/changes/:id", batches::stop)
        .press("/admin/plan/changes/:id/retry", "/admin/plan/changes/:id", batches::retry)
        .both("/admin/plan/changes/:id/undo", batches::ask_undo, batches::take_back)
}

/// Invites: the door, those of members, and the back office.
fn invite_routes(routes: Routes) -> Routes {
    use crate::features::invites::admin::home;
    use crate::features::invites::{admin, public, viewer};
    routes
        .get("/invite/:code", public::show)
        .press("/invite/:code/accept", "/invite/:code", public::come_in)
        .both("/invites", viewer::index, viewer::make)
        .both("/invites/:id/end", viewer::ask_end, viewer::end)
        .get("/admin/invites", admin::index)
        .both("/admin/invites/new", admin::new, admin::create)
        .both("/admin/invites/clear", admin::ask_clear, admin::clear)
        .both("/admin/invites/:id", admin::show, admin::save)
        .press("/admin/invites/:id/pause", "/admin/invites/:id", admin::pause)
        .press("/admin/invites/:id/mails", "/admin/invites/:id", admin::mail)
        .both("/admin/invites/:id/uses/:use_id/home", home::ask, home::again)
        .both("/admin/invites/:id/uses/:use_id/home/removal", home::ask_stop, home::stop)
        .both("/admin/invites/:id/removal", admin::ask_removal, admin::remove)
}

/// Asking to be let in, and deciding about it.
fn access_request_routes(routes: Routes) -> Routes {
    use crate::features::access_requests::admin::{self, links};
    use crate::features::access_requests::public::{self, decide};
    routes
        .both("/ask", public::show, public::ask)
        .get("/ask/sent", public::sent)
        .both("/ask/:code", public::show_by_link, public::ask_by_link)
        .both("/ask/confirm/:token", public::ask_confirmation, public::confirm)
        .both("/ask/approve/:token", decide::ask_approval, decide::approve)
        .both("/ask/decline/:token", decide::ask_decline, decide::decline)
        .get("/admin/access-requests", admin::index)
        .both("/admin/access-requests/links", links::list, links::make)
        .press("/admin/access-requests/links/:id/pause", "/admin/access-requests/links", links::pause)
        .both("/admin/access-requests/links/:id/removal", links::ask_removal, links::remove)
        .get("/admin/access-requests/:id", admin::show)
        .both("/admin/access-requests/:id/approval", admin::show, admin::approve)
        .both("/admin/access-requests/:id/decline", admin::show, admin::decline)
}

/// Welcome pages: read by newcomers, written in the back office.
fn onboarding_routes(routes: Routes) -> Routes {
    use crate::features::onboarding::admin::{self, pictures};
    use crate::features::onboarding::viewer;
    routes
        .get("/welcome", viewer::start)
        .get("/welcome/:id", viewer::show)
        .press("/welcome/:id/read", "/welcome/:id", viewer::go_on)
        .both("/welcome/:id/gate", viewer::leave, viewer::press)
        .get("/images/welcome/:id", viewer::picture)
        .get("/admin/onboarding", admin::index)
        .both("/admin/onboarding/new", admin::new, admin::create)
        .both("/admin/onboarding/preview", admin::form_page, admin::preview)
        .both("/admin/onboarding/pictures", admin::form_page, pictures::add)
        .both("/admin/onboarding/pictures/:id/removal", pictures::ask_removal, pictures::remove)
        .press("/admin/onboarding/defaults", "/admin/onboarding", admin::put_back)
        .both("/admin/onboarding/:id", admin::show, admin::save)
        .press("/admin/onboarding/:id/move", "/admin/onboarding", admin::shift)
        .press("/admin/onboarding/:id/switch", "/admin/onboarding", admin::switch)
        .both("/admin/onboarding/:id/removal", admin::ask_removal, admin::remove)
}

/// Groups, in the back office.
fn group_routes(routes: Routes) -> Routes {
    use crate::features::groups::admin::{self, members};
    routes
        .get("/admin/groups", admin::list)
        .both("/admin/groups/new", admin::new, admin::create)
        .both("/admin/groups/:id", admin::show, admin::save)
        .both("/admin/groups/:id/removal", admin::ask_removal, admin::remove)
        .press("/admin/groups/:id/move", "/admin/groups", admin::shift)
        .both("/admin/groups/:id/members", members::list, members::add)
        .press("/admin/groups/:id/members/removal", "/admin/groups/:id/members", members::take_out)
}

/// Home, search, titles, pictures.
fn title_routes(routes: Routes) -> Routes {
    use crate::features::titles::viewer as titles;
    routes
        .get("/", titles::home_page)
        .get("/search", titles::search_page)
        .get("/search/now", titles::search_now)
        .get("/search/events", titles::search_events)
        .get("/titles/:kind/:id", titles::title_page)
        .get("/images/title/:id", titles::title_picture)
        .get("/images/remote/:token", titles::remote_picture)
}

/// Requests: portal, back office, hooks.
fn request_routes(routes: Routes) -> Routes {
    use crate::features::requests::public;
    let routes = routes.hook("/hooks/:kind/:secret", public::report, public::report);
    desk_routes(portal_request_routes(routes))
}

/// Asking for titles and looking where they are.
fn portal_request_routes(routes: Routes) -> Routes {
    use crate::features::requests::viewer::{mine, parcel, submit, withdrawal};
    routes
        .both("/titles/:kind/:id/request", submit::page, submit::submit)
        .press("/titles/:kind/:id/follow", "/titles/:kind/:id", parcel::follow_title)
        .get("/requests", mine::page)
        .get("/requests/:id", parcel::page)
        .get("/requests/:id/now", parcel::poll)
        .get("/requests/:id/events", parcel::events)
        .press("/requests/:id/follow", "/requests/:id", parcel::follow)
        .press("/requests/:id/unfollow", "/requests/:id", parcel::unfollow)
        .both("/requests/:id/withdrawal", withdrawal::page, withdrawal::withdraw)
}

/// Requests in the back office.
fn desk_routes(routes: Routes) -> Routes {
    use crate::features::requests::admin::{decide, decline, desk, edit, many};
    routes
        .get("/admin/requests", desk::page)
        .get("/admin/requests/live", desk::stream)
        .press("/admin/requests/approval", "/admin/requests", many::approve)
        .press("/admin/requests/decline", "/admin/requests", many::decline)
        .get("/admin/requests/:id/row", desk::one)
        .press("/admin/requests/:id/approval", "/admin/requests", decide::approve)
        .press("/admin/requests/:id/retry", "/admin/requests", decide::retry)
        .both("/admin/requests/:id/decline", decline::page, decline::decline)
        .both("/admin/requests/:id/edit", edit::page, edit::save)
}

/// Services and settings.
fn service_routes(routes: Routes) -> Routes {
    use crate::features::services::{admin, public};
    use crate::features::settings::admin as settings;
    routes
        .get("/healthz", public::alive)
        .get("/readyz", public::ready)
        .get("/admin/services", admin::list)
        .get("/admin/services/add", admin::choose)
        .both("/admin/services/:key", admin::show, admin::save)
        .press("/admin/services/:key/test", "/admin/services/:key", admin::try_out)
        .both("/admin/services/:key/removal", admin::ask_removal, admin::remove)
        .press("/admin/services/:key/hook", "/admin/services/:key", admin::set_hook)
        .both("/admin/settings/general", settings::general, settings::save)
}

/// Jobs and runs.
fn job_routes(routes: Routes) -> Routes {
    use crate::features::jobs::admin;
    routes
        .get("/admin/jobs", admin::list)
        .get("/admin/jobs/live", admin::list_live)
        .get("/admin/jobs/:name", admin::one_job)
        .press("/admin/jobs/:name/run", "/admin/jobs/:name", admin::run_now)
        .press("/admin/jobs/:name/schedule", "/admin/jobs/:name", admin::set_schedule)
        .get("/admin/runs/:id", admin::one_run)
        .get("/admin/runs/:id/live", admin::run_live)
}

/// Backups.
fn backup_routes(routes: Routes) -> Routes {
    use crate::features::backups::admin;
    routes
        .both("/admin/backups", admin::list, admin::make)
        .get("/admin/backups/:name", admin::show)
        .get("/admin/backups/:name/file", admin::download)
        .both("/admin/backups/:name/removal", admin::ask_removal, admin::remove)
}

/// Dashboard and activity.
fn activity_routes(routes: Routes) -> Routes {
    use crate::features::{activity, dashboard};
    routes
        .get("/admin", dashboard::admin::at_the_desk)
        .get("/admin/live", dashboard::admin::desk_live)
        .get("/admin/activity", activity::admin::list)
        .get("/admin/activity.csv", activity::admin::export)
}

/// The JSON API, and what it says about itself.
fn api_routes(routes: Routes) -> Routes {
    routes
        .get("/api/openapi.json", api_docs::openapi)
        .get("/api/docs", api_docs::docs)
        .nest("/api", Route::new().nest("/api", api()).around(body::bounded))
}

/// The routes with everything around them.
pub fn endpoint(app: App) -> BoxEndpoint<'static, Response> {
    let policy = headers::policy(&app.config.plex.auth);
    let inner = routes()
        .into_route()
        .around(edge::dress)
        .around(sign_in::find_caller)
        .around(edge::dress)
        .data(Document(document(&app.config.base_path).to_string().into()))
        .data(app.clone())
        .with(CookieJarManager::new())
        .around(cookies::leave_illegible)
        .around(compress::compress)
        .around(move |next, req| headers::add(next, req, policy.clone()));
    match app.config.base_path.as_str() {
        "" => inner.boxed(),
        path => Route::new().nest(path, inner).around(edge::dress).boxed(),
    }
}
