//! What a handler gives back: a whole page, or the fragment of one. `web` turns either into a response.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::assets::{Asset, LOGO};
use super::frame::{Frame, Place, Theme};
use super::layout;
use super::toast::{self, Toast};

/// A page with its frame. `whole` answers a plain visit; `part` answers htmx, which swaps it into `#main`.
#[derive(Debug, Clone)]
pub struct Page {
    title: String,
    frame: Frame,
    shape: Shape,
    query: String,
    refresh: Option<u16>,
    toasts: Vec<Toast>,
    body: Markup,
}

#[derive(Debug, Clone)]
enum Shape {
    /// Side bar, top bar, bottom bar.
    Framed(Place),
    /// Wordmark, marquee, sheet.
    Plain { wide: bool, lit: bool },
}

/// Part of a page that htmx swaps in, with what changes elsewhere (toasts, counts) out of band.
#[derive(Debug, Clone)]
pub struct Fragment(pub Markup);

impl Fragment {
    /// Says that it is done, beside what the fragment shows.
    pub fn toast(self, toast: &Toast) -> Self {
        Self(html! { (self.0) (toast::out_of_band(toast)) })
    }

    /// Adds anything else that finds its own place: `layout::counts`, an `hx-partial`.
    pub fn and(self, more: Markup) -> Self {
        Self(html! { (self.0) (more) })
    }
}

impl Page {
    /// A page within the frame; `body` is what stands in `<main>`.
    pub fn new(frame: &Frame, place: Place, title: impl Into<String>, body: Markup) -> Self {
        Self::with(frame, Shape::Framed(place), title.into(), body)
    }

    /// A page without frame: sign-in, wizard, error. `body` is what stands on the sheet.
    pub fn plain(frame: &Frame, title: impl Into<String>, body: Markup) -> Self {
        Self::with(frame, Shape::Plain { wide: false, lit: true }, title.into(), body)
    }

    fn with(frame: &Frame, shape: Shape, title: String, body: Markup) -> Self {
        let frame = frame.clone();
        Self { title, frame, shape, query: String::new(), refresh: None, toasts: Vec::new(), body }
    }

    /// A plain page for more than a few fields (the wizard).
    pub fn wide(mut self) -> Self {
        if let Shape::Plain { wide, .. } = &mut self.shape {
            *wide = true;
        }
        self
    }

    /// A plain page where something is wrong: the marquee is dark.
    pub fn dark(mut self) -> Self {
        if let Shape::Plain { lit, .. } = &mut self.shape {
            *lit = false;
        }
        self
    }

    /// What stands in the search field of the top bar.
    pub fn searched(mut self, query: &str) -> Self {
        query.clone_into(&mut self.query);
        self
    }

    /// Where scripts don't run, the page is loaded again after that many seconds.
    pub fn refresh(mut self, seconds: u16) -> Self {
        self.refresh = Some(seconds);
        self
    }

    /// What was done by the form that led here.
    pub fn toast(mut self, toast: Toast) -> Self {
        self.toasts.push(toast);
        self
    }

    pub fn whole(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" data-theme=[self.theme()] {
                head { (self.head()) }
                body {
                    a.skip href="#main" { "Skip to the page" }
                    @match &self.shape {
                        Shape::Framed(place) => (layout::framed(&self.frame, *place, &self.query, &self.body)),
                        Shape::Plain { wide, lit } => (self.sheet(*wide, *lit)),
                    }
                    (toast::region(&self.toasts))
                }
            }
        }
    }

    /// The content of `<main>` with the title, for a swap into `#main`.
    pub fn part(&self) -> Markup {
        html! {
            title { (self.full_title()) }
            (self.body)
            @for toast in &self.toasts { (toast::out_of_band(toast)) }
        }
    }

    fn head(&self) -> Markup {
        let links = &self.frame.links;
        let schemes = self.theme().unwrap_or("dark light");
        html! {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            meta name="color-scheme" content=(schemes);
            meta name="htmx-config" content=(HTMX_CONFIG);
            title { (self.full_title()) }
            link rel="icon" href=(links.asset(Asset::Mark)) type="image/svg+xml";
            link rel="stylesheet" href=(links.asset(Asset::Styles));
            script src=(links.asset(Asset::Htmx)) defer {}
            script src=(links.asset(Asset::App)) type="module" {}
            @if let Some(seconds) = self.refresh { noscript { meta http-equiv="refresh" content=(seconds); } }
        }
    }

    fn sheet(&self, wide: bool, lit: bool) -> Markup {
        html! {
            main.plain #main tabindex="-1" {
                (wordmark(&self.frame))
                hr class=(if lit { "marquee" } else { "marquee off" });
                div class=(if wide { "sheet wide stack-8" } else { "sheet stack-8" }) { (self.body) }
            }
        }
    }

    fn full_title(&self) -> String {
        format!("{} · Usherr", self.title)
    }

    fn theme(&self) -> Option<&'static str> {
        match self.frame.theme {
            Theme::System => None,
            chosen => Some(chosen.as_str()),
        }
    }
}

/// No injected style sheet (the policy forbids it); going back loads the page anew; a stream that does not answer in
/// five seconds is left to polling; what comes in leaves an open menu, and a row with a form opened in it, as they are.
const HTMX_CONFIG: &str = r#"{"includeIndicatorCSS":false,"history":"reload","sse":{"connectTimeout":5000},"morphSkip":".menu[open],.reveal[open],.rows>li:has(>.stack>form)"}"#;

/// The wordmark as a link home. Colours come from the style sheet, so it follows the theme.
pub(super) fn wordmark(frame: &Frame) -> Markup {
    let drawing = LOGO.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</svg>")).map_or("", |(inner, _)| inner);
    html! {
        a.wordmark href=(frame.links.to("/")) aria-label="Usherr, home" {
            svg viewBox="0 0 86 28" aria-hidden="true" { (PreEscaped(drawing)) }
        }
    }
}
