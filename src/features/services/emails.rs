//! The mail that a connection test sends.

use maud::{DOCTYPE, html};

/// Subject, text and HTML of one mail.
pub struct Words {
    pub subject: &'static str,
    pub text: String,
    pub html: String,
}

const SENTENCE: &str = "This is the test mail from Usherr. It arrived, so notices about requests will, too.";

pub fn test() -> Words {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; title { "Usherr can send mail" } }
            body { p { (SENTENCE) } p { "There is nothing to do." } }
        }
    };
    Words {
        subject: "Usherr can send mail",
        text: format!("{SENTENCE}\n\nThere is nothing to do.\n"),
        html: html.into_string(),
    }
}
