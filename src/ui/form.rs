//! Forms: label above, help below, error beside the field in words that say what to do, all tied together. Typed values
//! come back after an error; secrets never do.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::icon::{Icon, small};

/// What is wrong with a form, by the name of the field. The name "" is for the form as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<(String, String)>);

impl Errors {
    pub fn add(&mut self, name: impl Into<String>, words: impl Into<String>) {
        self.0.push((name.into(), words.into()));
    }

    pub fn one(name: impl Into<String>, words: impl Into<String>) -> Self {
        Self(vec![(name.into(), words.into())])
    }

    /// Those of a form whose fields stand in this order, so that the first one that is wrong has the focus.
    pub fn in_order(mut fields: BTreeMap<String, String>, order: &[&str]) -> Self {
        let mut errors = Self::default();
        for name in order {
            if let Some(words) = fields.remove(*name) {
                errors.add(*name, words);
            }
        }
        fields.into_values().for_each(|words| errors.add("", words));
        errors
    }

    pub fn of(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(at, _)| at == name).map(|(_, words)| words.as_str())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of the first field that is wrong.
    fn first(&self) -> Option<&str> {
        self.0.first().map(|(name, _)| name.as_str())
    }

    /// The one for the form as a whole, as an alert; nothing when there is none.
    pub fn alert(&self) -> Markup {
        html! { @if let Some(words) = self.of("") { (super::alert::note(super::Kind::Bad, Icon::Alert, words)) } }
    }
}

impl From<BTreeMap<String, String>> for Errors {
    fn from(fields: BTreeMap<String, String>) -> Self {
        Self(fields.into_iter().collect())
    }
}

/// `Field::new("url", "Address").value(&typed).help("…").errors(&errors).mono().input("url")`
#[derive(Debug, Clone, Copy, Default)]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    id: Option<&'a str>,
    value: &'a str,
    help: Option<&'a str>,
    error: Option<&'a str>,
    placeholder: Option<&'a str>,
    autocomplete: Option<&'a str>,
    maxlength: Option<u16>,
    optional: bool,
    required: bool,
    mono: bool,
    autofocus: bool,
    /// Something is wrong with the form; the first field with an error has the focus.
    troubled: bool,
}

impl<'a> Field<'a> {
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self { name, label, ..Self::default() }
    }

    /// For a page with two fields of one name; else the id is the name.
    pub fn id(self, id: &'a str) -> Self {
        Self { id: Some(id), ..self }
    }

    pub fn value(self, value: &'a str) -> Self {
        Self { value, ..self }
    }

    pub fn help(self, help: &'a str) -> Self {
        Self { help: Some(help), ..self }
    }

    /// Takes this field's error from those of the form.
    pub fn errors(self, errors: &'a Errors) -> Self {
        let troubled = !errors.is_empty();
        let autofocus = if troubled { errors.first() == Some(self.name) } else { self.autofocus };
        Self { error: errors.of(self.name), troubled, autofocus, ..self }
    }

    /// An example of what to type; never a label.
    pub fn placeholder(self, example: &'a str) -> Self {
        Self { placeholder: Some(example), ..self }
    }

    pub fn autocomplete(self, hint: &'a str) -> Self {
        Self { autocomplete: Some(hint), ..self }
    }

    pub fn maxlength(self, chars: u16) -> Self {
        Self { maxlength: Some(chars), ..self }
    }

    /// Says "(if you like)".
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Addresses and keys, letter by letter.
    pub fn mono(self) -> Self {
        Self { mono: true, ..self }
    }

    pub fn autofocus(self) -> Self {
        Self { autofocus: self.autofocus || !self.troubled, ..self }
    }

    pub fn text(self) -> Markup {
        self.input("text", None)
    }

    pub fn email(self) -> Markup {
        self.input("email", None)
    }

    /// An address; a text field, for the browser's own check knows no bare host names.
    pub fn url(self) -> Markup {
        self.mono().input("text", Some("url"))
    }

    /// A day and an hour on the wall of the house.
    pub fn moment(self) -> Markup {
        self.input("datetime-local", None)
    }

    /// A day of the house.
    pub fn date(self) -> Markup {
        self.input("date", None)
    }

    pub fn number(self) -> Markup {
        self.input("text", Some("numeric"))
    }

    /// `hint` is "current-password" or "new-password". What was typed does not come back.
    pub fn password(self, hint: &'a str) -> Markup {
        Self { value: "", autocomplete: Some(hint), ..self }.input("password", None)
    }

    /// A key or token; `kept` says that there is one already: "kept, ends in 4f2a".
    pub fn secret(self, kept: Option<&'a str>) -> Markup {
        let placeholder = kept.or(self.placeholder);
        Self { placeholder, ..self }.mono().password("new-password")
    }

    pub fn textarea(self) -> Markup {
        self.around(html! {
            textarea.input id=(self.key()) name=(self.name) placeholder=[self.placeholder] maxlength=[self.maxlength]
                required[self.required] autofocus[self.autofocus] aria-invalid=[self.invalid()]
                aria-describedby=[self.described()] { (self.value) }
        })
    }

    /// The choice whose value is the field's is chosen.
    pub fn select(self, choices: &[Choice<'_>]) -> Markup {
        self.around(html! {
            select.select id=(self.key()) name=(self.name) required[self.required] autofocus[self.autofocus]
                aria-invalid=[self.invalid()] aria-describedby=[self.described()] {
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == self.value] disabled[choice.disabled] {
                        (choice.label)
                    }
                }
            }
        })
    }

    /// One of few, as radio buttons with a line of explanation each.
    pub fn options(self, choices: &[Choice<'_>]) -> Markup {
        let chosen = choices.iter().position(|choice| choice.value == self.value).unwrap_or_default();
        html! {
            fieldset id=(self.key()) aria-describedby=[self.described()] {
                legend { (self.label) }
                div.options {
                    @for (at, choice) in choices.iter().enumerate() {
                        label.option {
                            input.check type="radio" name=(self.name) value=(choice.value)
                                checked[choice.value == self.value] disabled[choice.disabled]
                                autofocus[self.autofocus && at == chosen];
                            span { (choice.label) @if !choice.help.is_empty() { small { (choice.help) } } }
                        }
                    }
                }
                (self.below())
            }
        }
    }

    fn input(self, kind: &str, mode: Option<&str>) -> Markup {
        self.around(html! {
            input class=(if self.mono { "input mono" } else { "input" }) type=(kind) id=(self.key()) name=(self.name)
                value=[(kind != "password").then_some(self.value)] placeholder=[self.placeholder] inputmode=[mode]
                autocomplete=[self.autocomplete] maxlength=[self.maxlength] required[self.required]
                autofocus[self.autofocus] aria-invalid=[self.invalid()] aria-describedby=[self.described()];
        })
    }

    fn around(self, control: Markup) -> Markup {
        html! {
            div.field {
                label for=(self.key()) {
                    (self.label) @if self.optional { " " span.muted { "(if you like)" } }
                }
                (control)
                (self.below())
            }
        }
    }

    fn below(&self) -> Markup {
        html! {
            @if let Some(error) = self.error {
                p.error id=(format!("{}-error", self.key())) { (small(Icon::Alert)) (error) }
            }
            @if let Some(help) = self.help { p.help id=(format!("{}-help", self.key())) { (help) } }
        }
    }

    fn key(&self) -> &'a str {
        self.id.unwrap_or(self.name)
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.map(|_| "true")
    }

    fn described(&self) -> Option<String> {
        let ids: Vec<String> = [self.error.map(|_| "error"), self.help.map(|_| "help")]
            .into_iter()
            .flatten()
            .map(|part| format!("{}-{part}", self.key()))
            .collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// One of the choices of a select or of options.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub label: &'a str,
    pub help: &'a str,
    pub disabled: bool,
}

