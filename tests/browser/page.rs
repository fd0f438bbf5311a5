//! What a person does with a page: types beside a label, presses what has these words on it.

use thirtyfour::error::{WebDriverError, WebDriverErrorInner, WebDriverResult};
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
        let words = literal(words);
        let fitting = |tags: &[&str], fits: &str| {
            let all = tags.iter().map(|tag| format!("{within}//{tag}[{fits}]"));
            all.collect::<Vec<_>>().join(" | ")
        };
        let all: Vec<String> =
            [format!("normalize-space(.)={words}"), format!("contains(normalize-space(.), {words})")]
                .iter()
                .flat_map(|fits| [fitting(&["a", "button", "summary"], fits), fitting(&["label"], fits)])
                .collect();
        self.do_with(&format!("{words} can be pressed (in {within:?})"), &all, |part| async move {
            part.scroll_into_view().await.ok();
            part.click().await
        })
        .await;
    }

    /// Does something with the first part that is seen. Where the page moved under the hand, or something lay above, a person
    /// looks and tries again.
    async fn do_with<T, F>(&self, what: &str, xpaths: &[String], act: impl Fn(WebElement) -> F) -> T
    where
        F: Future<Output = WebDriverResult<T>>,
    {
        let act = &act;
        self.wait(what, || async move {
            for xpath in xpaths {
                let Some(part) = self.seen(xpath).await else { continue };
                return match act(part).await {
                    Ok(done) => Some(done),
                    Err(error) if is_gone(&error) => None,
                    Err(error) => panic!("{what}: {error}"),
                };
            }
            None
        })
        .await
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

    /// Where the field with this label is.
    fn labelled(label: &str) -> String {
        let label = literal(label);
        let is = format!("starts-with(normalize-space(.), {label})");
        let by_for = format!("//*[@id=//label[{is}]/@for]");
        let inside = format!("//label[{is}]//*[self::input or self::select or self::textarea]");
        let named = format!("//*[self::input or self::select or self::textarea][starts-with(@aria-label, {label})]");
        format!("{by_for} | {inside} | {named}")
    }

    /// Does something with the field with this label.
    async fn with_field<T, F>(&self, label: &str, act: impl Fn(WebElement) -> F) -> T
    where
        F: Future<Output = WebDriverResult<T>>,
    {
        self.do_with(&format!("there is a field {label}"), &[Self::labelled(label)], act).await
    }

    /// Types into the field, in place of what is there.
    pub async fn fill(&self, label: &str, value: &str) {
        self.with_field(label, |field| write(field, value)).await;
    }

    /// Picks a choice of a select by the words it begins with.
    pub async fn choose(&self, label: &str, choice: &str) {
        self.with_field(label, |field| pick(field, choice)).await;
    }

    /// What a field holds.
    pub async fn value(&self, label: &str) -> String {
        self.with_field(label, |field| async move { Ok(field.value().await?.unwrap_or_default()) }).await
    }

    /// What fits this selector and can be seen.
    pub async fn part(&self, css: &str) -> WebElement {
        self.wait(&format!("{css} is seen"), || self.shown(css)).await
    }

    /// What fits this selector and can be seen now.
    pub async fn shown(&self, css: &str) -> Option<WebElement> {
        for found in self.driver.find_all(By::Css(css.to_owned())).await.ok()? {
            if found.is_displayed().await.unwrap_or(false) {
                return Some(found);
            }
        }
        None
    }

    pub async fn press_part(&self, css: &str) {
        let press = async || {
            let part = self.shown(css).await?;
            part.scroll_into_view().await.ok();
            done(part.click().await)
        };
        self.wait(&format!("{css} can be pressed"), press).await;
    }

    /// Types into what fits this selector, or picks the choice with these words.
    pub async fn put(&self, css: &str, value: &str) {
        let put = async || {
            let field = self.shown(css).await?;
            match field.tag_name().await.ok()?.as_str() {
                "select" => done(pick(field, value).await),
                _ => done(write(field, value).await),
            }
        };
        self.wait(&format!("{css} takes {value:?}"), put).await;
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

async fn write(field: WebElement, value: &str) -> WebDriverResult<()> {
    field.clear().await?;
    field.send_keys(value).await
}

async fn pick(field: WebElement, choice: &str) -> WebDriverResult<()> {
    let xpath = format!("./option[starts-with(normalize-space(.), {})]", literal(choice));
    field.find(By::XPath(xpath)).await?.click().await
}

/// None when the page moved under the hand.
fn done(acted: WebDriverResult<()>) -> Option<()> {
    match acted {
        Ok(()) => Some(()),
        Err(error) if is_gone(&error) => None,
        Err(error) => panic!("{error}"),
    }
}

fn is_gone(error: &WebDriverError) -> bool {
    use WebDriverErrorInner::{ElementClickIntercepted, ElementNotInteractable, NoSuchElement, StaleElementReference};
    matches!(
        error.as_inner(),
        ElementClickIntercepted(_) | ElementNotInteractable(_) | NoSuchElement(_) | StaleElementReference(_)
    )
}

/// A string in an XPath, whatever quotes it has.
fn literal(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}
