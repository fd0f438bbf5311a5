//! How a mail is put: one clear sentence, one button, a way to stop such mails. Text and HTML from the same words.
//! Colours stand here as literals because mail programs read no style sheet.

use maud::{DOCTYPE, Markup, html};

use crate::domain::notice::{MembershipNotice, RequestNotice};
use crate::ui::format;

pub mod access_requests;
pub mod accounts;

/// Everything a mail about a request says.
#[derive(Debug, Clone)]
pub struct RequestMail {
    pub notice: RequestNotice,
    /// "Kestrel (2026)" or "Orrery, season 2".
    pub title: String,
    pub asker: String,
    /// Who decided, for approvals and refusals.
    pub decider: Option<String>,
    /// The reader asked for it; else they follow it, or decide.
    pub is_asker: bool,
    pub reason: Option<String>,
    pub note: Option<String>,
    /// The request's page; none while Usherr has no public address.
    pub link: Option<String>,
    pub unsubscribe: Option<String>,
    pub house: String,
}

/// A mail about a membership.
#[derive(Debug, Clone)]
pub struct MembershipMail {
    pub notice: MembershipNotice,
    /// Whose it is.
    pub name: String,
    /// "20 Mar 2027"; none is without end.
    pub last_day: Option<String>,
    /// That day is past.
    pub is_over: bool,
    /// "in 7 days", "tomorrow".
    pub left: String,
    pub link: Option<String>,
    pub unsubscribe: Option<String>,
    pub house: String,
}

/// What every mail is made of.
pub struct Mail {
    pub subject: String,
    pub sentence: String,
    pub quote: Option<String>,
    pub button: &'static str,
    /// Where the button leads; none while Usherr has no public address.
    pub link: Option<String>,
    /// Another way on, and where it leads.
    pub other: Option<(&'static str, String)>,
    pub unsubscribe: Option<String>,
    pub house: String,
}

pub struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
    pub unsubscribe: Option<String>,
}

impl Mail {
    pub fn written(self) -> Written {
        Written {
            text: text(&self),
            html: page(&self).into_string(),
            subject: self.subject,
            unsubscribe: self.unsubscribe,
        }
    }
}

pub fn request(mail: &RequestMail) -> Written {
    let quote = match mail.notice {
        RequestNotice::Asked => mail.note.clone(),
        RequestNotice::Declined => mail.reason.clone(),
        RequestNotice::Approved | RequestNotice::Ready => None,
    };
    let button = match mail.notice {
        RequestNotice::Asked => "Decide",
        RequestNotice::Approved | RequestNotice::Declined => "See the request",
        RequestNotice::Ready => "Watch it",
    };
    let whole = Mail {
        subject: subject(mail),
        sentence: sentence(mail),
        quote,
        button,
        link: mail.link.clone(),
        other: None,
        unsubscribe: mail.unsubscribe.clone(),
        house: mail.house.clone(),
    };
    whole.written()
}

pub fn membership(mail: &MembershipMail) -> Written {
    let (name, house) = (&mail.name, &mail.house);
    let until =
        mail.last_day.as_ref().map_or_else(|| "without end".to_owned(), |day| format!("until the end of {day}"));
    let (subject, sentence, button) = match mail.notice {
        MembershipNotice::Ending => (
            format!("Your time on {house} ends {}", mail.left),
            format!("You can watch on {house} {until}; if you would like to stay, ask for more."),
            "Ask to stay longer",
        ),
        MembershipNotice::Ended => (
            format!("Your time on {house} has ended"),
            format!(
                "Your membership of {house} is over, so its libraries are gone from your Plex; if you come back, all is as it was."
            ),
            "Ask to come back",
        ),
        MembershipNotice::Asked if mail.is_over => {
            let ended = mail.last_day.as_ref().map_or_else(|| "is over".to_owned(), |day| format!("ended on {day}"));
            let sentence = format!("{name} asks to come back. Their membership {ended}.");
            (format!("{name} asks to come back"), sentence, "Decide")
        }
        MembershipNotice::Asked => (
            format!("{name} asks to stay longer"),
            format!("{name}, who may watch {until}, would like to stay longer and waits for a yes or a no."),
            "Decide",
        ),
        MembershipNotice::Extended => {
            (format!("You can stay on {house}"), format!("Yes: you can watch on {house} {until}."), "See your account")
        }
        MembershipNotice::Declined if mail.is_over => (
            format!("You asked to come back to {house}"),
            format!("You asked to come back to {house}. The answer is no for now."),
            "See your account",
        ),
        MembershipNotice::Declined => (
            format!("Your time on {house} stays as it is"),
            format!("You asked to stay longer on {house}; for now it stays as it is, {until}."),
            "See your account",
        ),
    };
    let whole = Mail {
        subject,
        sentence,
        quote: None,
        button,
        link: mail.link.clone(),
        other: None,
        unsubscribe: mail.unsubscribe.clone(),
        house: house.clone(),
    };
    whole.written()
}

