//! One group: all that it carries as a form, and who is in it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{week, words};
use crate::domain::group::form::{MOST_NAME, MOST_NOTE, TypedGroup};
use crate::domain::group::{CEILINGS, Rule};
use crate::domain::ids::GroupId;
use crate::ui::badge::{Face, face};
use crate::ui::form::{Choice, Errors, Field, check, hidden, several};
use crate::ui::{Button, Frame, Icon, Page, Place, alert, button, card, format, stay};

pub struct Form {
    /// None of a new one.
    pub group: Option<Standing>,
    pub typed: TypedGroup,
    pub servers: Vec<Server>,
    /// Names of the other groups that guests of members are put into.
    pub for_guests: Vec<String>,
    pub quota_days: u32,
    pub errors: Errors,
    /// Others read only.
    pub may_write: bool,
}

/// A group as it is saved.
pub struct Standing {
    pub id: GroupId,
    /// Sent with the form, so that it is saved over nothing that was not seen.
    pub mark: String,
    pub name: String,
    /// Nothing stands before it, or after it.
    pub is_first: bool,
    pub is_last: bool,
    /// How many are in it.
    pub people: usize,
    /// The first of them.
    pub members: Vec<Member>,
}

pub struct Member {
    pub name: String,
    pub since: Option<DateTime<Utc>>,
    pub rules: Vec<Rule>,
    pub gone: bool,
}

pub struct Server {
    pub name: String,
    /// Title of the library that everybody has.
    pub default: Option<String>,
    pub libraries: Vec<Library>,
}

pub struct Library {
    pub id: String,
    pub title: String,
    /// "1,204 films"; may be empty.
    pub about: String,
}

const STAY: &str = "Whoever is put into it may stay";
const STAY_HELP: &str =
    "From then on. Who may stay longer already does, and “without end” leaves everybody as they are.";

/// So many stand beside the form; the others are one press away.
pub const MOST_MEMBERS: usize = 12;

pub fn group(frame: &Frame, form: &Form) -> Page {
    let title = form.group.as_ref().map_or("New group", |group| &group.name);
    let body = html! {
        (head(frame, form))
        @match &form.group {
            Some(group) => div.split { (fields(frame, form)) (aside(frame, form, group)) },
            None => (fields(frame, form)),
        }
    };
    Page::new(frame, Place::Groups, title.to_owned(), body)
}

fn head(frame: &Frame, form: &Form) -> Markup {
    match &form.group {
        Some(group) => {
            let sentence =
                format!("{}. Nothing changes on Plex before you have seen the plan.", words::people(group.people));
            html! {
                div.page-head {
                    div.line {
                        div.grow { h1 { bdi { (group.name) } } p { (sentence) } }
                        @if form.may_write { (menu(frame, group)) }
                    }
                }
            }
        }
        None => {
            card::page_head("New group", Some("People come into it once it is there, by hand or by rule."), html! {})
        }
    }
}

fn menu(frame: &Frame, group: &Standing) -> Markup {
    let at = |end: &str| frame.links.to(&format!("/admin/groups/{}/{end}", group.id));
    let like = frame.links.query("/admin/groups/new", &[("like", &group.id.to_string())]);
    button::menu(
        &group.name,
        html! {
            a href=(like) { (crate::ui::icon::icon(Icon::Copy)) "Duplicate" }
            form method="post" action=(at("move")) {
                @if !group.is_first {
                    button type="submit" name="to" value="up" { (crate::ui::icon::icon(Icon::Sort)) "Move up" }
                }
                @if !group.is_last {
                    button type="submit" name="to" value="down" { (crate::ui::icon::icon(Icon::Sort)) "Move down" }
                }
            }
            a href=(at("removal")) { (crate::ui::icon::icon(Icon::Trash)) "Delete" }
        },
    )
}

fn fields(frame: &Frame, form: &Form) -> Markup {
    let path = form.group.as_ref().map_or("new".to_owned(), |group| group.id.to_string());
    html! {
        form.form method="post" action=(frame.links.to(&format!("/admin/groups/{path}"))) {
            @if let Some(group) = &form.group { (hidden("seen", &group.mark)) }
            fieldset.form disabled[!form.may_write] {
                (form.errors.alert())
                (about(form))
                (libraries(form))
                (rights(form))
                (allowances(form))
                (when(frame, form))
                (who(form))
            }
            @if form.may_write { (end(frame)) }
        }
    }
}

