//! Mails about the way into one's own account: no unsubscribing from those.

use super::{Mail, Written};
use crate::domain::notice::AccountNotice;

#[derive(Debug, Clone)]
pub struct AccountMail {
    pub notice: AccountNotice,
    /// The name they sign in with; none where they have no password here.
    pub username: Option<String>,
    /// Where the button leads; none while Usherr has no public address.
    pub link: Option<String>,
    pub house: String,
}

pub fn account(mail: &AccountMail) -> Written {
    let house = &mail.house;
    let (subject, sentence, button) = match (mail.notice, &mail.username) {
        (AccountNotice::ResetAsked, Some(name)) => (
            format!("A new password for {house}"),
            format!(
                "Somebody, you we hope, asked for a new password for {name} on {house}; within an hour you can choose one. If it was not you, do nothing: your password stays."
            ),
            "Choose a password",
        ),
        (AccountNotice::ResetAsked, None) => (
            format!("How you sign in to {house}"),
            format!(
                "Somebody, you we hope, asked for a new password for your account on {house}. You have none here: you sign in with your Plex account, and plex.tv helps with its password."
            ),
            "Sign in with Plex",
        ),
        (AccountNotice::PasswordSet, _) => (
            format!("Your password for {house} has changed"),
            format!(
                "Your password for {house} has changed, and where you were signed in before, you are signed out. If it was not you, choose another one now."
            ),
            "Choose another password",
        ),
    };
    let link = mail.link.clone();
    Mail { subject, sentence, quote: None, button, link, unsubscribe: None, house: house.clone() }.written()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_about_an_account_has_one_button_and_no_way_to_stop_it() {
        for notice in AccountNotice::ALL {
            for username in [Some("<ana>".to_owned()), None] {
                let link = Some("https://usherr.example.org/login/abc".to_owned());
                let written =
                    account(&AccountMail { notice: *notice, username, link, house: "The Back Row".to_owned() });
                assert!(written.text.contains("https://usherr.example.org/login/abc"), "{}", written.text);
                assert!(written.unsubscribe.is_none() && !written.text.contains("No more mails"), "{}", written.text);
                assert!(!written.html.contains("<ana>"), "{}", written.html);
                assert!(written.subject.contains("The Back Row") && written.subject.chars().count() < 60);
            }
        }
    }
}
