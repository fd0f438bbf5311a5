//! Who lives in and around the house of Mara Lindqvist, and what each of them may see.
//! Only data and the moving-in.

use chrono::{Duration, Utc};

use super::{Account, Household, Section, Settings, keys, token};

struct Card {
    username: &'static str,
    name: &'static str,
    keys: &'static [i64],
    all: bool,
    allow_sync: bool,
    days_ago: i64,
}

const fn card(username: &'static str, name: &'static str, keys: &'static [i64], days_ago: i64) -> Card {
    Card { username, name, keys, all: false, allow_sync: false, days_ago }
}

const FRIENDS: &[i64] = &[keys::FILMS, keys::SERIES, keys::KIDS, keys::DOCUMENTARIES, keys::WELCOME];
const COUSINS: &[i64] = &[keys::FILMS, keys::SERIES, keys::KIDS, keys::WELCOME];
const GRANDPARENTS: &[i64] = &[keys::FILMS, keys::SERIES, keys::DOCUMENTARIES, keys::WELCOME];
const ALL: &[i64] = &[keys::FILMS, keys::SERIES, keys::KIDS, keys::DOCUMENTARIES, keys::FILMS_4K, keys::WELCOME];

const GUESTS: [Card; 10] = [
    Card { all: true, allow_sync: true, ..card("ana.kovac", "Ana Kovac", ALL, 1_120) },
    card("birgit.s", "Birgit Sandström", GRANDPARENTS, 980),
    card("dario_conti", "Dario Conti", FRIENDS, 566),
    card("felix.brandt", "Felix Brandt", COUSINS, 410),
    card("lena.b", "Lena Brandt", COUSINS, 1),
    card("mareknowak", "Marek Nowak", FRIENDS, 702),
    Card { allow_sync: true, ..card("priya", "Priya Raman", FRIENDS, 840) },
    card("sam-okafor", "Sam Okafor", ALL, 655),
    card("yuki.park", "Yuki Park", &[keys::FILMS, keys::DOCUMENTARIES, keys::WELCOME], 233),
    card("teo", "Teo Almeida", &[keys::FILMS, keys::SERIES, keys::WELCOME], 320),
];

pub(super) fn owner() -> Account {
    let mara = account(21_400_177, "mara.lindqvist", "mara@example.org", "Mara Lindqvist");
    Account { plex_pass: true, home: true, ..mara }
}

pub(super) fn account(id: i64, username: &str, email: &str, name: &str) -> Account {
    Account {
        id,
        uuid: format!("{:016x}", id.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        username: Some(username.to_owned()),
        email: Some(email.to_owned()),
        title: name.to_owned(),
        friendly_name: if name == username { String::new() } else { name.to_owned() },
        token: token(),
        confirmed: true,
        plex_pass: false,
        home: false,
        restricted: false,
    }
}

pub(super) fn sections() -> Vec<Section> {
    let section = |id, key, title: &str, kind: &str, agent: &str| Section {
        id,
        key,
        title: title.to_owned(),
        kind: kind.to_owned(),
        agent: agent.to_owned(),
        uuid: format!("5b1e7c30-{key:04x}-4d2a-9c11-{id:012x}"),
    };
    vec![
        section(118_204_511, keys::FILMS, "Films", "movie", "tv.plex.agents.movie"),
        section(118_204_512, keys::SERIES, "Series", "show", "tv.plex.agents.series"),
        section(118_204_530, keys::KIDS, "Kids", "show", "tv.plex.agents.series"),
        section(119_771_006, keys::DOCUMENTARIES, "Documentaries", "movie", "tv.plex.agents.movie"),
        // A blank at the end, as live captures have it.
        section(121_090_342, keys::FILMS_4K, "4K Films ", "movie", "tv.plex.agents.movie"),
        section(125_663_918, keys::WELCOME, "Welcome", "movie", "tv.plex.agents.none"),
    ]
}

pub(super) fn move_in(house: &mut Household) {
    for (number, guest) in (1..).zip(&GUESTS) {
        let first = guest.name.split(' ').next().unwrap_or(guest.name).to_lowercase();
        let account = account(31_000_000 + number * 4_391, guest.username, &format!("{first}@example.org"), guest.name);
        let settings = Settings { allow_sync: guest.allow_sync, ..Settings::default() };
        join(house, account, guest.keys, guest.all, guest.days_ago);
        if let Some(id) = house.accounts.last().map(|one| one.id) {
            house.friends.push(id);
            house.settings.insert(id, settings);
        }
    }
    let ida = Account {
        username: None,
        email: None,
        title: "Ida".into(),
        home: true,
        restricted: true,
        ..account(44_120_908, "Ida", "", "Ida")
    };
    house.settings.insert(ida.id, Settings { filter_all: Some("contentRating=0%2C6".into()), ..Settings::default() });
    join(house, ida, &[keys::KIDS, keys::WELCOME], false, 1_400);

    // A friend with no share, and an address that has not answered its invite.
    let casper = account(39_555_021, "casper.holm", "casper@example.org", "Casper Holm");
    house.friends.push(casper.id);
    house.accounts.push(casper);
    let wanted = house.section_ids(&[keys::FILMS, keys::DOCUMENTARIES, keys::WELCOME]);
    house.invite(None, Some("jun@example.org".into()), wanted, false);
}

fn join(house: &mut Household, account: Account, keys: &[i64], all: bool, days_ago: i64) {
    let sections = house.section_ids(keys);
    let share = house.invite(Some(account.id), account.email.clone(), sections, all);
    house.accounts.push(account);
    let since = (Utc::now() - Duration::days(days_ago)).timestamp();
    if let Some(share) = house.share_mut(share.id) {
        share.invited_at = since;
        share.accepted_at = Some(since + 5_400);
    }
}
