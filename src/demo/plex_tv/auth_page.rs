//! The stand-in for app.plex.tv/auth: the visitor picks who they are and is sent back (plex.md A2).
//! The only page of plex.tv; never hands out a token, that is what polling the pin is for.

use poem::http::{Method, StatusCode, header};
use poem::{Body, Response};

use super::Desk;
use crate::demo::ask::{Ask, html};
use crate::demo::household::{Account, Household};
use crate::demo::wire::escaped;

/// The real page gets everything behind `#`, which no server sees; this hands it over.
const SCRIPT: &str = "const asked = location.hash.replace(/^#[!\\/]*\\??/, ''); \
    if (asked) location.replace('/auth?' + asked);";

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;background:#1f1f1f;color:#eee;display:grid;\
    place-items:center;min-height:90vh;margin:0}main{width:min(26rem,92vw)}h1{font-size:1.4rem}\
    button{display:block;width:100%;margin:.4rem 0;padding:.7rem 1rem;text-align:left;font:inherit;color:inherit;\
    background:#333;border:1px solid #555;border-radius:.5rem;cursor:pointer}button:hover{background:#444}\
    small{color:#aaa}input{font:inherit;padding:.6rem;width:8rem}";

pub(super) fn answer(desk: &Desk, ask: &Ask) -> Response {
    let Some(code) = ask.field("code").filter(|code| !code.is_empty()) else {
        return page("Sign in to the simulated Plex", ASK_FOR_CODE);
    };
    let forward = ask.field("forwardUrl").filter(|url| url.starts_with("http://") || url.starts_with("https://"));
    if ask.method == Method::POST { say_yes(desk, ask, &code, forward) } else { choices(desk, &code, forward) }
}

const ASK_FOR_CODE: &str = "<noscript><p>Type the code that the other page shows.</p></noscript>\
    <form method=\"get\" action=\"/auth\"><label>Code <input name=\"code\" autocomplete=\"off\"></label> \
    <button>Go on</button></form>";

fn choices(desk: &Desk, code: &str, forward: Option<String>) -> Response {
    let product = desk.pins().open(code).map(|pin| pin.product.clone());
    let Some(product) = product else {
        return expired();
    };
    let forward = forward.unwrap_or_default();
    let hidden = format!(
        "<input type=\"hidden\" name=\"code\" value=\"{}\"><input type=\"hidden\" name=\"forwardUrl\" value=\"{}\">",
        escaped(code),
        escaped(&forward)
    );
    let people: String = desk.house.read(|house| {
        house.accounts.iter().filter(|one| one.email.is_some()).map(|one| button(one, &standing(house, one))).collect()
    });
    let intro = format!("<p>Who signs in to <b>{}</b>? Nobody here needs a password.</p>", escaped(&product));
    page("Who are you?", &format!("{intro}<form method=\"post\" action=\"/auth\">{hidden}{people}</form>"))
}

/// What a visitor of the demo wants to know of a person before being them.
fn standing(house: &Household, account: &Account) -> String {
    let share = house.share_of(account.id).filter(|share| share.accepted_at.is_some());
    match share.map(|share| house.keys_of(share).len()) {
        _ if account.id == house.owner_id => "owner of the server".to_owned(),
        None => "knows the owner, sees no library".to_owned(),
        Some(count) => format!("sees {count} of {} libraries", house.sections.len()),
    }
}

fn button(account: &Account, about: &str) -> String {
    let name = if account.friendly_name.is_empty() { &account.title } else { &account.friendly_name };
    format!(
        "<button name=\"account\" value=\"{}\">{} <small>{}</small></button>",
        account.id,
        escaped(name),
        escaped(about)
    )
}

fn say_yes(desk: &Desk, ask: &Ask, code: &str, forward: Option<String>) -> Response {
    let account = ask.field("account").and_then(|id| id.parse().ok());
    if !account.is_some_and(|id| desk.approve(code, id)) {
        return expired();
    }
    match forward {
        Some(url) => {
            Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, url).body(Body::empty())
        }
        None => page("You are signed in", "<p>You can close this window.</p>"),
    }
}

fn expired() -> Response {
    let body = shell("This code is not valid", "<p>It was used already or its time is over. Start again.</p>");
    html(StatusCode::NOT_FOUND, body)
}

fn page(title: &str, body: &str) -> Response {
    html(StatusCode::OK, shell(title, body))
}

fn shell(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{body}</main><script>{SCRIPT}</script></body></html>"
    )
}
