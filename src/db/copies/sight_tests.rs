//! Who sees what: by role, by shares, by groups and grants, and up to which age.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::db::home_tests::{self, house, item, now};
use crate::db::{Tx, copies, fresh, grants, groups, libraries, people, shelves, titles};
use crate::domain::access::when::When;
use crate::domain::catalog::{ExternalIds, MediaKind, PlexItem};
use crate::domain::group::{Group, Rule};
use crate::domain::ids::ServerId;
use crate::domain::people::Role;
use crate::domain::request::Stage;

fn settings() -> Settings {
    Settings::new(chrono_tz::UTC)
}

fn person(tx: &mut Tx<'_>, name: &str, role: Role, plex_id: Option<i64>) -> Outcome<PersonId> {
    let new = people::NewPerson { plex_id, ..people::NewPerson::local(name, name, role) };
    people::add(tx, &new, now())
}

fn acting(tx: &mut Tx<'_>, id: PersonId) -> Outcome<Sight> {
    let person = people::get(tx, id)?.unwrap();
    let actor = person.actor(rights::of(tx, &settings(), &person, now())?, None, KeyScope::Read);
    sight(tx, &actor)
}

/// What others read of somebody, made sure to be what they see themselves, alone or among others.
fn seen_of(tx: &mut Tx<'_>, id: PersonId) -> Outcome<Sight> {
    let person = people::get(tx, id)?.unwrap();
    let sight = sight_of_person(tx, &person, &settings(), now())?;
    let at_once = sights(tx, &[&person], &settings(), now())?;
    assert_eq!(at_once[&id], sight, "{}", person.name);
    let (theirs, acting) = (seen(tx, &sight)?, acting(tx, id)?);
    let acting = seen(tx, &acting)?;
    assert_eq!((theirs.libraries, theirs.age), (acting.libraries, acting.age), "{}", person.name);
    Ok(sight)
}

fn opened_to(tx: &mut Tx<'_>, id: PersonId) -> Outcome<Vec<i64>> {
    Ok(seen_of(tx, id)?.libraries.unwrap().iter().map(|id| id.0).collect())
}

