//! Mails about access requests: to those who decide, and to whoever asks.

use super::{Mail, Written};
use crate::domain::access_request::AccessRequest;

/// Where the ways lead, and how to stop such mails.
pub struct Ways {
    pub approve: String,
    pub decline: String,
    pub unsubscribe: Option<String>,
}

/// To somebody who decides; without ways while Usherr has no public address.
pub fn asked(one: &AccessRequest, house: &str, ways: Option<Ways>) -> Written {
    let (name, email) = (&one.name, &one.email);
    let (link, other, unsubscribe) = match ways {
        Some(ways) => (Some(ways.approve), Some(("Decline", ways.decline)), ways.unsubscribe),
        None => (None, None, None),
    };
    let mail = Mail {
        subject: format!("{name} asks to be let in"),
        sentence: format!("{name} ({email}) asks to be let in to {house} and waits for a yes or a no."),
        quote: Some(one.message.clone()).filter(|words| !words.is_empty()),
        button: "Approve",
        link,
        other,
        unsubscribe,
        house: house.to_owned(),
    };
    mail.written()
}

/// What whoever asks is to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The address is to be confirmed by this link.
    Confirm(String),
    /// Somebody with this address can sign in, here.
    IsIn(String),
    /// This address has asked already.
    Waits,
    /// It is a no, for this reason.
    Declined(Option<String>),
}

pub fn reply(name: &str, house: &str, reply: Reply) -> Written {
    let nothing = "If that wasn’t you, there is nothing to do.";
    let (subject, sentence, button, link, quote) = match reply {
        Reply::Confirm(link) => (
            format!("Is this your address? {house} asks"),
            format!(
                "{name} asked with this address to be let in to {house}; say within two days that it is yours. {nothing}"
            ),
            "Yes, it is mine",
            Some(link),
            None,
        ),
        Reply::IsIn(link) => (
            format!("You are in already: {house}"),
            format!(
                "Somebody asked with this address to be let in to {house}, and you are in already: just sign in. {nothing}"
            ),
            "Sign in",
            Some(link),
            None,
        ),
        Reply::Waits => (
            format!("{house} has your request already"),
            format!(
                "Your request to be let in to {house} is there and waits for a yes or a no; you need not ask again. {nothing}"
            ),
            "",
            None,
            None,
        ),
        Reply::Declined(reason) => (
            format!("Your request to {house} was declined"),
            format!("You asked to be let in to {house}; for now the answer is no."),
            "",
            None,
            reason,
        ),
    };
    Mail { subject, sentence, quote, button, link, other: None, unsubscribe: None, house: house.to_owned() }.written()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access_request::tests::request;

    #[test]
    fn who_decides_reads_what_was_typed_and_has_both_ways() {
        let one = AccessRequest { name: "Nadia <Berg>".to_owned(), message: "Hi & hello".to_owned(), ..request() };
        let ways = Ways {
            approve: "https://usherr.example.org/ask/approve/a.b".to_owned(),
            decline: "https://usherr.example.org/ask/decline/c.d".to_owned(),
            unsubscribe: Some("https://usherr.example.org/unsubscribe/e".to_owned()),
        };
        let mail = asked(&one, "The Back Row", Some(ways));
        assert_eq!(mail.subject, "Nadia <Berg> asks to be let in");
        for part in ["/ask/approve/a.b", "/ask/decline/c.d", "/unsubscribe/e"] {
            assert!(mail.text.contains(part) && mail.html.contains(part), "{part}");
        }
        assert!(mail.html.contains("Nadia &lt;Berg&gt;") && mail.html.contains("Hi &amp; hello"));
        assert!(!asked(&one, "The Back Row", None).html.contains("href"));
    }

    #[test]
    fn who_asks_reads_one_thing() {
        let link = "https://usherr.example.org/login".to_owned();
        let replies = [
            (Reply::Confirm(link.clone()), "Is this your address? The Back Row asks", true),
            (Reply::IsIn(link), "You are in already: The Back Row", true),
            (Reply::Waits, "The Back Row has your request already", false),
            (Reply::Declined(Some("Full.".to_owned())), "Your request to The Back Row was declined", false),
        ];
        for (what, subject, has_link) in replies {
            let mail = reply("Nadia", "The Back Row", what);
            assert_eq!((mail.subject.as_str(), mail.html.contains("/login")), (subject, has_link));
        }
        assert!(reply("Nadia", "The Back Row", Reply::Declined(Some("Full.".to_owned()))).text.contains("“Full.”"));
    }
}
