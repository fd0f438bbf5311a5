//! How a mail is put: one clear sentence, one button, a way to stop such mails. Text and HTML from the same words.
//! Colours stand here as literals because mail programs read no style sheet.

use maud::{DOCTYPE, Markup, html};

use crate::domain::notice::NoticeKind;
use crate::ui::format;

/// Everything a mail about a request says.
#[derive(Debug, Clone)]
pub struct RequestMail {
    pub notice: NoticeKind,
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

pub struct Written {
    pub subject: String,
    pub text: String,
    pub html: String,
}

pub fn request(mail: &RequestMail) -> Written {
    let sentence = sentence(mail);
    let quote = match mail.notice {
        NoticeKind::Asked => mail.note.as_deref(),
        NoticeKind::Declined => mail.reason.as_deref(),
        NoticeKind::Approved | NoticeKind::Ready => None,
    };
    let button = match mail.notice {
        NoticeKind::Asked => "Decide",
        NoticeKind::Approved | NoticeKind::Declined => "See the request",
        NoticeKind::Ready => "Watch it",
    };
    Written {
        subject: subject(mail),
        text: text(mail, &sentence, quote, button),
        html: page(mail, &sentence, quote, button).into_string(),
    }
}

fn subject(mail: &RequestMail) -> String {
    let title = &mail.title;
    match mail.notice {
        NoticeKind::Asked => format!("{} asks for {title}", mail.asker),
        NoticeKind::Approved => format!("{title} was approved"),
        NoticeKind::Declined => format!("{title} was declined"),
        NoticeKind::Ready => format!("{title} is ready"),
    }
}

fn sentence(mail: &RequestMail) -> String {
    let title = &mail.title;
    let whose = if mail.is_asker { "Your request".to_owned() } else { format!("{}’s request", mail.asker) };
    let by = mail.decider.as_deref().map(|name| format!(" by {name}")).unwrap_or_default();
    match mail.notice {
        NoticeKind::Asked => format!("{} would like to see {title} and waits for a yes or a no.", mail.asker),
        NoticeKind::Approved => {
            format!("{whose} for {title} was approved{by}; we tell you when it can be watched.")
        }
        NoticeKind::Declined => format!("{whose} for {title} was declined{by}."),
        NoticeKind::Ready => format!("{title} is on {} now: enjoy.", mail.house),
    }
}

fn text(mail: &RequestMail, sentence: &str, quote: Option<&str>, button: &str) -> String {
    let mut lines = vec![sentence.to_owned()];
    if let Some(words) = quote {
        lines.push(format::quoted(words));
    }
    if let Some(link) = &mail.link {
        lines.push(format!("{button}:\n{link}"));
    }
    let mut foot = format!("-- \n{}", mail.house);
    if let Some(link) = &mail.unsubscribe {
        foot.push_str(&format!("\nNo more mails like this: {link}"));
    }
    lines.push(foot);
    lines.join("\n\n") + "\n"
}

const FONT: &str = "font-family:Helvetica,Arial,sans-serif";

fn page(mail: &RequestMail, sentence: &str, quote: Option<&str>, button: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (subject(mail)) }
            }
            body style=(format!("margin:0;background:#f6f2ea;color:#281e19;{FONT}")) {
                div style="display:none;max-height:0;overflow:hidden" { (sentence) }
                table role="presentation" width="100%" cellpadding="0" cellspacing="0" {
                    tr { td align="center" style="padding:24px 12px" {
                        table role="presentation" width="600" cellpadding="0" cellspacing="0"
                            style="max-width:600px;width:100%;background:#fdfcf8;border-radius:16px" {
                            tr { td style=(format!("padding:28px 32px 8px;font-size:17px;line-height:1.5;{FONT}")) { (sentence) } }
                            @if let Some(words) = quote {
                                tr { td style=(format!("padding:8px 32px;font-size:15px;line-height:1.5;color:#4f443c;{FONT}")) { (format::quoted(words)) } }
                            }
                            @if let Some(link) = &mail.link { (way_on(link, button)) }
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

fn foot(mail: &RequestMail) -> Markup {
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

    fn mail(notice: NoticeKind) -> RequestMail {
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
        for notice in NoticeKind::ALL {
            let written = request(&mail(*notice));
            assert!(written.subject.contains("Kestrel"), "{}", written.subject);
            assert!(written.text.contains("https://usherr.example.org/requests/7"), "{}", written.text);
            assert!(written.text.contains("/unsubscribe/abc") && written.html.contains("/unsubscribe/abc"));
            assert!(!written.html.contains("<script"), "no scripts in mails");
        }
    }

    #[test]
    fn what_people_typed_stays_text() {
        let written = request(&mail(NoticeKind::Declined));
        assert!(written.html.contains("We have &lt;two&gt; of these."));
        assert!(written.text.contains("“We have <two> of these.”"));
    }

    #[test]
    fn without_a_public_address_there_is_no_link() {
        let mut bare = mail(NoticeKind::Ready);
        bare.link = None;
        bare.unsubscribe = None;
        let written = request(&bare);
        assert!(!written.html.contains("href"), "{}", written.html);
    }
}
