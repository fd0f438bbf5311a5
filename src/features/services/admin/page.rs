//! Puts the page of services together: what is set up, how it fares, what was typed and not saved yet.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::{self, outbox, servers, services};
use crate::domain::effect::Effect;
use crate::domain::ids::{ServerId, ServiceId};
use crate::domain::people::Actor;
use crate::domain::service::{Health, MailSecurity, Offers, Server, Service, server_key, service_key};
use crate::domain::service_form::{FormKey, ServiceDraft, ServiceForm};
use crate::error::{FieldErrors, Outcome};
use crate::features::services::actions::{self, Desk, Standing};
use crate::features::services::desk::{self, Tried};
use crate::features::services::views;
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::Visit;

/// Everything the page is made of.
struct Loaded {
    servers: Vec<Server>,
    services: Vec<Service>,
    offers: Vec<(ServiceId, Offers)>,
    /// Titles of the libraries that a server was last seen with.
    libraries: Vec<(ServerId, String)>,
    health: Vec<Health>,
    /// Why a Sonarr or Radarr does not report to us yet, and when that is tried again.
    unheard: Vec<(ServiceId, String, DateTime<Utc>)>,
    /// What was typed and not saved yet, by this person.
    drafts: Vec<(FormKey, ServiceDraft)>,
}

async fn load(app: &App, me: &Actor) -> Outcome<Loaded> {
    let desk = Desk::Page(me.id);
    app.db
        .read(move |conn| {
            let (servers, services) = (servers::all(conn)?, services::all(conn)?);
            let lane = |service: &Service| Effect::RegisterHook { service: service.id }.lane().unwrap_or_default();
            let lanes: Vec<String> = services.iter().map(lane).collect();
            let mut held = outbox::holdups(conn, &lanes)?;
            let (mut offers, mut unheard) = (Vec::new(), Vec::new());
            for (service, lane) in services.iter().zip(&lanes) {
                unheard.extend(held.remove(lane).map(|(words, again)| (service.id, words, again)));
                offers.extend(services::offers(conn, service.id)?.map(|found| (service.id, found)));
            }
            let mut libraries = Vec::new();
            for server in &servers {
                let known = db::libraries::of_server(conn, server.id)?;
                libraries.extend(known.into_iter().map(|library| (server.id, library.title)));
            }
            let keys = servers.iter().map(|server| FormKey::Server(Some(server.id)));
            let keys = keys.chain(services.iter().map(|service| FormKey::Service(service.kind, Some(service.id))));
            let mut drafts = Vec::new();
            for key in keys {
                drafts.extend(actions::read_draft(conn, desk, key)?.map(|draft| (key, draft)));
            }
            Ok(Loaded { health: services::health(conn)?, servers, services, offers, unheard, libraries, drafts })
        })
        .await
}

/// The page, with one form as it came back, if one did.
pub async fn page(app: &App, visit: &Visit, me: &Actor, back: Option<(FormKey, Tried)>) -> Outcome<Page> {
    let mut loaded = load(app, me).await?;
    let mut errors = Errors::default();
    let mut focus = None;
    if let Some((key, tried)) = back {
        errors = as_errors(&tried.errors);
        loaded.drafts.retain(|(known, _)| *known != key);
        loaded.drafts.push((key, tried.draft));
        focus = Some(key);
    }
    let made = Made { app, visit, me, loaded: &loaded, errors: &errors, focus };
    let forms: Vec<Prepared> = made.prepare()?;
    let cards: Vec<views::CardView<'_>> = forms.iter().map(|form| made.card(form)).collect();
    Ok(views::list(&visit.frame, &cards, me.role.is_admin()))
}

pub fn as_errors(fields: &FieldErrors) -> Errors {
    let mut errors = Errors::default();
    for (field, words) in fields {
        errors.add(field.clone(), words.clone());
    }
    errors
}

/// What is needed to make cards.
struct Made<'a> {
    app: &'a App,
    visit: &'a Visit,
    me: &'a Actor,
    loaded: &'a Loaded,
    errors: &'a Errors,
    focus: Option<FormKey>,
}

/// One thing that is set up, with its form.
struct Prepared {
    key: FormKey,
    name: String,
    from_file: bool,
    place: Option<String>,
    hook: Option<views::Hook>,
    facts: Vec<(&'static str, String)>,
    form: ServiceForm,
    draft: Option<ServiceDraft>,
    errors: Errors,
    kept: Option<String>,
    libraries: Vec<String>,
}

impl<'a> Made<'a> {
    fn prepare(&self) -> Outcome<Vec<Prepared>> {
        let mut all = Vec::new();
        for server in &self.loaded.servers {
            all.push(self.prepared(FormKey::Server(Some(server.id)), &Standing::Server(server.clone()))?);
        }
        for service in &self.loaded.services {
            let key = FormKey::Service(service.kind, Some(service.id));
            all.push(self.prepared(key, &Standing::Service(service.clone()))?);
        }
        Ok(all)
    }

