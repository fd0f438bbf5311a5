//! A welcome page as it is typed or sent, and what is wrong with it. Everything that is wrong is said at once.

use std::collections::BTreeMap;

use super::markdown::{self, Target};
use super::{Audience, Gate, WelcomePage};
use crate::domain::ids::{InviteId, WelcomePageId, WelcomePictureId};
use crate::domain::text::{lines, one_line};
use crate::domain::typed::{Wrong, chosen, short};

pub const MOST_TITLE: usize = 100;
pub const MOST_BODY: usize = 20_000;
pub const MOST_LABEL: usize = 60;
pub const MOST_URL: usize = 500;

crate::text_enum! {
    /// What the choice "who reads it" says.
    pub enum Readers {
        Everybody = "everybody",
        Invites = "invites",
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedPage {
    pub title: String,
    pub body: String,
    /// Both empty: no gate.
    pub gate_label: String,
    pub gate_url: String,
    /// "everybody" or "invites".
    pub readers: String,
    pub invites: Vec<String>,
    pub enabled: bool,
}

/// What a page is read against.
pub struct Known<'a> {
    pub invites: &'a [InviteId],
    pub pictures: &'a [WelcomePictureId],
}

impl TypedPage {
    pub fn of(page: &WelcomePage) -> Self {
        let (readers, invites) = match &page.audience {
            Audience::Everybody => (Readers::Everybody, Vec::new()),
            Audience::Invites(ids) => (Readers::Invites, ids.iter().map(InviteId::to_string).collect()),
        };
        let gate = page.gate.clone();
        let (gate_label, gate_url) = gate.map(|gate| (gate.label, gate.url)).unwrap_or_default();
        Self {
            title: page.title.clone(),
            body: page.body.clone(),
            gate_label,
            gate_url,
            readers: readers.to_string(),
            invites,
            enabled: page.enabled,
        }
    }

    /// The page, or what is wrong by field.
    pub fn read(&self, id: WelcomePageId, known: &Known<'_>) -> Result<WelcomePage, BTreeMap<String, String>> {
        let mut wrong = Wrong::default();
        let page = WelcomePage {
            id,
            title: wrong.check("title", title(&self.title)),
            body: wrong.check("body", body(&self.body, known.pictures)),
            gate: self.gate(&mut wrong),
            audience: self.audience(known.invites, &mut wrong),
            enabled: self.enabled,
        };
        wrong.or(page)
    }

    fn gate(&self, wrong: &mut Wrong) -> Option<Gate> {
        let (label, url) = (one_line(&self.gate_label), self.gate_url.trim());
        if label.is_empty() && url.is_empty() {
            return None;
        }
        let named = if label.is_empty() {
            Err("Say what the button is called, or leave both fields empty.".to_owned())
        } else {
            short(label, MOST_LABEL)
        };
        Some(Gate { label: wrong.check("gate_label", named), url: wrong.check("gate_url", gate_url(url)) })
    }

    fn audience(&self, known: &[InviteId], wrong: &mut Wrong) -> Audience {
        match self.readers.parse() {
            Ok(Readers::Everybody) => Audience::Everybody,
            Ok(Readers::Invites) => {
                let ids = chosen(&self.invites, known, "invites");
                let some = |ids: Vec<InviteId>| match ids.is_empty() {
                    true => Err("Choose at least one of the invites.".to_owned()),
                    false => Ok(ids),
                };
                Audience::Invites(wrong.check("invites", ids.and_then(some)))
            }
            Err(_) => {
                wrong.add("readers", "Choose everybody, or some invites.".to_owned());
                Audience::Everybody
            }
        }
    }
}

fn title(typed: &str) -> Result<String, String> {
    match one_line(typed) {
        title if title.is_empty() => Err("Give the page a title.".to_owned()),
        title => short(title, MOST_TITLE),
    }
}

fn body(typed: &str, pictures: &[WelcomePictureId]) -> Result<String, String> {
    let body = lines(typed.trim());
    if body.is_empty() {
        return Err("Write something for whoever comes.".to_owned());
    }
    let body = short(body, MOST_BODY)?;
    let told = markdown::read(&body);
    if let Some(address) = told.strange_pictures.first() {
        return Err(format!(
            "Pictures come from this house only, so {} can't be shown. Upload it under Pictures, or make it a link: leave the ! away.",
            shortened(address)
        ));
    }
    if let Some(id) = told.pictures.iter().find(|id| !pictures.contains(id)) {
        return Err(format!("There is no picture {}. Pictures lists those that are there.", super::picture::path(*id)));
    }
    match told.strange_links.first() {
        Some(address) => Err(format!(
            "A link to {} leads nowhere. Links begin with https://, http://, mailto: or /.",
            shortened(address)
        )),
        None => Ok(body),
    }
}

fn gate_url(url: &str) -> Result<String, String> {
    if url.is_empty() {
        return Err("Say where the button leads, or leave both fields empty.".to_owned());
    }
    match Target::of(url) {
        Some(Target::Inside(path)) => short(path, MOST_URL),
        Some(Target::Outside(url)) if !url.starts_with("mailto:") => short(url, MOST_URL),
        _ => Err("Write a whole address that begins with https:// or http://, or a path such as /search.".to_owned()),
    }
}

fn shortened(address: &str) -> String {
    const MOST: usize = 60;
    match address.chars().count() {
        0 => "nothing".to_owned(),
        1..=MOST => address.to_owned(),
        _ => address.chars().take(MOST).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const INVITES: [InviteId; 2] = [InviteId(3), InviteId(4)];
    const PICTURES: [WelcomePictureId; 1] = [WelcomePictureId(7)];

    fn known() -> Known<'static> {
        Known { invites: &INVITES, pictures: &PICTURES }
    }

    fn typed() -> TypedPage {
        TypedPage {
            title: " House  rules\n".to_owned(),
            body: "Be **kind**.\r\n\r\n![Cat](/images/welcome/7)\n".to_owned(),
            gate_label: "Read the rules".to_owned(),
            gate_url: " https://example.org/rules ".to_owned(),
            readers: "invites".to_owned(),
            invites: vec!["4".to_owned(), "3".to_owned(), "4".to_owned()],
            enabled: true,
        }
    }

    fn wrong(typed: &TypedPage) -> Vec<(String, String)> {
        typed.read(WelcomePageId(1), &known()).unwrap_err().into_iter().collect()
    }

    #[test]
    fn what_is_typed_becomes_a_page_and_back() {
        let page = typed().read(WelcomePageId(1), &known()).unwrap();
        assert_eq!(page.title, "House rules");
        assert_eq!(page.body, "Be **kind**.\n\n![Cat](/images/welcome/7)");
        let gate = Gate { label: "Read the rules".to_owned(), url: "https://example.org/rules".to_owned() };
        assert_eq!(page.gate, Some(gate));
        assert_eq!(page.audience, Audience::Invites(INVITES.to_vec()));
        assert_eq!(TypedPage::of(&page).read(page.id, &known()), Ok(page));
        let plain = TypedPage { readers: "everybody".to_owned(), gate_label: " ".to_owned(), ..typed() };
        let plain = TypedPage { gate_url: String::new(), ..plain }.read(WelcomePageId(1), &known()).unwrap();
        assert_eq!((plain.gate, plain.audience), (None, Audience::Everybody));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let all = TypedPage { gate_label: "Go".to_owned(), ..TypedPage::default() };
        let fields: Vec<String> = wrong(&all).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["body", "gate_url", "readers", "title"]);
        let long = TypedPage {
            title: "x".repeat(MOST_TITLE + 1),
            body: "x".repeat(MOST_BODY + 1),
            gate_label: "x".repeat(MOST_LABEL + 1),
            gate_url: format!("https://example.org/{}", "x".repeat(MOST_URL)),
            invites: vec!["99".to_owned()],
            ..typed()
        };
        let fields: Vec<String> = wrong(&long).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["body", "gate_label", "gate_url", "invites", "title"]);
    }

    #[test]
    fn pictures_and_links_lead_somewhere() {
        let words = |body: &str| wrong(&TypedPage { body: body.to_owned(), ..typed() }).remove(0).1;
        assert!(words("![a](https://cats.example/1.png)").starts_with("Pictures come from this house only"));
        assert!(words("![a](data:image/png;base64,AAAA)").contains("data:image/png"));
        assert!(words("![a](/images/welcome/8)").starts_with("There is no picture /images/welcome/8."));
        assert!(words("[a](javascript:alert(1))").starts_with("A link to javascript:alert(1) leads nowhere."));
    }

    #[test]
    fn a_gate_leads_to_the_web_or_into_the_house() {
        for good in ["https://example.org/rules", "http://nas.lan/", "/search"] {
            assert_eq!(gate_url(good), Ok(good.to_owned()));
        }
        for bad in
            ["", "example.org", "javascript:alert(1)", "mailto:a@example.org", "//evil.example", "data:text/html,x"]
        {
            assert!(gate_url(bad).is_err(), "{bad}");
        }
    }
}
