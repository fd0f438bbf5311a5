//! What a person does with a page: types beside a label, presses what has these words on it.

use thirtyfour::{By, Cookie, WebElement};

use crate::support::Browser;
use crate::window::Window;

impl Window {
    /// Presses the link or button with these words; the exact ones win over those that only contain them.
    pub async fn press(&self, words: &str) {
        self.press_within("", words).await;
    }

    /// The same inside the row, card or form that contains other words.
    pub async fn press_in(&self, around: &str, words: &str) {
        let boxes = ["li", "tr", "article", "form", "section", "fieldset", "dialog"].map(|tag| format!("self::{tag}"));
        let around = literal(around);
        self.press_within(&format!("//*[{}][contains(normalize-space(.), {around})]", boxes.join(" or ")), words).await;
    }

    async fn press_within(&self, within: &str, words: &str) {
        let element = self
            .wait(&format!("'{words}' can be pressed (in {within:?})"), || async {
                let words = literal(words);
                for fits in [format!("normalize-space(.)={words}"), format!("contains(normalize-space(.), {words})")] {
                    let tags = ["a", "button", "summary", "label"].map(|tag| format!("{within}//{tag}[{fits}]"));
                    if let Some(found) = self.seen(&tags[..3].join(" | ")).await {
                        return Some(found);
                    }
                    if let Some(found) = self.seen(&tags[3]).await {
                        return Some(found);
                    }
                }
                None
            })
            .await;
        self.click(&element).await;
    }

    pub async fn click(&self, element: &WebElement) {
        element.scroll_into_view().await.ok();
        element.click().await.unwrap();
    }

    /// The innermost (last) of those that can be seen; row-like boxes nest.
    async fn seen(&self, xpath: &str) -> Option<WebElement> {
        let found = self.driver.find_all(By::XPath(xpath.to_owned())).await.ok()?;
        for element in found {
            if element.is_displayed().await.unwrap_or(false) && element.is_enabled().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    /// The field with this label.
    pub async fn field(&self, label: &str) -> WebElement {
        let label = literal(label);
        let is = format!("starts-with(normalize-space(.), {label})");
        let by_for = format!("//*[@id=//label[{is}]/@for]");
        let inside = format!("//label[{is}]//*[self::input or self::select or self::textarea]");
        let named = format!("//*[self::input or self::select or self::textarea][starts-with(@aria-label, {label})]");
        let xpath = format!("{by_for} | {inside} | {named}");
        self.wait(&format!("there is a field {label}"), || self.seen(&xpath)).await
    }

    /// Types into the field, in place of what is there.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    /// Picks a choice of a select by the words it begins with.
    pub async fn choose(&self, label: &str, choice: &str) {
        let field = self.field(label).await;
        let xpath = format!("./option[starts-with(normalize-space(.), {})]", literal(choice));
        field.find(By::XPath(xpath)).await.unwrap().click().await.unwrap();
    }

    /// What a field holds.
    pub async fn value(&self, label: &str) -> String {
        self.field(label).await.value().await.unwrap().unwrap_or_default()
    }

    /// What fits this selector and can be seen.
    pub async fn part(&self, css: &str) -> WebElement {
        self.wait(&format!("{css} is seen"), || async {
            for found in self.driver.find_all(By::Css(css.to_owned())).await.ok()? {
                if found.is_displayed().await.unwrap_or(false) {
                    return Some(found);
                }
            }
            None
        })
        .await
    }

    pub async fn press_part(&self, css: &str) {
        let part = self.part(css).await;
        self.click(&part).await;
    }

    /// Types into what fits this selector, or picks the choice with these words.
    pub async fn put(&self, css: &str, value: &str) {
        let field = self.part(css).await;
        if field.tag_name().await.unwrap() == "select" {
            let xpath = format!("./option[starts-with(normalize-space(.), {})]", literal(value));
            return field.find(By::XPath(xpath)).await.unwrap().click().await.unwrap();
        }
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }

    /// Signs in with a name and a password, as the form wants it.
    pub async fn sign_in(&self, username: &str, password: &str) {
        self.open("/login").await;
        self.press("Use a name and password instead").await;
        self.fill("Name or e-mail", username).await;
        self.fill("Password", password).await;
        self.press("Sign in").await;
    }
}

impl Window {
    /// Goes on as somebody who signed in elsewhere; how one signs in is tested by `entrance`.
    pub async fn come_in(&self, as_whom: &Browser) {
        let session = as_whom.cookie(usherr::web::cookies::SESSION).unwrap();
        self.open("/login").await;
        self.driver.add_cookie(Cookie::new(usherr::web::cookies::SESSION, session)).await.unwrap();
    }

    /// Signs in as somebody of the household, on Plex's page, from wherever "Sign in with Plex" led.
    pub async fn say_who(&self, name: &str) {
        self.wait("Plex asks who it is", || async {
            if self.shows("Who are you?").await {
                return Some(());
            }
            // What the real page gets behind the # of its address, this one is told by hand where no scripts run.
            let address = self.driver.current_url().await.ok()?;
            let code = address.fragment()?.split(['&', '?']).find_map(|one| one.strip_prefix("code="))?.to_owned();
            let field = self.driver.find(By::Css("input[name=code]")).await.ok()?;
            field.send_keys(code).await.ok()?;
            self.driver.find(By::Css("button")).await.ok()?.click().await.ok()
        })
        .await;
        self.press(name).await;
    }
}

/// A string in an XPath, whatever quotes it has.
fn literal(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
