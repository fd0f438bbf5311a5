//! Writing shares against the simulated plex.tv: which route is asked, in what order, with which body, and what then is there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use poem::http::Method;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::demo::fault::Fault as Broken;
use crate::demo::household::{Household, Shared};
use crate::demo::plex_tv as simulated;
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::invite::refusal::Refusal;
use crate::domain::people::PlexShare;
use crate::domain::sharing::{First, Invitee, Routes, Sections, ShareSettings, WholeShare};
use crate::vendor::plex_tv::{PlexTv, PlexUrls};
use crate::vendor::plex_tv_writes::ShareWrites;

const FILMS: i64 = 118_204_511;
const SERIES: i64 = 118_204_512;

pub struct Bench {
    pub tv: simulated::PlexTv,
    pub token: SecretString,
    pub machine: String,
}

impl Bench {
    pub async fn new() -> Bench {
        let house = Shared::new(Household::full());
        let (token, machine) = house.read(|house| (house.owner().unwrap().token.clone(), house.machine_id.clone()));
        let tv = simulated::PlexTv::start(None, house, "http://127.0.0.1:32400".into()).await.unwrap();
        tv.journal().add_secret(&token);
        Bench { tv, token: SecretString::from(token), machine }
    }

    pub fn client(&self, routes: Routes) -> PlexTv {
        let url = self.tv.url();
        let urls = PlexUrls { plex_tv: url.clone(), clients: url.clone(), auth: url };
        PlexTv::new(urls, "client-1".into(), "0.1.0")
            .unwrap()
            .sharing(routes, Arc::new(ShareWrites::new(Duration::ZERO)))
    }

    pub fn account(&self, name: &str) -> i64 {
        self.tv.house().read(|house| house.account_named(name).unwrap().id)
    }

    fn managed(&self) -> i64 {
        self.tv.house().read(|house| house.accounts.iter().find(|one| one.restricted).unwrap().id)
    }

    fn share_of(&self, account: i64) -> Option<i64> {
        self.tv.house().read(|house| house.share_of(account).map(|share| share.id))
    }

    fn sections_of(&self, account: i64) -> Vec<i64> {
        self.tv.house().read(|house| house.share_of(account).unwrap().sections.clone())
    }

    /// The writes since the last look, short: `POST v1 /shared_servers`; and that no token was in an address.
    fn writes(&self) -> Vec<String> {
        assert_eq!(self.tv.journal().tokens_in_addresses(), Vec::<String>::new());
        let requests = self.tv.journal().requests();
        self.tv.journal().clear();
        let short = |path: &str| match path.strip_prefix("/api/v2/") {
            Some(rest) => format!("v2 {rest}"),
            None => path.replace(&format!("/api/servers/{}/", self.machine), "v1 ").replace("/api/", "v1 "),
        };
        let writes = requests.iter().filter(|one| one.method != Method::GET);
        writes.map(|one| format!("{} {}", one.method, short(&one.path))).collect()
    }

    fn body(&self) -> Value {
        self.tv.journal().requests().last().unwrap().json()
    }

    /// As v1 tells it, and as v2 does.
    async fn read(&self, account: i64) -> [PlexShare; 2] {
        let (client, faults) = (self.client(Routes::Auto), self.tv.faults());
        let of = |rows: Vec<PlexShare>| rows.into_iter().find(|row| row.account_id == Some(account)).unwrap();
        let v1 = of(client.shares(&self.token, &self.machine).await.unwrap());
        faults.set_for("/api/servers/", Some(Method::GET), Broken::Status(410), None);
        let v2 = of(client.shares(&self.token, &self.machine).await.unwrap());
        faults.clear();
        [v1, v2]
    }

    async fn invite(&self, routes: Routes, who: &Invitee, ids: &[i64], settings: &ShareSettings) -> Answer<()> {
        let sections = Sections::new(ids.to_vec()).unwrap();
        self.client(routes).invite(&self.token, &self.machine, who, &sections, settings).await
    }

    async fn libraries(&self, routes: Routes, share: i64, ids: &[i64]) -> Answer<()> {
        let (client, sections) = (self.client(routes), Sections::new(ids.to_vec()).unwrap());
        client.change_libraries(&self.token, &self.machine, share, &sections, &peculiar()).await
    }