    fn prepared(&self, key: FormKey, standing: &Standing) -> Outcome<Prepared> {
        let draft = self.loaded.drafts.iter().find(|(known, _)| *known == key).map(|(_, draft)| draft.clone());
        let (name, facts, hook) = match standing {
            Standing::Server(server) => (server.name.clone(), server_facts(server), None),
            Standing::Service(service) => {
                let hook = key.is_arr().then(|| self.hook(service));
                (service.name.clone(), views::service_facts(service), hook)
            }
            Standing::Nothing => (key.label().to_owned(), Vec::new(), None),
        };
        let tested = draft.as_ref().and_then(|draft| draft.good()).map(|good| good.libraries.clone());
        let seen = || {
            let of_this = |(id, _): &&(ServerId, String)| key == FormKey::Server(Some(*id));
            self.loaded.libraries.iter().filter(of_this).map(|(_, title)| title.clone()).collect()
        };
        Ok(Prepared {
            key,
            name,
            from_file: standing.from_file(),
            place: place(standing),
            hook,
            facts,
            form: draft.as_ref().map_or_else(|| standing.form(key), |draft| draft.form.clone()),
            kept: kept(self.app, self.me, key, standing, draft.as_ref())?,
            libraries: tested.unwrap_or_else(seen),
            errors: match self.focus == Some(key) {
                true => self.errors.clone(),
                false => draft.as_ref().map(|draft| as_errors(&desk::errors_of(draft))).unwrap_or_default(),
            },
            draft,
        })
    }

    fn hook(&self, service: &Service) -> views::Hook {
        match self.loaded.unheard.iter().find(|(id, ..)| *id == service.id) {
            Some((_, words, again)) => views::Hook::Refused { words: words.clone(), again: *again },
            None if service.hook_id.is_some() => views::Hook::InPlace,
            None => views::Hook::Absent,
        }
    }

    fn card<'b>(&'b self, one: &'b Prepared) -> views::CardView<'b> {
        let id = match one.key {
            FormKey::Server(id) => id.map(server_key),
            FormKey::Service(_, id) => id.map(service_key),
        };
        let health = self.loaded.health.iter().find(|health| Some(&health.key) == id.as_ref());
        let may_write = self.me.role.is_admin() && !one.from_file;
        views::CardView {
            key: one.key,
            name: &one.name,
            health,
            place: one.place.clone(),
            hook: one.hook.clone(),
            from_file: one.from_file,
            open: self.focus == Some(one.key) || one.draft.is_some(),
            facts: one.facts.clone(),
            form: may_write.then(|| self.form(one)),
        }
    }

    fn is_alone(&self, key: FormKey) -> bool {
        let FormKey::Service(kind, id) = key else { return true };
        !self.loaded.services.iter().any(|service| service.kind == kind && Some(service.id) != id)
    }

    fn form<'b>(&'b self, one: &'b Prepared) -> views::FormView<'b> {
        let links = self.visit.links();
        let path = format!("/admin/services/{}", one.key);
        let good = one.draft.as_ref().and_then(|draft| draft.good());
        let stored = match one.key {
            FormKey::Service(_, Some(id)) => {
                self.loaded.offers.iter().find(|(of, _)| *of == id).map(|(_, offers)| offers)
            }
            _ => None,
        };
        let more = match one.key.is_new() {
            true => Default::default(),
            false => views::more(&self.visit.frame, one.key, &one.name, one.hook.is_some()),
        };
        views::FormView {
            key: one.key,
            save: links.to(&path),
            test: links.to(&format!("{path}/test")),
            form: &one.form,
            kept: one.kept.as_deref(),
            good,
            offers: good.and_then(|good| good.offers.as_ref()).or(stored),
            libraries: &one.libraries,
            errors: &one.errors,
            may_force: true,
            alone: self.is_alone(one.key),
            primary: true,
            more,
        }
    }
}

/// Where mail goes out, and how the way there is protected.
fn place(standing: &Standing) -> Option<String> {
    let Standing::Service(service) = standing else { return None };
    let mail = service.mail.as_ref()?;
    let secured = if mail.security == MailSecurity::None { "not secured" } else { "secured" };
    Some(format!("{}:{}, {secured}", service.url, mail.port))
}

fn server_facts(server: &Server) -> Vec<(&'static str, String)> {
    vec![
        ("Address", server.url.clone()),
        ("Token", "kept".to_owned()),
        ("Default library", server.default_library.clone().unwrap_or_else(|| "none".to_owned())),
    ]
}

/// "kept, ends in 4f2a" for a key, "kept" for a password, to those who may change it.
fn kept(
    app: &App,
    me: &Actor,
    key: FormKey,
    standing: &Standing,
    draft: Option<&ServiceDraft>,
) -> Outcome<Option<String>> {
    if !me.role.is_admin() {
        return Ok(None);
    }
    desk::kept(app, Desk::Page(me.id), key, standing, draft)
}

/// The form of one that is not there yet.
pub async fn add_page(
    app: &App,
    visit: &Visit,
    me: &Actor,
    key: FormKey,
    standing: &Standing,
    draft: Option<ServiceDraft>,
    errors: &Errors,
) -> Outcome<Page> {
    let drafts = draft.into_iter().map(|draft| (key, draft)).collect();
    let loaded = Loaded {
        servers: Vec::new(),
        services: app.db.read(services::all).await?,
        offers: Vec::new(),
        libraries: Vec::new(),
        health: Vec::new(),
        unheard: Vec::new(),
        drafts,
    };
    let made = Made { app, visit, me, loaded: &loaded, errors, focus: Some(key) };
    let prepared = made.prepared(key, standing)?;
    Ok(views::add(&visit.frame, &made.form(&prepared)))
}