fn subject(mail: &RequestMail) -> String {
    let title = &mail.title;
    match mail.notice {
        RequestNotice::Asked => format!("{} asks for {title}", mail.asker),
        RequestNotice::Approved => format!("{title} was approved"),
        RequestNotice::Declined => format!("{title} was declined"),
        RequestNotice::Ready => format!("{title} is ready"),
    }
}

fn sentence(mail: &RequestMail) -> String {
    let title = &mail.title;
    let whose = if mail.is_asker { "Your request".to_owned() } else { format!("{}’s request", mail.asker) };
    let by = mail.decider.as_deref().map(|name| format!(" by {name}")).unwrap_or_default();
    match mail.notice {
        RequestNotice::Asked => format!("{} would like to see {title} and waits for a yes or a no.", mail.asker),
        RequestNotice::Approved => {
            format!("{whose} for {title} was approved{by}; we tell you when it can be watched.")
        }
        RequestNotice::Declined => format!("{whose} for {title} was declined{by}."),
        RequestNotice::Ready => format!("{title} is on {} now: enjoy.", mail.house),
    }
}

fn text(mail: &Mail) -> String {
    let mut lines = vec![mail.sentence.clone()];
    if let Some(words) = &mail.quote {
        lines.push(format::quoted(words));
    }
    if let Some(link) = &mail.link {
        lines.push(format!("{}:\n{link}", mail.button));
    }
    if let Some((words, link)) = &mail.other {
        lines.push(format!("{words}:\n{link}"));
    }
    let mut foot = format!("-- \n{}", mail.house);
    if let Some(link) = &mail.unsubscribe {
        foot.push_str(&format!("\nNo more mails like this: {link}"));
    }
    lines.push(foot);
    lines.join("\n\n") + "\n"
}

const FONT: &str = "font-family:Helvetica,Arial,sans-serif";

fn page(mail: &Mail) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (mail.subject) }
            }
            body style=(format!("margin:0;background:#f6f2ea;color:#281e19;{FONT}")) {
                div style="display:none;max-height:0;overflow:hidden" { (mail.sentence) }
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" {
                    tr { td align="center" style="padding:24px 12px" {
                        table role="presentation" width="600" cellpadding="0" cellspacing="0"
                            style="max-width:600px;width:100%;background:#fdfcf8;border-radius:16px" {
                            tr { td style=(format!("padding:28px 32px 8px;font-size:17px;line-height:1.5;{FONT}")) { (mail.sentence) } }
                            @if let Some(words) = &mail.quote {
                                tr { td style=(format!("padding:8px 32px;font-size:15px;line-height:1.5;color:#4f443c;{FONT}")) { (format::quoted(words)) } }
                            }
                            @if let Some(link) = &mail.link { (way_on(link, mail.button)) }
                            @if let Some((words, link)) = &mail.other { (other_way(link, words)) }
                            (foot(mail))
                        }
                    } }
                }
            }
        }
    }
}

fn way_on(link: &str, button: &str) -> Markup {
    html! {
        tr { td style="padding:16px 32px 8px" {
            table role="presentation" cellpadding="0" cellspacing="0" { tr {
                td bgcolor="#a34c13" style="border-radius:8px" {
                    a href=(link) style=(format!("display:inline-block;padding:12px 24px;color:#fffbf6;font-weight:bold;font-size:15px;text-decoration:none;{FONT}")) { (button) }
                }
            } }
        } }
        tr { td style=(format!("padding:4px 32px;font-size:13px;line-height:1.5;color:#655a52;{FONT}")) {
            "Or open " a href=(link) style="color:#a34c13" { (link) }
        } }
    }
}