fn end(frame: &Frame) -> Markup {
    html! {
        div.form-end.actions.dock {
            (Button::new("Save and see the plan").icon(Icon::Plan).primary().busy("Saving").submit())
            (Button::new("Back").quiet().link(&frame.links.to("/admin/groups")))
        }
    }
}

fn about(form: &Form) -> Markup {
    let (typed, errors) = (&form.typed, &form.errors);
    let ages: Vec<(String, String)> = CEILINGS.iter().map(|age| (age.to_string(), words::ceiling(*age))).collect();
    let mut choices = vec![Choice::new("", "No limit")];
    choices.extend(ages.iter().map(|(value, label)| Choice::new(value, label)));
    let (most_name, most_note) = (u16::try_from(MOST_NAME).ok(), u16::try_from(MOST_NOTE).ok());
    let name = Field::new("name", "Name").value(&typed.name).errors(errors).autocomplete("off").required();
    let note = Field::new("note", "Note").value(&typed.note).errors(errors).autocomplete("off").optional();
    html! {
        div.two {
            (most_name.map_or(name, |most| name.maxlength(most)).text())
            (Field::new("ceiling", "Age rating, at most").value(&typed.ceiling).errors(errors).select(&choices))
        }
        (most_note.map_or(note, |most| note.maxlength(most)).help("What it is for, in a line.").text())
    }
}

fn libraries(form: &Form) -> Markup {
    let several_servers = form.servers.len() > 1;
    let ticked = |library: &Library| form.typed.libraries.contains(&library.id);
    let body = html! {
        @for server in &form.servers {
            @if several_servers { p.small.soft { "On " bdi { (server.name) } } }
            @if server.libraries.is_empty() { p.small.muted { "There is no library to choose here yet." } } @else {
                div.options {
                    @for library in &server.libraries {
                        (check("libraries", &library.id, &library.title, &library.about, ticked(library)))
                    }
                }
            }
        }
    };
    several("libraries", "Libraries", &everybody_has(&form.servers), &form.errors, html! { div.stack-2 { (body) } })
}

/// "Lobby is the default library: everyone has it, and it can’t be taken away."
fn everybody_has(servers: &[Server]) -> String {
    let titles: BTreeSet<&str> = servers.iter().filter_map(|server| server.default.as_deref()).collect();
    let titles: Vec<&str> = titles.into_iter().collect();
    match titles.as_slice() {
        [] => String::new(),
        [title] => format!("{title} is the default library: everyone has it, and it can’t be taken away."),
        titles => {
            format!(
                "{} are the default libraries: everyone has them, and they can’t be taken away.",
                format::list(titles)
            )
        }
    }
}

fn rights(form: &Form) -> Markup {
    let typed = &form.typed;
    let body = html! {
        div.options {
            (check("movies", "yes", "Request films", "", typed.movies))
            (check("series", "yes", "Request series", "", typed.series))
            (check("four_k", "yes", "Request in 4K", "where there is a 4K instance", typed.four_k))
            (check("auto_approve", "yes", "Have requests approved at once", "nobody needs to decide", typed.auto_approve))
            (check("sees_requests", "yes", "See what others request", "", typed.sees_requests))
            (check("sync", "yes", "Download to a device", "", typed.sync))
            (check("camera_upload", "yes", "Upload from a camera", "", typed.camera_upload))
            (check("tuners", "yes", "Watch live TV", "", typed.tuners))
        }
    };
    several("may", "May", "Within what somebody’s role allows: a viewer requests nothing.", &form.errors, body)
}

fn allowances(form: &Form) -> Markup {
    let (typed, errors, days) = (&form.typed, &form.errors, form.quota_days);
    let (films, seasons) = (format!("Films in {days} days"), format!("Seasons in {days} days"));
    let guests = format!("Guests they may invite in {days} days");
    html! {
        fieldset {
            legend { "Allowance" }
            div.stack-2 {
                div.two {
                    (Field::new("movie_quota", &films).value(&typed.movie_quota).errors(errors).maxlength(10).number())
                    (Field::new("season_quota", &seasons).value(&typed.season_quota).errors(errors).maxlength(10).number())
                }
                p.help { "Leave a field empty for no limit." }
                div.two {
                    (Field::new("guests", &guests).value(&typed.guests).errors(errors).help(&guests_go_to(form)).maxlength(10).number())
                }
            }
        }
    }
}

