//! What a name, a sign-in name and a password must be, and who may give which role to whom. Words are for the form.

use std::collections::BTreeMap;

use super::{Actor, Person, Role};
use crate::domain::text::one_line;

pub const MOST_NAME: usize = 100;
pub const MOST_USERNAME: usize = 50;
pub const LEAST_PASSWORD: usize = 8;
pub const MOST_PASSWORD: usize = 200;

/// A local sign-in that may be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    pub name: String,
    pub username: String,
    pub email: Option<String>,
}

/// A local sign-in as typed, or everything that is wrong with it, by field. The words also say which field they are about,
/// for the command line.
pub fn sign_in(
    typed_name: &str,
    typed_username: &str,
    typed_email: &str,
    typed_password: &str,
) -> Result<SignIn, BTreeMap<String, String>> {
    let checked =
        (name(typed_name), username(typed_username), email(typed_email), password(typed_password, typed_username));
    if let (Ok(name), Ok(username), Ok(email), Ok(())) = checked {
        return Ok(SignIn { name, username, email });
    }
    let (name, username, email, password) = checked;
    let wrong =
        [("name", name.err()), ("username", username.err()), ("email", email.err()), ("password", password.err())];
    Err(wrong.into_iter().filter_map(|(field, words)| Some((field.to_owned(), words?))).collect())
}

/// The name others see. Any writing, any sign; only not empty and not endless.
pub fn name(typed: &str) -> Result<String, String> {
    let name = one_line(typed);
    match name.chars().count() {
        0 => Err("Write the name that others see.".to_owned()),
        1..=MOST_NAME => Ok(name),
        _ => Err(format!("Shorten the name to {MOST_NAME} characters.")),
    }
}

/// The sign-in name, in lower case.
fn username(typed: &str) -> Result<String, String> {
    let name = typed.trim().to_lowercase();
    if !(2..=MOST_USERNAME).contains(&name.chars().count()) {
        return Err(format!("Choose a sign-in name of 2 to {MOST_USERNAME} characters."));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '@')) {
        return Err("In the sign-in name use only the letters a to z, digits, and . _ - + @".to_owned());
    }
    Ok(name)
}

/// A sign-in name that somebody chooses for themselves. One that looks like a mail address must be theirs, or it would stand
/// in the way of whoever signs in with that address.
pub fn own_username(typed: &str, own_email: Option<&str>) -> Result<String, String> {
    let name = username(typed)?;
    if name.contains('@') && own_email != Some(name.as_str()) {
        return Err("With an @ in it, a sign-in name can only be your own mail address.".to_owned());
    }
    Ok(name)
}

/// A mail address; nothing typed is no address. Whether mail arrives there, only mail can tell.
pub fn email(typed: &str) -> Result<Option<String>, String> {
    let address = typed.trim().to_lowercase();
    if address.is_empty() {
        return Ok(None);
    }
    let parts = address.rsplit_once('@');
    let plain = address.len() <= 254
        && !address.chars().any(|c| c.is_whitespace() || c.is_control() || "<>(),;:\"\\[]".contains(c));
    match parts {
        Some((local, host)) if plain && !local.is_empty() && host.contains('.') && !host.starts_with('.') => {
            Ok(Some(address))
        }
        _ => Err("Write a whole mail address, such as ana@example.org, or leave it empty.".to_owned()),
    }
}

/// What a sign-in name must be, for whoever is about to choose one.
pub fn username_in_words() -> String {
    format!("2 to {MOST_USERNAME} characters: the letters a to z, digits, and . _ - +")
}

/// What a password must be, for whoever is about to choose one.
pub fn password_in_words() -> String {
    format!("At least {LEAST_PASSWORD} characters, not only blanks, and not your sign-in name.")
}

/// An address that has to be there.
pub fn address(typed: &str) -> Result<String, String> {
    let none = || "Write a whole mail address, such as ana@example.org.".to_owned();
    email(typed).map_err(|_| none())?.ok_or_else(none)
}

pub fn password(typed: &str, username: &str) -> Result<(), String> {
    match typed.chars().count() {
        n if n < LEAST_PASSWORD => Err(format!("Choose a password of at least {LEAST_PASSWORD} characters.")),
        n if n > MOST_PASSWORD => Err(format!("Shorten the password to {MOST_PASSWORD} characters.")),
        _ if typed.trim().is_empty() => Err("Choose a password that is more than blanks.".to_owned()),
        _ if typed.to_lowercase() == username.trim().to_lowercase() => {
            Err("Choose another password than the sign-in name.".to_owned())
        }
        _ => Ok(()),
    }
}

/// The roles that somebody may give to people.
pub fn roles_to_give(actor: &Actor) -> &'static [Role] {
    match actor.role {
        Role::Admin => Role::ALL,
        Role::Moderator => &[Role::Viewer, Role::Requester],
        _ => &[],
    }
}

/// Whether this one may change that one's role at all.
pub fn may_change_role(actor: &Actor, person: &Person) -> bool {
    !person.is_owner && roles_to_give(actor).contains(&person.role)
}