    async fn settings(&self, routes: Routes, who: &Invitee, settings: &ShareSettings) -> Answer<()> {
        self.client(routes).change_settings(&self.token, who, settings).await
    }

    async fn both(&self, routes: Routes, account: i64) -> Answer<()> {
        let (client, sections) = (self.client(routes), Sections::new(vec![SERIES]).unwrap());
        let (share, who) = (self.share_of(account).unwrap(), Invitee::Account(account));
        let whole = WholeShare { libraries: &sections, settings: &peculiar(), first: First::Settings };
        client.change_share(&self.token, &self.machine, share, &who, whole).await
    }

    async fn remove(&self, routes: Routes, share: i64) -> Answer<()> {
        self.client(routes).remove_share(&self.token, &self.machine, share).await
    }
}

/// Nothing as it is by default.
pub fn peculiar() -> ShareSettings {
    ShareSettings {
        allow_sync: true,
        allow_camera_upload: true,
        allow_channels: true,
        allow_subtitle_admin: true,
        allow_tuners: 2,
        filter_all: "contentRating=G%2CPG".into(),
        filter_movies: "label!=not%20for%20kids|contentRating=PG%26x".into(),
        filter_music: "label=quiet+soft".into(),
        filter_photos: "label=\"family\"&x".into(),
        filter_television: "label=日曜".into(),
    }
}

fn class(answer: Answer<()>) -> FaultClass {
    answer.unwrap_err().class
}

#[tokio::test]
async fn an_invite_by_v1_is_the_one_that_was_seen_at_work() {
    let bench = Bench::new().await;
    let casper = bench.account("casper.holm");
    let who = Invitee::Account(casper);
    bench.invite(Routes::Auto, &who, &[SERIES, FILMS], &ShareSettings::default()).await.unwrap();
    let plain = json!({
        "server_id": bench.machine,
        "shared_server": {"library_section_ids": [FILMS, SERIES], "invited_id": casper},
        "sharing_settings": {"allowSync": "0", "allowCameraUpload": "0", "allowChannels": "0", "filterMovies": "",
            "filterTelevision": "", "filterMusic": ""},
    });
    assert_eq!(bench.body(), plain);
    let seen = bench.tv.journal().requests().pop().unwrap();
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert!(seen.header("x-plex-token").is_some() && seen.header("x-plex-client-identifier").is_some());
    assert_eq!(bench.writes(), ["POST v1 shared_servers"]);
    assert_eq!(bench.sections_of(casper), [FILMS, SERIES]);

    let who = Invitee::Named("new@example.org".into());
    bench.invite(Routes::V1, &who, &[FILMS], &peculiar()).await.unwrap();
    let settings = json!({
        "allowSync": "1", "allowCameraUpload": "1", "allowChannels": "1", "allowSubtitleAdmin": "1", "allowTuners": "2",
        "filterAll": "contentRating=G%2CPG", "filterMovies": "label!=not%20for%20kids|contentRating=PG%26x",
        "filterMusic": "label=quiet+soft", "filterPhotos": "label=\"family\"&x", "filterTelevision": "label=日曜",
    });
    assert_eq!(bench.body()["sharing_settings"], settings);
    assert_eq!(bench.body()["shared_server"]["invited_email"], "new@example.org");

    // An id is for friends: of anybody else it says nothing.
    let guest = bench.tv.house().write(|house| house.add_account("nadia", "nadia@example.org"));
    let plain = ShareSettings::default();
    let fault = bench.invite(Routes::V1, &Invitee::Account(guest.id), &[FILMS], &plain).await.unwrap_err();
    assert_eq!((fault.class, fault.refusal), (FaultClass::Missing, Some(Refusal::Unknown)));
    bench.invite(Routes::V1, &Invitee::Named("nadia".into()), &[FILMS], &plain).await.unwrap();
    assert_eq!(bench.sections_of(guest.id), [FILMS]);
}

