//! Mails about the way into one's own account: no unsubscribing from those.

use super::{Mail, Written};

#[derive(Debug, Clone)]
pub struct AccountMail {
    pub story: Story,
    /// Where the button leads; none while Usherr has no public address.
    pub link: Option<String>,
    pub house: String,
}

/// What there is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Story {
    Reset {
        username: String,
    },
    /// A new password was asked for by somebody who has none here.
    ByPlex,
    /// And they may choose one.
    Register,
    PasswordSet,
    MailConfirmation,
    /// The same, where the address is somebody else's.
    MailTaken,
    MailObjection {
        new: String,
    },
}

pub fn account(mail: &AccountMail) -> Written {
    let (house, link) = (mail.house.clone(), mail.link.clone());
    let (subject, sentence, button) = words(&mail.story, &house);
    Mail { subject, sentence, quote: None, button, link, other: None, unsubscribe: None, house }.written()
}

fn words(story: &Story, house: &str) -> (String, String, &'static str) {
    match story {
        Story::Reset { username } => (
            format!("A new password for {house}"),
            format!(
                "Somebody, you we hope, asked for a new password for {username} on {house}; within an hour you can choose one. If it was not you, do nothing: your password stays."
            ),
            "Choose a password",
        ),
        Story::ByPlex => (
            format!("How you sign in to {house}"),
            format!(
                "Somebody, you we hope, asked for a new password for your account on {house}. You have none here: you sign in with your Plex account, and plex.tv helps with its password."
            ),
            "Sign in with Plex",
        ),
        Story::Register => (
            format!("A password for {house}"),
            format!(
                "Somebody, you we hope, asked for a new password for your account on {house}. You have none here: you sign in with Plex. If you would like one beside that, within an hour you can choose it."
            ),
            "Choose a password",
        ),
        Story::PasswordSet => (
            format!("Your password for {house} has changed"),
            format!(
                "Your password for {house} has changed, and where you were signed in before, you are signed out. If it was not you, choose another one now."
            ),
            "Choose another password",
        ),
        Story::MailConfirmation => (
            format!("Is this your address for {house}?"),
            format!(
                "Somebody, you we hope, wants mails of {house} to come to this address; within a day you can say yes. If it was not you, do nothing."
            ),
            "Yes, use this address",
        ),
        Story::MailTaken => (
            format!("Your address is known to {house}"),
            format!(
                "Somebody wanted mails of {house} to come to this address, which belongs to another account there: nothing was changed. If that account is yours, sign in with it."
            ),
            "Sign in",
        ),
        Story::MailObjection { new } => (
            format!("Another address for {house}?"),
            format!(
                "Somebody, you we hope, wants mails of {house} to come to {new} from now on. If it was not you, keep your address, and choose another password."
            ),
            "Keep my address",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_about_an_account_has_one_button_and_no_way_to_stop_it() {
        let name = || "<ana>".to_owned();
        let stories = [
            Story::Reset { username: name() },
            Story::ByPlex,
            Story::Register,
            Story::PasswordSet,
            Story::MailConfirmation,
            Story::MailTaken,
            Story::MailObjection { new: name() },
        ];
        for story in stories {
            let link = Some("https://usherr.example.org/login/abc".to_owned());
            let written = account(&AccountMail { story, link, house: "The Back Row".to_owned() });
            assert!(written.text.contains("https://usherr.example.org/login/abc"), "{}", written.text);
            assert!(written.unsubscribe.is_none() && !written.text.contains("No more mails"), "{}", written.text);
            assert!(!written.html.contains("<ana>"), "{}", written.html);
            assert!(written.subject.contains("The Back Row") && written.subject.chars().count() < 60);
        }
    }
}