fn other_way(link: &str, words: &str) -> Markup {
    html! {
        tr { td style=(format!("padding:12px 32px 4px;font-size:15px;line-height:1.5;{FONT}")) {
            a href=(link) style="color:#a34c13;font-weight:bold" { (words) }
        } }
    }
}

fn foot(mail: &Mail) -> Markup {
    html! {
        tr { td style=(format!("padding:20px 32px 28px;font-size:13px;line-height:1.5;color:#655a52;{FONT}")) {
            (mail.house)
            @if let Some(link) = &mail.unsubscribe {
                " · " a href=(link) style="color:#655a52" { "No more mails like this" }
            }
        } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(notice: RequestNotice) -> RequestMail {
        RequestMail {
            notice,
            title: "Kestrel (2026)".to_owned(),
            asker: "Priya <Raman>".to_owned(),
            decider: Some("Mara".to_owned()),
            is_asker: true,
            reason: Some("We have <two> of these.".to_owned()),
            note: None,
            link: Some("https://usherr.example.org/requests/7".to_owned()),
            unsubscribe: Some("https://usherr.example.org/unsubscribe/abc".to_owned()),
            house: "The Back Row".to_owned(),
        }
    }

    #[test]
    fn every_notice_has_a_sentence_a_button_and_a_way_to_stop() {
        for notice in RequestNotice::ALL {
            let written = request(&mail(*notice));
            assert!(written.subject.contains("Kestrel"), "{}", written.subject);
            assert!(written.text.contains("https://usherr.example.org/requests/7"), "{}", written.text);
            assert!(written.text.contains("/unsubscribe/abc") && written.html.contains("/unsubscribe/abc"));
            assert!(!written.html.contains("<script"), "no scripts in mails");
        }
    }

    #[test]
    fn what_people_typed_stays_text() {
        let written = request(&mail(RequestNotice::Declined));
        assert!(written.html.contains("We have &lt;two&gt; of these."));
        assert!(written.text.contains("“We have <two> of these.”"));
    }

    #[test]
    fn without_a_public_address_there_is_no_link() {
        let mut bare = mail(RequestNotice::Ready);
        bare.link = None;
        bare.unsubscribe = None;
        let written = request(&bare);
        assert!(!written.html.contains("href"), "{}", written.html);
    }

    fn about(notice: MembershipNotice) -> MembershipMail {
        MembershipMail {
            notice,
            name: "Priya <Raman>".to_owned(),
            last_day: Some("20 Mar 2027".to_owned()),
            is_over: false,
            left: "in 7 days".to_owned(),
            link: Some("https://usherr.example.org/membership/abc".to_owned()),
            unsubscribe: Some("https://usherr.example.org/unsubscribe/abc".to_owned()),
            house: "The Back Row".to_owned(),
        }
    }

    #[test]
    fn every_mail_about_a_membership_says_one_thing_and_where_to_go() {
        for notice in MembershipNotice::ALL {
            let written = membership(&about(*notice));
            assert!(written.text.contains("https://usherr.example.org/membership/abc"), "{}", written.text);
            assert!(written.text.contains("/unsubscribe/abc") && written.html.contains("/unsubscribe/abc"));
            assert!(!written.html.contains("<Raman>"), "{}", written.html);
            assert!(written.subject.chars().count() < 60, "{}", written.subject);
        }
        assert_eq!(membership(&about(MembershipNotice::Ending)).subject, "Your time on The Back Row ends in 7 days");
        let over = |notice| membership(&MembershipMail { is_over: true, ..about(notice) });
        let asked = over(MembershipNotice::Asked);
        assert_eq!(asked.subject, "Priya <Raman> asks to come back");
        let said = "Priya <Raman> asks to come back. Their membership ended on 20 Mar 2027.";
        assert!(asked.text.starts_with(said), "{}", asked.text);
        let no = over(MembershipNotice::Declined);
        assert_eq!(no.subject, "You asked to come back to The Back Row");
        let said = "You asked to come back to The Back Row. The answer is no for now.";
        assert!(no.text.starts_with(said), "{}", no.text);
        let open = MembershipMail { last_day: None, ..about(MembershipNotice::Extended) };
        assert!(membership(&open).text.starts_with("Yes: you can watch on The Back Row without end."));
    }
}