#[tokio::test]
async fn an_invite_by_v2_is_the_one_of_plex_web() {
    let bench = Bench::new().await;
    let who = Invitee::Named("casper@example.org".into());
    bench.invite(Routes::V2, &who, &[FILMS], &ShareSettings::default()).await.unwrap();
    let plain = json!({
        "machineIdentifier": bench.machine, "invitedEmail": "casper@example.org", "librarySectionIds": [FILMS],
        "settings": {"allowSync": false, "allowChannels": false, "allowCameraUpload": false,
            "allowSubtitleAdmin": false, "allowTuners": 0, "filterMovies": "", "filterMusic": "", "filterPhotos": "",
            "filterTelevision": "", "filterAll": null},
        "skipFriendship": true,
    });
    assert_eq!(bench.body(), plain);
    assert_eq!(bench.writes(), ["POST v2 shared_servers"]);
    assert!(bench.share_of(bench.account("casper.holm")).is_some());
}

#[tokio::test]
async fn an_invite_goes_by_the_other_routes_where_the_first_are_gone() {
    let bench = Bench::new().await;
    let casper = bench.account("casper.holm");
    let who = Invitee::Account(casper);
    let invite = async |routes| {
        let answer = bench.invite(routes, &who, &[FILMS], &ShareSettings::default()).await;
        (answer.map_err(|fault| fault.class), bench.writes().join(", "))
    };
    let (v1, v2) = ("POST v1 shared_servers".to_owned(), "POST v2 shared_servers".to_owned());
    let both = format!("{v1}, {v2}");
    bench.tv.set_modes(|modes| modes.v1_sharing_gone = true);
    assert_eq!(invite(Routes::V1).await, (Err(FaultClass::Permanent), v1));
    assert_eq!(invite(Routes::Auto).await, (Ok(()), both.clone()));
    assert_eq!(invite(Routes::V2).await, (Err(FaultClass::Already), v2.clone()));
    bench.tv.set_modes(|modes| modes.v2_sharing_gone = true);
    assert_eq!(invite(Routes::Auto).await, (Err(FaultClass::Permanent), both));
    assert_eq!(invite(Routes::V2).await, (Err(FaultClass::Permanent), v2));
}

#[tokio::test]
async fn a_404_that_speaks_of_somebody_is_no_missing_route() {
    let bench = Bench::new().await;
    let plain = ShareSettings::default();
    let nobody = Invitee::Named("nobody-here".into());
    let fault = bench.invite(Routes::Auto, &nobody, &[FILMS], &plain).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Missing);
    assert!(fault.message.contains("check the mail address or the Plex user name"), "{fault}");
    let casper = Invitee::Account(bench.account("casper.holm"));
    let fault = bench.invite(Routes::Auto, &casper, &[4711], &plain).await.unwrap_err();
    assert!(fault.class == FaultClass::Missing && fault.message.contains("one of these libraries"), "{fault}");
    assert_eq!(bench.writes(), ["POST v1 shared_servers", "POST v1 shared_servers"]);
    // A bare page says nothing about anybody.
    bench.tv.faults().set_for("/api/servers/", Some(Method::POST), Broken::Status(404), None);
    bench.invite(Routes::Auto, &casper, &[FILMS], &plain).await.unwrap();
    assert_eq!(bench.writes(), ["POST v1 shared_servers", "POST v2 shared_servers"]);
    let fault = bench.invite(Routes::V2, &nobody, &[FILMS], &plain).await.unwrap_err();
    assert!(fault.class == FaultClass::Missing && fault.message.contains("this person"), "{fault}");
}

#[tokio::test]
async fn libraries_are_changed_by_either_route() {
    let bench = Bench::new().await;
    let ana = bench.account("ana.kovac");
    let share = bench.share_of(ana).unwrap();
    bench.libraries(Routes::Auto, share, &[FILMS]).await.unwrap();
    let body = json!({"server_id": bench.machine, "shared_server": {"library_section_ids": [FILMS]}});
    assert_eq!(bench.body(), body);
    assert_eq!(bench.writes(), [format!("PUT v1 shared_servers/{share}")]);
    assert_eq!(bench.sections_of(ana), [FILMS]);

    bench.libraries(Routes::V2, share, &[SERIES]).await.unwrap();
    assert_eq!(bench.body()["librarySectionIds"], json!([SERIES]));
    assert_eq!(
        (bench.body()["settings"]["allowTuners"].clone(), bench.body()["settings"]["allowSync"].clone()),
        (json!(2), json!(true))
    );
    assert_eq!(bench.writes(), [format!("POST v2 shared_servers/{share}")]);
    assert_eq!(bench.sections_of(ana), [SERIES]);

    bench.tv.set_modes(|modes| modes.v1_sharing_gone = true);
    bench.libraries(Routes::Auto, share, &[FILMS]).await.unwrap();
    let both = [format!("PUT v1 shared_servers/{share}"), format!("POST v2 shared_servers/{share}")];
    assert_eq!(bench.writes(), both);
    assert_eq!(bench.sections_of(ana), [FILMS]);
    assert_eq!(class(bench.libraries(Routes::V1, share, &[FILMS]).await), FaultClass::Permanent);
}

