//! Asking for a place in the Plex Home: against the simulated plex.tv, and in the words by which Plex may refuse one.

use poem::Response;

use super::plex_sharing::Bench;
use super::plex_tv::{token, world};
use super::{class_of, html, say};
use crate::domain::fault::{Answer, FaultClass};
use crate::domain::invite::home::{HomeAnswer, HomeRefusal};
use crate::domain::people::home;
use crate::domain::sharing::Routes;

fn v1(code: u16, said: &str) -> Response {
    say(code, "application/xml", format!(r#"<Response code="{code}" status="{said}"/>"#))
}

/// What is made of an answer like this, and that it was asked for once.
async fn answered(answer: impl Fn() -> Response + Send + Sync + 'static) -> Answer<HomeAnswer> {
    let (upstream, plex_tv) = world(move |_| answer()).await;
    let made = plex_tv.invite_home(&token(), "friend-two@example.com").await;
    let seen = upstream.only();
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/api/home/users"));
    assert_eq!((seen.query.as_str(), seen.body.as_str()), ("invitedEmail=friend-two%40example.com", ""));
    assert_eq!((seen.header("x-plex-token"), seen.header("content-length")), ("FAKE-TOKEN", "0"));
    made
}

#[tokio::test]
async fn an_account_is_asked_once_and_says_yes_itself_unless_it_is_taken_back() {
    let bench = Bench::new().await;
    let (client, casper) = (bench.client(Routes::Auto), bench.account("casper.holm"));
    let ask = async |who: &str| client.invite_home(&bench.token, who).await.unwrap();
    assert_eq!(ask("casper@example.org").await, HomeAnswer::Sent);
    let friends = client.friends(&bench.token).await.unwrap();
    let invites = client.invites(&bench.token).await.unwrap().unwrap();
    let members = client.home_users(&bench.token).await.unwrap();
    assert!(home::is_asked(&friends, None, casper) && home::is_asked(&[], Some(&invites), casper));
    assert!(invites.iter().any(|one| one.home && !one.server && one.id == casper.to_string()));
    assert!(!home::is_in(&members, casper));
    assert!(
        friends.iter().all(|one| home::counts(one, &members, Some(&invites)) == home::is_in(&members, one.account.id))
    );
    assert_eq!(ask("Casper.Holm").await, HomeAnswer::Sent, "by the name, and once more");
    client.stop_home_invite(&bench.token, casper).await.unwrap();
    let friends = client.friends(&bench.token).await.unwrap();
    assert!(!home::is_asked(&friends, None, casper), "taken back");
    client.stop_home_invite(&bench.token, casper).await.unwrap();
    assert_eq!(ask("casper.holm").await, HomeAnswer::Sent, "and anew");
    assert!(bench.tv.accept_home(casper) && !bench.tv.accept_home(casper));
    assert!(home::is_in(&client.home_users(&bench.token).await.unwrap(), casper));
    assert!(bench.tv.journal().no_token_in_addresses());
}

#[tokio::test]
async fn what_stands_in_the_way_is_told_apart() {
    let bench = Bench::new().await;
    let (client, casper) = (bench.client(Routes::Auto), bench.account("casper.holm"));
    let why = async |who: &str| match client.invite_home(&bench.token, who).await.unwrap() {
        HomeAnswer::Refused { why, said } => {
            assert!(said.is_some_and(|said| !said.is_empty()));
            why
        }
        HomeAnswer::Sent => panic!("{who} is asked"),
    };
    assert_eq!(why("nobody@example.org").await, HomeRefusal::Unknown);
    bench.tv.house().write(|house| house.other_homes.push(casper));
    assert_eq!(why("casper.holm").await, HomeRefusal::OtherHome);
    bench.tv.house().write(|house| {
        house.other_homes.clear();
        house.accounts.iter_mut().filter(|one| one.id == casper).for_each(|one| one.confirmed = false);
    });
    assert_eq!(why("casper.holm").await, HomeRefusal::Unverified);
    bench.tv.house().write(|house| {
        house.accounts.iter_mut().for_each(|one| one.confirmed = true);
        let owner = house.owner_id;
        house.accounts.iter_mut().filter(|one| one.id == owner).for_each(|one| one.plex_pass = false);
    });
    assert_eq!(why("casper.holm").await, HomeRefusal::NeedsPass);
    bench.tv.house().write(|house| {
        for number in 0..15 {
            let id = house.add_account(&format!("cousin{number}"), &format!("cousin{number}@example.org")).id;
            house.home_invites.push(id);
        }
    });
    assert_eq!(why("casper.holm").await, HomeRefusal::Full);
}

#[tokio::test]
async fn refusals_are_told_by_their_words_then_by_their_status() {
    for (code, words, wanted) in [
        (400, "Your home is full", HomeRefusal::Full),
        (422, "You have reached the LIMIT of 15 home users", HomeRefusal::Full),
        (403, "Plex Pass required", HomeRefusal::NeedsPass),
        (400, "User is already in a different home", HomeRefusal::OtherHome),
        (400, "User is already a member of a Plex Home", HomeRefusal::OtherHome),
        (400, "Email must be verified", HomeRefusal::Unverified),
        (400, "Unable to find user", HomeRefusal::Unknown),
        (404, "Not found", HomeRefusal::Unknown),
        (410, "This endpoint was deprecated and removed", HomeRefusal::Closed),
        (404, "The requested resource or endpoint could not be found", HomeRefusal::Closed),
        (400, "Computer says no", HomeRefusal::Other),
    ] {
        let made = answered(move || v1(code, words)).await;
        let wanted = HomeAnswer::Refused { why: wanted, said: Some(words.to_owned()) };
        assert_eq!(made, Ok(wanted), "{code} {words}");
    }
    let silent = HomeAnswer::Refused { why: HomeRefusal::Closed, said: None };
    assert_eq!(answered(|| say(405, "text/plain", "")).await, Ok(silent));
    assert_eq!(answered(|| v1(400, "This user was invited already")).await, Ok(HomeAnswer::Sent));
}

#[tokio::test]
async fn what_may_pass_is_no_refusal() {
    for code in [429, 500, 503] {
        assert_eq!(class_of(answered(move || html(code, "")).await), FaultClass::Transient, "{code}");
    }
    assert_eq!(class_of(answered(|| html(200, "<html>Sign in</html>")).await), FaultClass::Transient);
    assert_eq!(class_of(answered(|| v1(401, "Invalid authentication token.")).await), FaultClass::Auth);
}

#[tokio::test]
async fn what_is_taken_back_is_named_with_what_it_is_about() {
    let (upstream, plex_tv) = world(|_| say(204, "text/plain", "")).await;
    plex_tv.stop_home_invite(&token(), 12_345).await.unwrap();
    let seen = upstream.only();
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("DELETE", "/api/invites/requested/12345"));
    assert_eq!(seen.query, "friend=0&server=0&home=1");
    for (code, class) in [(410, FaultClass::Missing), (503, FaultClass::Transient), (400, FaultClass::Permanent)] {
        let (_upstream, plex_tv) = world(move |_| v1(code, "No")).await;
        assert_eq!(class_of(plex_tv.stop_home_invite(&token(), 12_345).await), class, "{code}");
    }
    let (_upstream, plex_tv) = world(|_| html(200, "<html>Sign in</html>")).await;
    assert_eq!(class_of(plex_tv.stop_home_invite(&token(), 12_345).await), FaultClass::Transient);
}