/// Empty means none; and where guests would be put.
fn guests_go_to(form: &Form) -> String {
    let names: Vec<&str> = form.for_guests.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => "Empty is none. No other group is for guests yet: until one is, nobody can invite.".to_owned(),
        names => format!("Empty is none. Guests are put into {}.", format::list(names)),
    }
}

fn when(frame: &Frame, form: &Form) -> Markup {
    let (typed, errors) = (&form.typed.when, &form.errors);
    let help = format!("Empty is always. Hours are those of {}.", frame.clock.zone.name().replace('_', " "));
    html! {
        fieldset.form {
            legend { "When" }
            div.two.wide {
                (Field::new("from", "From").value(&typed.from).errors(errors).help(&help).moment())
                (Field::new("until", "Until").value(&typed.until).errors(errors).moment())
            }
            (week::week(typed, errors))
        }
    }
}

fn who(form: &Form) -> Markup {
    let typed = &form.typed;
    let rules: Vec<(String, String)> = Rule::ALL.iter().map(|rule| (rule.to_string(), rule.label())).collect();
    let body = html! {
        div.options {
            @for (word, label) in &rules { (check("rules", word, label, "", typed.rules.contains(word))) }
        }
    };
    let help = "One group is for them: this one takes the place of the one before.";
    let guests = "Whoever is in it invites nobody, whatever other groups let them.";
    html! {
        (several("rules", "Who is in it by rule", "Everybody else is put into it by hand.", &form.errors, body))
        (check("for_newcomers", "yes", "Newcomers are put into this group", help, typed.for_newcomers))
        (stay::fields(STAY, STAY_HELP, &typed.stay, &typed.last_day, &form.errors))
        (check("for_guests", "yes", "Guests whom members invite are put into this group", guests, typed.for_guests))
    }
}

fn aside(frame: &Frame, form: &Form, group: &Standing) -> Markup {
    let members = frame.links.to(&format!("/admin/groups/{}/members", group.id));
    let more = group.people - group.members.len();
    html! {
        aside.card.stack aria-label="People in this group" {
            h2 { "In this group" }
            @if group.members.is_empty() { p.soft { "Nobody yet." } }
            @for one in &group.members { (member(frame, one)) }
            @if more > 0 { p.small { a href=(members) { "And " (format::number(more as i64)) " more" } } }
            @if form.may_write { (Button::new("Add people").icon(Icon::Plus).small().link(&members)) }
            @else { (Button::new("Everybody").icon(Icon::Users).small().link(&members)) }
            (Button::new("See the plan").icon(Icon::Plan).quiet().small().link(&frame.links.to("/admin/plan")))
        }
    }
}

fn member(frame: &Frame, member: &Member) -> Markup {
    html! {
        div.line {
            (face(&member.name, Face::Small))
            div.grow {
                b.strong { bdi { (member.name) } }
                p.sub { (how(frame, member)) }
            }
        }
    }
}

/// How somebody came into the group.
fn how(frame: &Frame, member: &Member) -> Markup {
    html! {
        @match (member.rules.first(), member.since) {
            (_, Some(since)) => { "Since " (frame.clock.brief(since)) },
            (Some(rule), None) => { "By rule: " (format::lower(&rule.label())) },
            (None, None) => {},
        }
        @if member.gone { ", gone from Plex" }
    }
}

/// The group is gone since the form was opened.
pub fn gone(frame: &Frame, name: &str) -> Page {
    let words = html! {
        p { "Somebody deleted " @if name.is_empty() { "this group" } @else { bdi { (name) } } " meanwhile. Nothing was saved." }
    };
    let act = Button::new("To the groups").small().link(&frame.links.to("/admin/groups"));
    let body = html! {
        (card::page_head("This group is gone", None, html! {}))
        (alert::alert(crate::ui::Kind::Warn, Icon::Alert, words, act))
    };
    Page::new(frame, Place::Groups, "This group is gone", body)
}