/// Admins are for admins to change, whatever it is about.
pub fn may_touch(actor: &Actor, person: &Person) -> bool {
    actor.role.is_admin() || (actor.role.may_decide() && !person.role.is_admin() && !person.is_owner)
}

/// Whether this one may know where that one is signed in: who may end it may, and who reads everything.
pub fn may_see_sessions(actor: &Actor, person: &Person) -> bool {
    actor.role.sees_settings() || may_touch(actor, person)
}

/// Of two who are to become one: the one on Plex stays, else the first. Who stays, and who becomes part of them.
pub fn who_stays(one: Person, other: Person) -> (Person, Person) {
    if one.plex_id.is_none() && other.plex_id.is_some() { (other, one) } else { (one, other) }
}

/// Decides whether two become one; the role is the higher of both.
pub fn merge(actor: &Actor, kept: &Person, gone: &Person) -> Result<Role, String> {
    if kept.id == gone.id {
        return Err("Choose somebody else.".to_owned());
    }
    if let Some(invited) = [kept, gone].iter().find(|person| person.plex_id.is_none() && person.username.is_none()) {
        return Err(format!("{} was invited and has not come yet. Merge them when they have.", invited.name));
    }
    if let Some(removed) = [kept, gone].iter().find(|person| person.removed_at.is_some()) {
        return Err(format!("{} was removed from Usherr. Take them in again first.", removed.name));
    }
    if gone.plex_id.is_some() {
        return Err("Both have a Plex account. Two accounts stay two people.".to_owned());
    }
    let gives = roles_to_give(actor);
    if !gives.contains(&kept.role) || !gives.contains(&gone.role) {
        return Err("Only an admin merges people with these roles.".to_owned());
    }
    match (kept.role, gone.role) {
        (kept, gone) if kept == gone => Ok(kept),
        (Role::Admin, _) | (_, Role::Admin) => Ok(Role::Admin),
        (Role::Auditor, _) | (_, Role::Auditor) => {
            Err("A checker asks for nothing and decides nothing. Give both the same role first.".to_owned())
        }
        (Role::Moderator, _) | (_, Role::Moderator) => Ok(Role::Moderator),
        (Role::Requester, _) | (_, Role::Requester) => Ok(Role::Requester),
        _ => Ok(Role::Viewer),
    }
}