#[tokio::test]
async fn sight_is_what_was_shared_and_accepted() {
    let (_database, db) = house().await;
    db.write(|tx| {
        let local = person(tx, "local", Role::Viewer, None)?;
        let guest = person(tx, "guest", Role::Requester, Some(5))?;
        let stranger = person(tx, "stranger", Role::Requester, Some(6))?;
        let admin = person(tx, "admin", Role::Admin, None)?;
        home_tests::share(tx, guest, &[LibraryId(2)], now())?;
        assert_eq!(opened_to(tx, local)?, [3], "the default library");
        assert_eq!(opened_to(tx, guest)?, [2]);
        assert_eq!(opened_to(tx, stranger)?, [0_i64; 0]);
        assert_eq!(seen_of(tx, admin)?, Sight::EVERYTHING);
        let everybody = [local, guest, stranger, admin].map(|id| people::get(tx, id).unwrap().unwrap());
        let at_once = sights(tx, &everybody.each_ref(), &settings(), now())?;
        for person in &everybody {
            assert_eq!(at_once[&person.id], seen_of(tx, person.id)?, "{}", person.name);
        }
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn without_a_plex_account_groups_and_grants_open_libraries() {
    let (_database, db) = house().await;
    db.write(|tx| {
        let local = person(tx, "local", Role::Viewer, None)?;
        let guest = person(tx, "guest", Role::Viewer, Some(5))?;
        let films = Group { libraries: vec![LibraryId(1)], ..Group::new("Films") };
        let group = groups::save(tx, &films, now())?;
        assert_eq!(opened_to(tx, local)?, [3]);
        for who in [local, guest] {
            groups::join(tx, group, who, now())?;
        }
        assert_eq!(opened_to(tx, local)?, [1, 3]);
        assert_eq!(opened_to(tx, guest)?, [0_i64; 0], "that Plex has yet to be told");
        let over = When { until: Some(now() - chrono::TimeDelta::minutes(1)), ..When::default() };
        grants::add(tx, local, LibraryId(2), &over, None, "", now())?;
        assert_eq!(opened_to(tx, local)?, [1, 3]);
        grants::allow(tx, local, LibraryId(2), None, "", now())?;
        assert_eq!(opened_to(tx, local)?, [1, 2, 3]);
        for library in [LibraryId(1), LibraryId(3)] {
            grants::exclude(tx, local, library, None, now())?;
        }
        assert_eq!(opened_to(tx, local)?, [2, 3], "the default library can't be withheld");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_strictest_ceiling_holds_whoever_does_not_see_everything() {
    let (_database, db) = house().await;
    db.write(|tx| {
        let viewer = Rule::Role(Role::Viewer);
        for (name, ceiling, rules) in
            [("Young", Some(12), vec![viewer]), ("Younger", Some(6), vec![viewer]), ("All", None, vec![viewer])]
        {
            groups::save(tx, &Group { ceiling, rules, ..Group::new(name) }, now())?;
        }
        let teens = groups::save(tx, &Group { ceiling: Some(16), ..Group::new("Teens") }, now())?;
        let child = person(tx, "child", Role::Viewer, None)?;
        let grown = person(tx, "grown", Role::Requester, None)?;
        let admin = person(tx, "admin", Role::Admin, None)?;
        groups::join(tx, teens, admin, now())?;
        assert_eq!(seen_of(tx, child)?.ceiling, Some(6));
        assert_eq!(seen_of(tx, grown)?.ceiling, None);
        groups::join(tx, teens, grown, now())?;
        assert_eq!(seen_of(tx, grown)?.ceiling, Some(16));
        assert_eq!(acting(tx, admin)?.ceiling, None);
        Ok(())
    })
    .await
    .unwrap();
}

fn rated(n: i64, rating: Option<&str>) -> PlexItem {
    let ids = ExternalIds { tmdb: Some(n), ..ExternalIds::default() };
    PlexItem {
        content_rating: rating.map(str::to_owned),
        ..item(&n.to_string(), MediaKind::Movie, ids, &format!("Film {n}"))
    }
}

#[tokio::test]
async fn a_ceiling_leaves_what_is_rated_for_it() {
    let (_database, db) = house().await;
    db.write(|tx| {
        let shelf = libraries::of_server(tx, ServerId(1))?.remove(0);
        let ratings = [Some("de/6"), Some("PG"), Some("R"), Some("NR"), None];
        let films: Vec<PlexItem> = (1..).zip(ratings).map(|(n, rating)| rated(n, rating)).collect();
        shelves::keep_items(tx, &shelf, &films, now())?;
        let mut shown = |ceiling: Option<u8>| {
            let sight = Sight { ceiling, ..Sight::of(vec![LibraryId(1)]) };
            let all: Vec<TitleId> = (1..=5).map(TitleId).collect();
            let mut new: Vec<i64> = fresh::newest(tx, &sight, 12)?.iter().map(|one| one.title.0).collect();
            let mut there: Vec<i64> = copies::of_titles(tx, &all, &sight)?.iter().map(|copy| copy.title.0).collect();
            let mut known: Vec<i64> = known(tx, &all, &sight)?.iter().map(|id| id.0).collect();
            [&mut new, &mut there, &mut known].into_iter().for_each(|ids| ids.sort_unstable());
            assert_eq!((&new, &there), (&known, &known));
            for id in &all {
                assert_eq!(copies::visible(tx, *id, &sight)?, known.contains(&id.0));
            }
            Ok::<_, crate::error::AppError>(known)
        };
        assert_eq!(shown(None)?, [1, 2, 3, 4, 5]);
        assert_eq!(shown(Some(18))?, [1, 2, 3]);
        assert_eq!(shown(Some(9))?, [1, 2]);
        assert_eq!(shown(Some(6))?, [1]);
        assert_eq!(shown(Some(0))?, [0_i64; 0]);
        // Plex thinks otherwise of it by now, and that alone has changed.
        shelves::keep_items(tx, &shelf, &[rated(3, Some("de/6"))], now())?;
        let sight = Sight { ceiling: Some(6), ..Sight::of(vec![LibraryId(1)]) };
        assert!(copies::visible(tx, TitleId(3), &sight)?);
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn whoever_sees_a_request_knows_of_its_title() {
    let (_database, db) = house().await;
    db.write(|tx| {
        let shelf = libraries::of_server(tx, ServerId(1))?.remove(0);
        shelves::keep_items(tx, &shelf, &[rated(1, Some("R"))], now())?;
        let awaited = titles::upsert_from_plex(tx, &rated(2, Some("R")), None, now())?;
        let (asker, friend) = (person(tx, "a", Role::Requester, None)?, person(tx, "f", Role::Requester, None)?);
        let request = home_tests::ask(tx, TitleId(1), MediaKind::Movie, asker, Stage::Ready, now())?;
        let mut knows = |who: Requests, ceiling: Option<u8>| {
            let sight = Sight { requests: who, ceiling, ..Sight::of(Vec::new()) };
            let known = known(tx, &[TitleId(1), awaited], &sight)?;
            Ok::<_, crate::error::AppError>((known.contains(&TitleId(1)), known.contains(&awaited)))
        };
        assert_eq!(knows(Requests::Own(asker), Some(6))?, (true, false));
        assert_eq!(knows(Requests::Own(friend), None)?, (false, true));
        assert_eq!(knows(Requests::All, Some(6))?, (true, false));
        home_tests::follow(tx, request, friend, now())?;
        let sight = Sight { requests: Requests::Own(friend), ..Sight::of(Vec::new()) };
        assert!(known(tx, &[TitleId(1)], &sight)?.contains(&TitleId(1)));
        assert!(!copies::visible(tx, TitleId(1), &sight)?, "but can't watch it");
        Ok(())
    })
    .await
    .unwrap();
}