#[tokio::test]
async fn a_share_that_is_gone_is_missing_by_either_route() {
    let bench = Bench::new().await;
    for (routes, writes) in [
        (Routes::Auto, "PUT v1 shared_servers/1"),
        (Routes::V1, "PUT v1 shared_servers/1"),
        (Routes::V2, "POST v2 shared_servers/1"),
    ] {
        let fault = bench.libraries(routes, 1, &[FILMS]).await.unwrap_err();
        assert!(fault.class == FaultClass::Missing && fault.message.contains("given anew"), "{fault}");
        assert_eq!(bench.writes(), [writes]);
    }
}

#[tokio::test]
async fn settings_go_by_the_first_route_that_is_there() {
    let bench = Bench::new().await;
    let dario = bench.account("dario_conti");
    let who = Invitee::Account(dario);
    let plain = ShareSettings::default();
    bench.settings(Routes::Auto, &who, &plain).await.unwrap();
    assert_eq!((bench.body()["invitedId"].clone(), bench.body().get("invitedEmail")), (json!(dario), None));
    assert_eq!(bench.body()["settings"].as_object().map(|all| all.len()), Some(10), "the full set");
    assert_eq!(bench.writes(), ["POST v2 sharing_settings"]);

    bench.tv.set_modes(|modes| modes.settings_gone = true);
    bench.settings(Routes::Auto, &who, &plain).await.unwrap();
    let (newer, old) = (format!("PUT v2 sharings/{dario}"), format!("PUT v1 users/{dario}"));
    assert_eq!(bench.writes(), ["POST v2 sharing_settings", newer.as_str()]);
    bench.tv.set_modes(|modes| modes.sharings_put_gone = true);
    for routes in [Routes::Auto, Routes::V1] {
        bench.settings(routes, &who, &plain).await.unwrap();
        assert_eq!(bench.writes(), ["POST v2 sharing_settings", newer.as_str(), old.as_str()]);
    }
    assert_eq!(class(bench.settings(Routes::V2, &who, &plain).await), FaultClass::Missing);
    assert_eq!(bench.writes(), ["POST v2 sharing_settings", newer.as_str()]);
    let named = Invitee::Named("dario_conti".into());
    assert_eq!(class(bench.settings(Routes::Auto, &named, &plain).await), FaultClass::Missing);
    assert_eq!(bench.writes(), ["POST v2 sharing_settings"], "the others want an id");
    bench.tv.faults().set_for("/api/users/", Some(Method::PUT), Broken::Status(410), None);
    assert_eq!(class(bench.settings(Routes::Auto, &who, &plain).await), FaultClass::Permanent);
}

#[tokio::test]
async fn settings_that_are_written_are_read_alike_whatever_the_route() {
    let bench = Bench::new().await;
    let (dario, plain) = (bench.account("dario_conti"), ShareSettings::default());
    let who = Invitee::Account(dario);
    let of = |shares: [PlexShare; 2]| shares.map(|share| share.settings);
    for step in 0..3 {
        bench.tv.set_modes(|modes| (modes.settings_gone, modes.sharings_put_gone) = (step > 0, step > 1));
        for settings in [peculiar(), plain.clone()] {
            bench.settings(Routes::Auto, &who, &settings).await.unwrap();
            assert_eq!(of(bench.read(dario).await), [settings.clone(), settings], "{step}");
        }
    }
    bench.both(Routes::V2, dario).await.unwrap();
    assert_eq!(of(bench.read(dario).await), [peculiar(), peculiar()]);
    for (routes, name) in [(Routes::V1, "casper.holm"), (Routes::V2, "teo")] {
        let account = bench.account(name);
        if let Some(share) = bench.share_of(account) {
            bench.remove(routes, share).await.unwrap();
        }
        bench.invite(routes, &Invitee::Account(account), &[FILMS], &peculiar()).await.unwrap();
        let [v1, v2] = bench.read(account).await;
        assert_eq!((&v1.settings, &v2.settings), (&peculiar(), &peculiar()));
        assert_eq!((v1.section_keys, v1.accepted), (v2.section_keys, v2.accepted));
    }
}

