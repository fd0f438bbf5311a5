//! The access plan of a big house: 50 groups, 40 libraries, 3 servers; 100, 1,000 and 10,000 people (the bar for the last is
//! 100 ms), and the memory that it takes, which grows no faster than the people do. `cargo bench --bench plan`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::Criterion;
use peak_alloc::PeakAlloc;
use usherr::domain::access::given::Given;
use usherr::domain::access::plan::{ByShare, Earlier, plan};
use usherr::domain::access::resolve::{Grant, Held, House, Member, Server};
use usherr::domain::access::when::{Span, When};
use usherr::domain::group::Group;
use usherr::domain::ids::{GroupId, LibraryId, PersonId, ServerId};

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

const SERVERS: i64 = 3;
const LIBRARIES: i64 = 40;
const GROUPS: i64 = 50;

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);
    let house = house();
    let mut each = Vec::new();
    for people in [100, 1_000, 10_000] {
        let empty = HEAP.current_usage();
        let members: Vec<Member> = (0..people).map(member).collect();
        let earlier = Earlier { sent: sent(&members), ..Earlier::default() };
        let before = HEAP.current_usage();
        HEAP.reset_peak_usage();
        let planned = plan(&house, &members, &earlier);
        let (kept, peak) = (HEAP.current_usage() - before, HEAP.peak_usage() - before);
        assert!(planned.changes.len() > usize::try_from(people).unwrap() / 2, "most people change");
        drop(planned);
        assert_eq!(HEAP.current_usage(), before, "nothing stays of a plan that is gone");
        let name = format!("access plan, {people} people");
        println!("{name}: made from {}, is {}, takes {} at its peak", kb(before - empty), kb(kept), kb(peak));
        each.push(peak / usize::try_from(people).unwrap());
        criterion.bench_function(&name, |bench| bench.iter(|| black_box(plan(&house, &members, &earlier))));
    }
    println!("bytes for each person at the peak: {each:?}");
    assert!(each.windows(2).all(|pair| pair[1] < 2 * pair[0]), "lists grow by doubling, and no faster");
    criterion.final_summary();
}

fn kb(bytes: usize) -> String {
    format!("{} kB", bytes / 1024)
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn server_of(library: i64) -> i64 {
    library % SERVERS
}

fn house() -> House {
    let server = |server: i64| Server {
        id: ServerId(server),
        owner: Some(1),
        default: Some(LibraryId(server)),
        libraries: (0..LIBRARIES).filter(|library| server_of(*library) == server).map(LibraryId).collect(),
    };
    let evenings =
        |group: i64| (0..7).filter_map(|day| Span::on_day(day, 18 * 60, 60 * (20 + group as u16 % 4))).collect();
    let group = |id: i64| Group {
        id: GroupId(id),
        libraries: (0..8).map(|n| LibraryId((id * 7 + n * 3) % LIBRARIES)).collect(),
        when: When { weekly: if id % 3 == 0 { evenings(id) } else { Vec::new() }, ..When::default() },
        ..Group::new("")
    };
    let zone = chrono_tz::Europe::Stockholm;
    House { now: now(), zone, servers: (0..SERVERS).map(server).collect(), groups: (0..GROUPS).map(group).collect() }
}

fn member(id: i64) -> Member {
    let until = When { until: Some(now() + TimeDelta::days(id % 60 - 30)), ..When::default() };
    let held = |server: i64| Held {
        server: ServerId(server),
        accepted: true,
        given: Given {
            libraries: (0..6).map(|n| LibraryId(server + SERVERS * ((id + n) % 12))).collect(),
            ..Given::default()
        },
    };
    Member {
        id: PersonId(id),
        groups: (0..3).map(|n| GroupId((id * 3 + n * 11) % GROUPS)).collect(),
        grants: vec![Grant { library: LibraryId(id % LIBRARIES), when: until }],
        excluded: Vec::new(),
        has: (0..SERVERS).map(held).collect(),
        flags: None,
        out_from: None,
        limits_kept: false,
    }
}

/// What was last sent is what Plex has, so that none of it counts as changed there.
fn sent(members: &[Member]) -> ByShare {
    let all = members.iter().flat_map(|member| member.has.iter().map(|held| (member.id, held)));
    all.map(|(person, held)| ((person, held.server), held.given.clone())).collect()
}