impl<'a> Choice<'a> {
    pub fn new(value: &'a str, label: &'a str) -> Self {
        Self { value, label, ..Self::default() }
    }

    pub fn help(self, help: &'a str) -> Self {
        Self { help, ..self }
    }
}

/// Several ticks or rows that belong together; what is wrong with them is said below. `name` is that of the field.
pub fn several(name: &str, legend: &str, help: &str, errors: &Errors, body: Markup) -> Markup {
    let help = Some(help).filter(|help| !help.is_empty());
    let field = Field { help, ..Field::new(name, legend).errors(errors) };
    html! {
        fieldset id=(name) aria-describedby=[field.described()] {
            legend { (legend) }
            div.stack-2 { div { (body) } (field.below()) }
        }
    }
}

/// A tick with words; `help` may be empty.
pub fn check(name: &str, value: &str, label: &str, help: &str, checked: bool) -> Markup {
    toggle("check", name, value, label, help, checked)
}

/// One of the groups to choose from: id, name, and titles of what it carries.
pub fn group_check((id, name, titles): &(String, String, Vec<String>), chosen: &[String]) -> Markup {
    check("groups", id, name, &titles.join(", "), chosen.contains(id))
}

/// A tick for something that is on or off.
pub fn switch(name: &str, value: &str, label: &str, help: &str, on: bool) -> Markup {
    toggle("switch", name, value, label, help, on)
}

fn toggle(class: &str, name: &str, value: &str, label: &str, help: &str, on: bool) -> Markup {
    html! {
        label.option {
            input class=(class) type="checkbox" name=(name) value=(value) checked[on];
            span { (label) @if !help.is_empty() { small { (help) } } }
        }
    }
}

pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// A form with its fields stacked; `end` are its buttons.
pub fn form(action: &str, fields: Markup, end: Markup) -> Markup {
    html! { form.form method="post" action=(action) { (fields) div.form-end { (end) } } }
}

/// One choice of a toolbar: `about` is its label, said and not seen, for a toolbar is one line.
pub fn narrow(name: &str, about: &str, choices: &[Choice<'_>], chosen: &str) -> Markup {
    html! {
        select.select name=(name) aria-label=(about) {
            @for choice in choices { option value=(choice.value) selected[choice.value == chosen] { (choice.label) } }
        }
    }
}

/// The search field of a list, with whatever else narrows it; a GET, so it stays in the address.
pub fn toolbar(action: &str, name: &str, value: &str, about: &str, more: Markup) -> Markup {
    html! {
        form.toolbar action=(action) role="search" aria-label=(about) {
            div.search {
                (super::icon::icon(Icon::Search))
                input type="search" name=(name) value=(value) placeholder=(about) aria-label=(about) autocomplete="off"
                    maxlength="200";
            }
            (more)
            (super::Button::new("Show").submit())
        }
    }
}
