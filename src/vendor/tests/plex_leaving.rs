//! Ending friendships and taking people out of the Home, against the simulated plex.tv.

use secrecy::SecretString;

use super::plex_sharing::Bench;
use crate::demo::fault::Fault as Broken;
use crate::domain::fault::FaultClass;
use crate::domain::sharing::Routes;

#[tokio::test]
async fn a_friendship_ends_once_and_again_is_as_good() {
    let bench = Bench::new().await;
    let (client, teo) = (bench.client(Routes::Auto), bench.account("teo"));
    for _ in 0..2 {
        client.end_friendship(&bench.token, teo).await.unwrap();
    }
    let left = bench.tv.house().read(|house| house.friends.contains(&teo) || house.share_of(teo).is_some());
    assert!(!left);
    let friends = client.friends(&bench.token).await.unwrap();
    assert!(friends.iter().all(|friend| friend.account.id != teo));
    let sent = bench.tv.journal().requests();
    let sent: Vec<_> = sent.iter().filter(|one| one.method == "DELETE").map(|one| one.path.clone()).collect();
    assert_eq!(sent, vec![format!("/api/v2/sharings/{teo}"); 2]);
    assert_eq!(bench.tv.journal().tokens_in_addresses(), Vec::<String>::new());
}

#[tokio::test]
async fn the_home_lets_go_of_its_own_and_of_nobody_else() {
    let bench = Bench::new().await;
    let client = bench.client(Routes::Auto);
    let ida = bench.tv.house().read(|house| house.accounts.iter().find(|one| one.restricted).unwrap().id);
    client.remove_from_home(&bench.token, ida).await.unwrap();
    assert!(bench.tv.house().read(|house| house.account(ida).is_none() && house.share_of(ida).is_none()));
    client.remove_from_home(&bench.token, ida).await.unwrap();
    // A stranger's key is none for this Home.
    let teo = bench.tv.house().read(|house| house.account_named("teo").unwrap().token.clone());
    let refused = client.remove_from_home(&SecretString::from(teo), ida).await.unwrap_err();
    assert!(matches!(refused.class, FaultClass::Auth | FaultClass::Permanent), "{refused:?}");
}

#[tokio::test]
async fn trouble_is_told_by_what_helps() {
    let bench = Bench::new().await;
    let (client, teo) = (bench.client(Routes::Auto), bench.account("teo"));
    let class = async |broken: Broken| {
        bench.tv.faults().set_for("/api/v2/sharings", None, broken, Some(1));
        client.end_friendship(&bench.token, teo).await.unwrap_err().class
    };
    assert_eq!(class(Broken::Status(503)).await, FaultClass::Transient);
    assert_eq!(class(Broken::AppliedThenTimeout).await, FaultClass::Transient);
    assert_eq!(class(Broken::Unauthorized).await, FaultClass::Auth);
    assert_eq!(class(Broken::Status(410)).await, FaultClass::Permanent);
    assert_eq!(class(Broken::Status(200)).await, FaultClass::Transient, "a proxy’s sign-in page is no yes");
}