/// Decides about a new role. `other_admins` are the admins who would remain.
pub fn change_role(actor: &Actor, person: &Person, to: Role, other_admins: i64) -> Result<(), String> {
    if person.is_owner && to != Role::Admin {
        return Err(format!("{} owns the Plex server and stays an admin.", person.name));
    }
    if !roles_to_give(actor).contains(&person.role) {
        return Err(format!("{} is beyond what a helper may change. Ask an admin.", person.name));
    }
    if !roles_to_give(actor).contains(&to) {
        return Err("Only an admin can give this role.".to_owned());
    }
    if person.role.is_admin() && !to.is_admin() && other_admins == 0 {
        return Err(format!("{} is the last admin. Make somebody else an admin first.", person.name));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::group::Rights;
    use crate::domain::ids::PersonId;
    use crate::domain::people::{KeyScope, Reach, Sees, Theme};

    fn person(role: Role, is_owner: bool) -> Person {
        Person {
            id: PersonId(1),
            name: "Ana".to_owned(),
            email: None,
            username: None,
            has_password: false,
            role,
            plex_id: None,
            plex_username: None,
            thumb: None,
            is_owner,
            home: false,
            restricted: false,
            limits_kept_at: None,
            theme: Theme::System,
            gone_at: None,
            removed_at: None,
            last_seen_at: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn actor(role: Role) -> Actor {
        let reach = Reach { rights: Rights::USUAL, sees: Sees::Nothing, ceiling: None };
        person(role, false).actor(reach, None, KeyScope::Admin)
    }

    #[test]
    fn a_sign_in_name_is_short_plain_and_lower_case() {
        assert_eq!(username(" Ana.K-1@x_y "), Ok("ana.k-1@x_y".to_owned()));
        assert_eq!(username("ana+tv@example.org"), Ok("ana+tv@example.org".to_owned()));
        for bad in ["", "a", "ana kovac", "änä", "a\u{202e}b", "ana/1", &"a".repeat(51)] {
            assert!(username(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nobody_takes_the_address_of_another_as_a_sign_in_name() {
        assert_eq!(own_username("Ana", None), Ok("ana".to_owned()));
        assert_eq!(own_username("Ana@Example.org", Some("ana@example.org")), Ok("ana@example.org".to_owned()));
        assert!(
            own_username("mara@example.org", Some("ana@example.org")).is_err() && own_username("a@b", None).is_err()
        );
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_by_field() {
        let right = sign_in(" Ana ", "ANA", "", "correct horse").unwrap();
        assert_eq!(right, SignIn { name: "Ana".to_owned(), username: "ana".to_owned(), email: None });
        let wrong = sign_in("", "a b", "ana", "short").unwrap_err();
        assert_eq!(wrong.keys().map(String::as_str).collect::<Vec<_>>(), ["email", "name", "password", "username"]);
        assert!(sign_in("Ana", "ana-kovac", "", " ANA-kovac").is_ok());
        assert_eq!(sign_in("Ana", "ana-kovac", "", "ANA-kovac").unwrap_err().len(), 1);
    }

    #[test]
    fn a_name_is_any_writing_but_not_empty() {
        assert_eq!(name("  Ana \t Kovač 🎬 "), Ok("Ana Kovač 🎬".to_owned()));
        assert_eq!(name("مرحبا"), Ok("مرحبا".to_owned()));
        assert!(name(" \u{a0}\n").is_err());
        assert!(name(&"é".repeat(100)).is_ok());
        assert!(name(&"é".repeat(101)).is_err());
    }

    #[test]
    fn a_password_is_long_enough_and_not_the_name() {
        assert!(password("correct horse", "ana").is_ok());
        assert!(password("seven77", "ana").is_err());
        assert!(password("        ", "ana").is_err() && password("\u{a0}\u{3000}\t      ", "ana").is_err());
        assert!(password(" a  b  c ", "ana").is_ok());
        assert!(password("ANAKOVAC", "anakovac").is_err());
        assert!(password(&"x".repeat(200), "ana").is_ok());
        assert!(password(&"x".repeat(201), "ana").is_err());
    }

    #[test]
    fn an_address_is_whole_or_not_there() {
        assert_eq!(email("  "), Ok(None));
        assert_eq!(email("Ana@Example.org"), Ok(Some("ana@example.org".to_owned())));
        for bad in ["ana", "@example.org", "ana@", "a b@example.org", "ana@host", "a@b.c\r\nbcc:x", "<a@b.cd>"] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn admins_are_for_admins_to_touch() {
        let (admin, helper) = (actor(Role::Admin), actor(Role::Moderator));
        assert!(may_touch(&admin, &person(Role::Admin, true)) && may_touch(&helper, &person(Role::Moderator, false)));
        assert!(!may_touch(&helper, &person(Role::Admin, false)) && !may_touch(&helper, &person(Role::Viewer, true)));
        assert!(!may_touch(&actor(Role::Auditor), &person(Role::Viewer, false)));
        let sees = |role: Role, of: Role| may_see_sessions(&actor(role), &person(of, false));
        assert!(sees(Role::Moderator, Role::Viewer) && !sees(Role::Moderator, Role::Admin));
        assert!(sees(Role::Auditor, Role::Admin) && !sees(Role::Requester, Role::Viewer));
    }

    #[test]
    fn two_become_one_where_one_has_no_plex_account() {
        let one = |id: i64, role: Role, plex_id: Option<i64>| {
            let username = plex_id.is_none().then(|| "ana".to_owned());
            Person { id: PersonId(id), plex_id, username, ..person(role, false) }
        };
        let (admin, helper) = (actor(Role::Admin), actor(Role::Moderator));
        let (plex, local) = (one(1, Role::Viewer, Some(7)), one(2, Role::Requester, None));
        assert_eq!(who_stays(local.clone(), plex.clone()), (plex.clone(), local.clone()));
        assert_eq!(merge(&helper, &plex, &local), Ok(Role::Requester));
        assert!(merge(&admin, &plex, &plex).is_err() && merge(&admin, &plex, &one(3, Role::Viewer, Some(8))).is_err());
        assert!(merge(&admin, &plex, &Person { username: None, ..local.clone() }).is_err(), "has not come yet");
        assert!(merge(&helper, &plex, &one(3, Role::Moderator, None)).is_err());
        assert_eq!(merge(&admin, &one(3, Role::Moderator, None), &local), Ok(Role::Moderator));
        assert!(merge(&admin, &one(3, Role::Auditor, None), &local).is_err());
        assert_eq!(merge(&admin, &one(3, Role::Auditor, None), &one(4, Role::Admin, None)), Ok(Role::Admin));
    }

    #[test]
    fn roles_change_only_as_far_as_the_one_who_changes_them_reaches() {
        let (admin, helper) = (actor(Role::Admin), actor(Role::Moderator));
        assert!(change_role(&admin, &person(Role::Requester, false), Role::Auditor, 1).is_ok());
        assert!(change_role(&admin, &person(Role::Admin, false), Role::Viewer, 1).is_ok());
        assert!(change_role(&admin, &person(Role::Admin, false), Role::Viewer, 0).is_err(), "the last admin");
        assert!(change_role(&admin, &person(Role::Admin, true), Role::Viewer, 3).is_err(), "the owner");
        assert!(change_role(&helper, &person(Role::Viewer, false), Role::Requester, 1).is_ok());
        assert!(change_role(&helper, &person(Role::Viewer, false), Role::Moderator, 1).is_err());
        assert!(change_role(&helper, &person(Role::Admin, false), Role::Viewer, 1).is_err());
        assert!(change_role(&helper, &person(Role::Auditor, false), Role::Viewer, 1).is_err());
        assert!(change_role(&actor(Role::Auditor), &person(Role::Viewer, false), Role::Requester, 1).is_err());
    }
}
