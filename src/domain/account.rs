//! Links in mails by which somebody gets at their own account: what they are signed for, and what they are about. Each is
//! bound to how things stood when it was made, and is good for nothing once they have changed.

/// For a new password. `mark` tells the password that it replaces from any other.
pub mod reset {
    use chrono::TimeDelta;

    use crate::domain::ids::PersonId;

    pub const PURPOSE: &str = "password reset";
    pub const WORKS: TimeDelta = TimeDelta::hours(1);
    /// Who asks more often gets one mail.
    pub const AGAIN: TimeDelta = TimeDelta::minutes(5);

    pub fn about(person: PersonId, mark: &str) -> String {
        format!("{person}:{mark}")
    }

    pub fn read(about: &str) -> Option<(PersonId, String)> {
        let (person, mark) = about.split_once(':')?;
        Some((person.parse().ok()?, mark.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;

    #[test]
    fn a_link_is_about_one_person_and_one_password() {
        assert_eq!(reset::read(&reset::about(PersonId(7), "ab12")), Some((PersonId(7), "ab12".to_owned())));
        assert_eq!([reset::read("7"), reset::read(":ab12"), reset::read("x:ab12")], [None, None, None]);
    }
}