#[tokio::test]
async fn libraries_and_settings_are_one_write() {
    let bench = Bench::new().await;
    let dario = bench.account("dario_conti");
    let share = bench.share_of(dario).unwrap();
    let whole = format!("POST v2 shared_servers/{share}");
    for routes in [Routes::Auto, Routes::V2] {
        bench.both(routes, dario).await.unwrap();
        assert_eq!(bench.writes(), [whole.as_str()]);
    }
    assert_eq!(bench.sections_of(dario), [SERIES]);
    assert_eq!(bench.read(dario).await[0].settings, peculiar());
    bench.writes();

    let (first, second) = ("POST v2 sharing_settings", format!("PUT v1 shared_servers/{share}"));
    bench.both(Routes::V1, dario).await.unwrap();
    assert_eq!(bench.writes(), [first, second.as_str()]);
    bench.tv.set_modes(|modes| modes.v2_sharing_gone = true);
    bench.both(Routes::Auto, dario).await.unwrap();
    assert_eq!(bench.writes(), [whole.as_str(), first, second.as_str()]);
    assert_eq!(class(bench.both(Routes::V2, dario).await), FaultClass::Permanent);
    assert_eq!(bench.writes(), [whole.as_str()]);
}

#[tokio::test]
async fn of_two_writes_the_second_waits_for_the_first_to_go_well() {
    let bench = Bench::new().await;
    let dario = bench.account("dario_conti");
    bench.tv.faults().set_for("/api/v2/sharing_settings", Some(Method::POST), Broken::Status(502), None);
    assert_eq!(class(bench.both(Routes::V1, dario).await), FaultClass::Transient);
    assert_eq!(bench.writes().len(), 1);
}

#[tokio::test]
async fn a_share_is_removed_by_either_route_and_gone_is_gone() {
    let bench = Bench::new().await;
    let share = |name: &str| bench.share_of(bench.account(name)).unwrap();
    let (ana, teo, priya) = (share("ana.kovac"), share("teo"), share("priya"));
    for _ in 0..2 {
        bench.remove(Routes::Auto, ana).await.unwrap();
        assert_eq!(bench.writes(), [format!("DELETE v1 shared_servers/{ana}")]);
        bench.remove(Routes::V2, teo).await.unwrap();
        assert_eq!(bench.writes(), [format!("DELETE v2 shared_servers/{teo}")]);
    }
    assert_eq!((bench.share_of(bench.account("ana.kovac")), bench.share_of(bench.account("teo"))), (None, None));
    bench.tv.set_modes(|modes| modes.v1_sharing_gone = true);
    for _ in 0..2 {
        bench.remove(Routes::Auto, priya).await.unwrap();
        let both = ["v1", "v2"].map(|family| format!("DELETE {family} shared_servers/{priya}"));
        assert_eq!(bench.writes(), both);
    }
    assert_eq!(bench.share_of(bench.account("priya")), None);
    assert_eq!(class(bench.remove(Routes::V1, priya).await), FaultClass::Permanent);
    bench.tv.set_modes(|modes| modes.v2_sharing_gone = true);
    assert_eq!(class(bench.remove(Routes::Auto, priya).await), FaultClass::Permanent);
}

