//! What the settings page and the wizard share: reading a form of a service, trying it out, saving it. A helper of
//! handlers; it renders nothing.

use secrecy::{ExposeSecret, SecretString};

use super::actions::{self, Desk, Saving, Standing};
use super::asking::ask;
use super::lookups::Trouble;
use crate::app::App;
use crate::app::keep::By;
use crate::domain::people::Actor;
use crate::domain::service::Service;
use crate::domain::service_form::{FormKey, GoodTest, ServiceDraft, ServiceForm, TestResult};
use crate::error::{AppError, FieldErrors, Outcome};
use crate::web::Fields;

/// A form that was looked at: as it was typed, and what is wrong with it.
pub struct Tried {
    pub draft: ServiceDraft,
    pub errors: FieldErrors,
}

impl Tried {
    pub fn is_good(&self) -> bool {
        self.errors.is_empty() && self.draft.good().is_some()
    }
}

/// What is wrong with a draft that was left as it was.
pub fn errors_of(draft: &ServiceDraft) -> FieldErrors {
    match &draft.test {
        Some(TestResult::Bad { field, words }) => FieldErrors::from([(field.clone(), words.clone())]),
        _ => FieldErrors::new(),
    }
}

/// An empty form. A second Radarr or Sonarr is most likely the one for 4K.
pub fn fresh(key: FormKey, known: &[Service]) -> ServiceForm {
    let mut form = ServiceForm::new(key);
    if let FormKey::Service(kind, _) = key {
        let siblings = known.iter().filter(|service| service.kind == kind).count();
        form.is_default = siblings == 0;
        if siblings > 0 && key.is_arr() {
            form.is_4k = true;
            form.name = format!("{} 4K", key.label());
        }
    }
    form
}

/// Who saves, for the record.
pub fn by(me: Option<&Actor>) -> By {
    me.map(|me| (me.id, me.name.clone()))
}

/// Reads the fields. Pickers that were not on the page keep what was picked.
fn read(key: FormKey, fields: &Fields, before: &ServiceForm) -> ServiceForm {
    let text = |name: &str| fields.text(name).to_owned();
    let mut form = ServiceForm {
        name: if fields.text("name").is_empty() && !key.is_arr() && !matches!(key, FormKey::Server(_)) {
            before.name.clone()
        } else {
            text("name")
        },
        url: text("url"),
        username: text("username"),
        port: text("port"),
        security: text("security"),
        from: text("from"),
        is_4k: fields.ticked("is_4k"),
        is_default: fields.ticked("is_default"),
        ..ServiceForm::default()
    };
    if fields.ticked("pickers") {
        form.quality_profile_id = fields.number("quality_profile_id");
        form.root_folder = text("root_folder");
        form.tags = fields.all("tags").iter().filter_map(|tag| tag.parse().ok()).collect();
        form.default_library = text("default_library");
    } else {
        form.quality_profile_id = before.quality_profile_id;
        form.root_folder.clone_from(&before.root_folder);
        form.tags.clone_from(&before.tags);
        form.default_library.clone_from(&before.default_library);
    }
    form
}

/// The secret as typed, else the one of the draft, else the one that is kept. Without a user name there is no password.
fn secret(
    app: &App,
    place: &str,
    fields: &Fields,
    form: &ServiceForm,
    draft: Option<&ServiceDraft>,
    standing: &Standing,
) -> Outcome<SecretString> {
    let typed = fields.raw("secret").trim();
    if !typed.is_empty() {
        return Ok(SecretString::from(typed.to_owned()));
    }
    let before = draft.map(|draft| draft.form.username.as_str());
    let before = before.map_or_else(|| username(standing).to_owned(), str::to_owned);
    if form.username.is_empty() && !before.is_empty() {
        return Ok(SecretString::default());
    }
    match draft.and_then(|draft| draft.sealed.as_ref()) {
        Some(sealed) => app.open(sealed, place),
        None => standing.secret(app),
    }
}

fn username(standing: &Standing) -> &str {
    match standing {
        Standing::Service(service) => service.username.as_deref().unwrap_or_default(),
        _ => "",
    }
}

/// How a form says that there is a secret: "kept, ends in 4f2a" for a key, "kept" for a password.
pub fn kept(
    app: &App,
    desk: Desk,
    key: FormKey,
    standing: &Standing,
    draft: Option<&ServiceDraft>,
) -> Outcome<Option<String>> {
    let secret = match draft.and_then(|draft| draft.sealed.as_ref()) {
        Some(sealed) => app.open(sealed, &actions::draft_place(desk, key))?,
        None => standing.secret(app)?,
    };
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return Ok(None);
    }
    let ending: String = secret.chars().skip(secret.chars().count().saturating_sub(4)).collect();
    // Four letters of a short secret would be too much of it.
    let is_key = (key.is_arr() || matches!(key, FormKey::Server(_))) && secret.len() >= 16;
    Ok(Some(if is_key { format!("kept, ends in {ending}") } else { "kept".to_owned() }))
}

/// A form with its secret, and what was known of it before.
struct Sent {
    form: ServiceForm,
    secret: SecretString,
    before: Option<ServiceDraft>,
    standing: Standing,
}

async fn sent(app: &App, desk: Desk, key: FormKey, fields: &Fields) -> Outcome<Sent> {
    let standing = actions::standing(app, key).await?;
    if standing.from_file() {
        return Err(AppError::refused("The settings file sets this. Change it there."));
    }
    let before = actions::draft(app, desk, key).await?;
    let known = before.as_ref().map_or_else(|| standing.form(key), |draft| draft.form.clone());
    let form = read(key, fields, &known);
    let place = actions::draft_place(desk, key);
    let secret = secret(app, &place, fields, &form, before.as_ref(), &standing)?;
    Ok(Sent { form, secret, before, standing })
}

