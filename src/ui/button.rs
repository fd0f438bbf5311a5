//! Buttons, and links that look like them. One primary a page; yes in a list is tonal; losing something is danger.

use maud::{Markup, html};

use super::icon::{self, Icon};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Tone {
    #[default]
    Plain,
    Primary,
    Tonal,
    Quiet,
    Danger,
}

/// `Button::new("Approve").icon(Icon::Check).tonal().small().value("do", "approve").submit()`
#[derive(Debug, Clone, Copy)]
pub struct Button<'a> {
    label: &'a str,
    icon: Option<Icon>,
    tone: Tone,
    small: bool,
    big: bool,
    extra: &'a str,
    name: Option<(&'a str, &'a str)>,
    busy: Option<&'a str>,
    formaction: Option<&'a str>,
    /// Nothing is checked before this one is sent (Back, Test).
    unchecked: bool,
}

impl<'a> Button<'a> {
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            icon: None,
            tone: Tone::Plain,
            small: false,
            big: false,
            extra: "",
            name: None,
            busy: None,
            formaction: None,
            unchecked: false,
        }
    }

    pub fn icon(self, icon: Icon) -> Self {
        Self { icon: Some(icon), ..self }
    }

    /// The page's one act.
    pub fn primary(self) -> Self {
        Self { tone: Tone::Primary, ..self }
    }

    /// A yes in a list.
    pub fn tonal(self) -> Self {
        Self { tone: Tone::Tonal, ..self }
    }

    /// A way out.
    pub fn quiet(self) -> Self {
        Self { tone: Tone::Quiet, ..self }
    }

    /// Losing something; the label names what.
    pub fn danger(self) -> Self {
        Self { tone: Tone::Danger, ..self }
    }

    pub fn small(self) -> Self {
        Self { small: true, ..self }
    }

    /// As wide as its sheet.
    pub fn big(self) -> Self {
        Self { big: true, ..self }
    }

    /// A utility class beside the button's own: "push", "full", "desk".
    pub fn class(self, class: &'a str) -> Self {
        Self { extra: class, ..self }
    }

    /// What the form sends when this button was pressed.
    pub fn value(self, name: &'a str, value: &'a str) -> Self {
        Self { name: Some((name, value)), ..self }
    }

    /// What it says while it works: "Sending".
    pub fn busy(self, label: &'a str) -> Self {
        Self { busy: Some(label), ..self }
    }

    /// Sends the form to another address than the form's own.
    pub fn to(self, address: &'a str) -> Self {
        Self { formaction: Some(address), ..self }
    }

    /// Sends the form without the browser checking its fields first.
    pub fn unchecked(self) -> Self {
        Self { unchecked: true, ..self }
    }

    pub fn submit(self) -> Markup {
        let (name, value) = self.name.unzip();
        html! {
            button class=(self.classes()) type="submit" name=[name] value=[value] formaction=[self.formaction]
                formnovalidate[self.unchecked] data-busy=[self.busy] { (self.face()) }
        }
    }

    pub fn link(self, href: &str) -> Markup {
        html! { a class=(self.classes()) href=(href) { (self.face()) } }
    }

    /// A link that opens its page as a dialog where scripts run, and as a page where they don't.
    pub fn dialog(self, href: &str) -> Markup {
        html! { a class=(self.classes()) href=(href) data-dialog { (self.face()) } }
    }

    fn face(&self) -> Markup {
        html! {
            @match self.icon { Some(icon) if self.small => (icon::small(icon)), Some(icon) => (icon::icon(icon)), None => "" }
            (self.label)
        }
    }

    fn classes(&self) -> String {
        let tone = match self.tone {
            Tone::Plain => "",
            Tone::Primary => "primary",
            Tone::Tonal => "tonal",
            Tone::Quiet => "quiet",
            Tone::Danger => "danger",
        };
        let on = |is: bool, class: &'static str| if is { class } else { "" };
        let is_wordy = self.label.chars().count() > MOST_IN_A_LINE;
        let parts = ["btn", tone, on(self.small, "small"), on(self.big, "big"), on(is_wordy, "wordy"), self.extra];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// A longer label, by somebody's long name, may break on a phone.
const MOST_IN_A_LINE: usize = 32;

/// A form that is nothing but its buttons; it works without scripts like every other.
pub fn post(action: &str, buttons: Markup) -> Markup {
    html! { form.cluster method="post" action=(action) { (buttons) } }
}

/// More acts behind three dots. `about` names the thing for those who can't see it; `acts` are links and buttons.
pub fn menu(about: &str, acts: Markup) -> Markup {
    html! {
        details.menu {
            summary.btn.square aria-label=(format!("More about {about}")) { (icon::icon(Icon::More)) }
            div { (acts) }
        }
    }
}