#[tokio::test]
async fn a_managed_user_with_a_restriction_profile_keeps_their_settings() {
    let bench = Bench::new().await;
    bench.tv.set_modes(|modes| modes.restricted_refused = true);
    let ida = bench.managed();
    let fault = bench.settings(Routes::Auto, &Invitee::Account(ida), &peculiar()).await.unwrap_err();
    assert!(fault.class == FaultClass::LimitsKept && fault.message.contains("restriction profile"), "{fault}");
    assert_eq!(bench.writes(), ["POST v2 sharing_settings"]);
    assert_eq!(class(bench.both(Routes::Auto, ida).await), FaultClass::LimitsKept);
    assert_eq!(bench.writes().len(), 1);
    bench.libraries(Routes::Auto, bench.share_of(ida).unwrap(), &[FILMS]).await.unwrap();
    assert_eq!(bench.read(ida).await[0].settings.filter_all, "contentRating=0%2C6");
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_may_have_been_made() {
    let bench = Bench::new().await;
    let casper = bench.account("casper.holm");
    let who = Invitee::Account(casper);
    bench.tv.faults().set_for("/api/servers/", Some(Method::POST), Broken::AppliedThenTimeout, Some(1));
    let invite = bench.invite(Routes::Auto, &who, &[FILMS], &ShareSettings::default()).await;
    assert_eq!(class(invite), FaultClass::Transient);
    assert_eq!(bench.writes(), ["POST v1 shared_servers"], "nobody tries again");
    assert!(bench.share_of(casper).is_some());
    let again = bench.invite(Routes::Auto, &who, &[FILMS], &ShareSettings::default()).await;
    assert_eq!(class(again), FaultClass::Already);
    bench.tv.faults().set_for("/api/servers/", Some(Method::DELETE), Broken::AppliedThenStatus(504), Some(1));
    let share = bench.share_of(casper).unwrap();
    assert_eq!(class(bench.remove(Routes::Auto, share).await), FaultClass::Transient);
    bench.remove(Routes::Auto, share).await.unwrap();
}

#[tokio::test]
async fn a_way_that_plex_has_closed_is_not_asked_again() {
    let bench = Bench::new().await;
    let (dario, plain) = (bench.account("dario_conti"), ShareSettings::default());
    let who = Invitee::Account(dario);
    let client = bench.client(Routes::Auto);
    bench.tv.set_modes(|modes| modes.settings_gone = true);
    let newer = format!("PUT v2 sharings/{dario}");
    for writes in [vec!["POST v2 sharing_settings", newer.as_str()], vec![newer.as_str()], vec![newer.as_str()]] {
        client.change_settings(&bench.token, &who, &plain).await.unwrap();
        assert_eq!(bench.writes(), writes);
    }
    bench.tv.set_modes(|modes| (modes.settings_gone, modes.sharings_put_gone) = (false, true));
    client.change_settings(&bench.token, &who, &plain).await.unwrap();
    let oldest = format!("PUT v1 users/{dario}");
    assert_eq!(bench.writes(), [newer.as_str(), oldest.as_str()], "what is known to be closed comes last");
}

#[tokio::test]
async fn a_way_counts_as_closed_only_when_another_one_is_open() {
    let bench = Bench::new().await;
    let client = bench.client(Routes::Auto);
    let sections = Sections::new(vec![FILMS]).unwrap();
    let invite = |name: &str| {
        let who = Invitee::Named(name.to_owned());
        let client = &client;
        let (token, machine, sections) = (&bench.token, &bench.machine, &sections);
        async move { client.invite(token, machine, &who, sections, &ShareSettings::default()).await }
    };
    let faults = bench.tv.faults();
    faults.set_for("/api/", Some(Method::POST), Broken::Status(410), None);
    assert_eq!(class(invite("casper.holm").await), FaultClass::Permanent);
    bench.writes();
    faults.clear();
    invite("casper.holm").await.unwrap();
    assert_eq!(bench.writes(), ["POST v1 shared_servers"], "still asked first");
}

#[tokio::test]
async fn writes_come_one_after_the_other_also_refused_ones() {
    let gap = Duration::from_millis(20);
    let (begun, writes) = (Instant::now(), ShareWrites::new(gap));
    let taken = || async { Ok(Instant::now()) };
    let refused = || async { Err::<Instant, _>(Fault::permanent("no")) };
    let (first, no, last) = tokio::join!(writes.in_turn(taken()), writes.in_turn(refused()), writes.in_turn(taken()));
    assert!(no.is_err());
    let (first, last) = (first.unwrap(), last.unwrap());
    assert!(first >= begun + gap, "the process before this one may have just written");
    assert!(last >= first + 2 * gap, "the refused one between them has its turn");
}