/// Really asks the service, and keeps what was typed with how it went.
pub async fn try_out(app: &App, desk: Desk, key: FormKey, fields: &Fields, me: Option<&Actor>) -> Outcome<Tried> {
    let sent = sent(app, desk, key, fields).await?;
    tried(app, desk, key, sent, me).await
}

async fn tried(app: &App, desk: Desk, key: FormKey, sent: Sent, me: Option<&Actor>) -> Outcome<Tried> {
    let Sent { form, secret, .. } = sent;
    let sealed = match secret.expose_secret() {
        "" => None,
        _ => Some(app.seal(&secret, &actions::draft_place(desk, key))?),
    };
    let mut draft = ServiceDraft { form, sealed, test: None };
    let mut errors = match actions::check(key, &draft.form) {
        Ok(()) => FieldErrors::new(),
        Err(AppError::Refused { fields, .. }) => fields,
        Err(error) => return Err(error),
    };
    draft.form.drop_login_in_url();
    // Kept before anybody is asked: a reload while the test runs loses nothing.
    actions::keep_draft(app, desk, key, &draft).await?;
    if !errors.is_empty() {
        return Ok(Tried { draft, errors });
    }
    draft.test = Some(match Box::pin(ask(app, key, &draft.form, secret, me)).await {
        Ok(good) => TestResult::Good(Box::new(good)),
        Err(Trouble { field, words }) => {
            errors.insert(field.to_owned(), words.clone());
            TestResult::Bad { field: field.to_owned(), words }
        }
    });
    suggest(&mut draft);
    actions::keep_draft(app, desk, key, &draft).await?;
    Ok(Tried { draft, errors })
}

/// What most people would pick, where nothing was picked yet; and the address it really has.
fn suggest(draft: &mut ServiceDraft) {
    let Some(good) = draft.good().cloned() else { return };
    let form = &mut draft.form;
    if let Some(url) = good.moved {
        form.url = url;
    }
    if let Some(offers) = good.offers {
        let known = |id: i64| offers.profiles.iter().any(|profile| profile.id == id);
        if !form.quality_profile_id.is_some_and(known) {
            form.quality_profile_id = offers.profiles.first().map(|profile| profile.id);
        }
        if !offers.root_folders.iter().any(|folder| folder.path == form.root_folder) {
            let first = offers.root_folders.iter().find(|folder| folder.accessible);
            form.root_folder = first.map(|folder| folder.path.clone()).unwrap_or_default();
        }
        form.tags.retain(|tag| offers.tags.iter().any(|known| known.id == *tag));
    }
}

/// Saves a form. A connection that has not been tested as it stands is tested first; `anyway` saves it even so.
pub async fn save(
    app: &App,
    desk: Desk,
    key: FormKey,
    fields: &Fields,
    me: Option<&Actor>,
) -> Outcome<Result<FormKey, Tried>> {
    let mut sent = sent(app, desk, key, fields).await?;
    if let Err(error) = actions::check(key, &sent.form) {
        let AppError::Refused { fields, .. } = error else { return Err(error) };
        sent.form.drop_login_in_url();
        return Ok(Err(Tried { draft: ServiceDraft { form: sent.form, ..ServiceDraft::default() }, errors: fields }));
    }
    let mut good = None;
    if !fields.ticked("anyway") && !is_as_saved(app, key, &sent)? {
        good = good_before(app, desk, key, &sent)?;
        if good.is_none() {
            let again = Sent {
                form: sent.form.clone(),
                secret: sent.secret.clone(),
                before: None,
                standing: Standing::Nothing,
            };
            let tried = tried(app, desk, key, again, me).await?;
            // Pickers that the person has not seen are not saved unseen.
            if !tried.is_good() || (key.is_arr() && !fields.ticked("pickers")) {
                return Ok(Err(tried));
            }
            good = tried.draft.good().cloned();
            sent.form.url = tried.draft.form.url;
        }
    }
    let saving = Saving { by: by(me), desk, key, form: sent.form.clone(), secret: sent.secret, good };
    match actions::save(app, saving).await {
        Ok(key) => Ok(Ok(key)),
        Err(AppError::Refused { fields, .. }) if !fields.is_empty() => {
            let draft = ServiceDraft { form: sent.form, ..sent.before.unwrap_or_default() };
            Ok(Err(Tried { draft, errors: fields }))
        }
        Err(error) => Err(error),
    }
}

/// The connection is the one that is in use: saving other fields needs no test.
fn is_as_saved(app: &App, key: FormKey, sent: &Sent) -> Outcome<bool> {
    if key.is_new() {
        return Ok(false);
    }
    let stands = sent.standing.form(key);
    Ok(stands.connection() == sent.form.connection() && actions::same_secret(&sent.standing.secret(app)?, &sent.secret))
}

/// The last test, if it was good and about this very connection.
fn good_before(app: &App, desk: Desk, key: FormKey, sent: &Sent) -> Outcome<Option<GoodTest>> {
    let Some(before) = &sent.before else { return Ok(None) };
    let tested = match &before.sealed {
        Some(sealed) => app.open(sealed, &actions::draft_place(desk, key))?,
        None => SecretString::default(),
    };
    let same = before.form.connection() == sent.form.connection() && actions::same_secret(&tested, &sent.secret);
    Ok(before.good().filter(|_| same).cloned())
}
