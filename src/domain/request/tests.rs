//! What holds of every request, whatever happens to it in whatever order.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::activity::ActivityKind;
use crate::domain::catalog::CandidateSeason;
use crate::domain::notice::RequestNotice;
use crate::domain::servarr::Monitor;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_700_000_000 + seconds)
}

pub fn asked(scope: Option<ScopeKind>) -> Request {
    Request {
        id: RequestId(1),
        title: TitleId(1),
        kind: if scope.is_some() { MediaKind::Series } else { MediaKind::Movie },
        asker: PersonId(1),
        scope,
        seasons: scope.map(|_| vec![1, 2]),
        is_4k: false,
        stage: Stage::Asked,
        lit: Stage::Asked,
        cause: None,
        cause_detail: None,
        reason: None,
        note: None,
        choice: Choice::default(),
        arr_id: None,
        added_by_us: false,
        estimated_bytes: None,
        searches: 0,
        attempts: 0,
        missed_reads: 0,
        decided_by: None,
        decided_at: None,
        stage_at: at(0),
        checked_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn commands() -> impl Strategy<Value = Command> {
    let arrival = (0_usize..4, 0_usize..4);
    prop_oneof![
        Just(Command::Approve { by: Some(PersonId(2)) }),
        Just(Command::Approve { by: None }),
        Just(Command::Edit { choice: Choice::default(), seasons: Some(vec![3]), is_4k: None }),
        Just(Command::Decline { by: PersonId(2), reason: "No room".to_owned() }),
        Just(Command::Withdraw),
        Just(Command::Retry),
        any::<(bool, bool)>().prop_map(|(added_by_us, searching)| Command::Sent {
            service: ServiceId(1),
            arr_id: 7,
            added_by_us,
            searching
        }),
        Just(Command::Grabbed { release: Some("Kestrel.2024".to_owned()) }),
        Just(Command::Downloading),
        Just(Command::Imported),
        Just(Command::LostDownload),
        arrival.prop_map(|(wanted, there)| Command::Arrived(Arrival { wanted, there })),
        Just(Command::Stuck { cause: Cause::NoRelease, detail: None }),
        Just(Command::Stuck { cause: Cause::ImportBlocked, detail: Some("Sample".to_owned()) }),
        Just(Command::Vanished),
    ]
}

fn is_by_a_person(command: &Command) -> bool {
    matches!(
        command,
        Command::Approve { .. } | Command::Edit { .. } | Command::Decline { .. } | Command::Withdraw | Command::Retry
    )
}

proptest! {
    #[test]
    fn every_order_of_events_keeps_the_rules(
        series in any::<bool>(),
        commands in prop::collection::vec(commands(), 1..40),
    ) {
        let mut request = asked(series.then_some(ScopeKind::Seasons));
        let mut sends = Vec::new();
        for (step, command) in (1..).zip(&commands) {
            let before = request.clone();
            let Ok(moved) = advance(&before, command, at(step)) else { continue };
            request = moved.request.clone();
            // Over is over, but for what vanishes, what comes back by hand.
            if before.stage.is_over() {
                let allowed = matches!(
                    (before.stage, command, request.stage),
                    (Stage::Ready, Command::Vanished, Stage::Gone) | (Stage::Gone, Command::Retry, Stage::Approved)
                );
                prop_assert!(allowed, "{} -> {} by {command:?}", before.stage, request.stage);
            }
            // Nothing gets past the decision but a title that arrives by itself.
            if before.stage == Stage::Asked && !is_by_a_person(command) {
                prop_assert_eq!(request.stage, Stage::Ready);
            }
            prop_assert_eq!(request.cause.is_some(), request.stage == Stage::Stuck);
            prop_assert!(request.lit != Stage::Stuck);
            if request.stage != Stage::Stuck {
                prop_assert_eq!(request.lit, request.stage);
            }
            prop_assert_eq!(request.reason.is_some(), request.stage == Stage::Declined);
            if request.stage != before.stage {
                prop_assert_eq!(request.stage_at, at(step));
            }
            for consequence in &moved.consequences {
                match consequence {
                    Consequence::Send { attempt } => {
                        prop_assert_eq!(request.stage, Stage::Approved);
                        sends.push(*attempt);
                    }
                    Consequence::Cancel => {
                        prop_assert!(matches!(request.stage, Stage::Declined | Stage::Withdrawn));
                        prop_assert!(before.stage != Stage::Asked, "nothing was sent that could be stopped");
                    }
                    Consequence::Tell(RequestNotice::Ready) => prop_assert_eq!(request.stage, Stage::Ready),
                    Consequence::Tell(_) | Consequence::Record(_) => {}
                }
            }
        }
        let distinct: std::collections::BTreeSet<i32> = sends.iter().copied().collect();
        prop_assert_eq!(distinct.len(), sends.len(), "each attempt is its own");
    }

    #[test]
    fn what_is_seen_twice_changes_nothing_the_second_time(
        commands in prop::collection::vec(commands(), 0..20),
        last in commands().prop_filter("seen, not done", |command| {
            !is_by_a_person(command) && !matches!(command, Command::Sent { .. })
        }),
    ) {
        let mut request = asked(None);
        for command in &commands {
            if let Ok(moved) = advance(&request, command, at(1)) {
                request = moved.request;
            }
        }
        if let Ok(once) = advance(&request, &last, at(2))
            && let Ok(twice) = advance(&once.request, &last, at(3))
        {
            prop_assert_eq!(&twice.request.stage, &once.request.stage);
            prop_assert!(!twice.consequences.contains(&Consequence::Tell(RequestNotice::Ready)));
            prop_assert!(!twice.consequences.contains(&Consequence::Record(ActivityKind::RequestStuck)));
        }
    }

    #[test]
    fn what_is_left_was_wished_for_and_nobody_has_it(
        wish in prop::collection::btree_set(0_i32..6, 1..6),
        others in prop::collection::vec(prop::collection::btree_set(0_i32..6, 0..6), 0..4),
    ) {
        let wish: Vec<i32> = wish.into_iter().collect();
        let covered: Vec<Covered> = others
            .iter()
            .map(|seasons| Covered { seasons: seasons.iter().copied().collect(), ..Covered::default() })
            .collect();
        let taken = |season: &i32| others.iter().any(|other| other.contains(season));
        match uncovered(&Scope::Seasons(wish.clone()), Some(&wish), &covered) {
            Some(rest) => {
                prop_assert!(rest.seasons.iter().all(|season| wish.contains(season) && !taken(season)));
                prop_assert!(wish.iter().all(|season| taken(season) || rest.seasons.contains(season)));
                prop_assert!(!rest.future);
            }
            None => prop_assert!(wish.iter().all(taken)),
        }
    }
}

fn season(number: i32, aired: Option<i64>) -> CandidateSeason {
    CandidateSeason { number, monitored: false, aired, total: Some(8), files: None, size_on_disk: None, is_over: false }
}

#[test]
fn scopes_mean_seasons() {
    let known = [season(0, Some(3)), season(3, Some(0)), season(1, Some(8)), season(2, Some(8))];
    assert_eq!(Scope::All.resolve(&known), Some(vec![1, 2, 3]), "specials only when named");
    assert_eq!(Scope::First.resolve(&known), Some(vec![1]));
    assert_eq!(Scope::Latest.resolve(&known), Some(vec![2]), "the third has not aired");
    assert_eq!(Scope::Latest.resolve(&[season(1, None), season(2, None)]), None, "only its episodes tell");
    assert_eq!(Scope::Latest.resolve(&[season(0, None), season(1, None)]), Some(vec![1]), "there is but one");
    assert_eq!(Scope::Latest.resolve(&[season(1, Some(0)), season(2, Some(0))]), Some(vec![1]), "none has aired");
    let over = |number| CandidateSeason { is_over: true, ..season(number, None) };
    assert_eq!(Scope::Latest.resolve(&[over(1), over(2)]), Some(vec![2]));
    assert_eq!(Scope::Future.resolve(&known), Some(vec![]));
    assert_eq!(Scope::of(ScopeKind::Seasons, &[2, 0, 2]), Some(Scope::Seasons(vec![0, 2])));
    assert_eq!(Scope::of(ScopeKind::Seasons, &[]), None);
    assert_eq!(Scope::of(ScopeKind::Seasons, &[-1]), None);
    assert_eq!(Scope::All.resolve(&[]), None, "Sonarr did not say");
}

#[test]
fn all_goes_round_what_others_asked_for() {
    let others = [Covered { seasons: vec![2], future: false, all: false }];
    let rest = uncovered(&Scope::All, Some(&[1, 2, 3]), &others).unwrap();
    assert_eq!(rest, Covered { seasons: vec![1, 3], future: true, all: true });
    assert_eq!(
        rest.monitors(ScopeKind::All, false),
        [Monitor::Seasons(vec![1, 3]), Monitor::Future],
        "the second season waits for its own decision"
    );
    assert_eq!(rest.monitors(ScopeKind::All, true), [Monitor::All]);
    let whole = [Covered { seasons: Vec::new(), future: true, all: true }];
    assert_eq!(uncovered(&Scope::Latest, None, &whole), None, "everything includes the latest");
    assert_eq!(uncovered(&Scope::Seasons(vec![4]), Some(&[4]), &whole), None);
    assert!(uncovered(&Scope::Seasons(vec![0]), Some(&[0]), &whole).is_some(), "specials were not meant");
}

#[test]
fn a_series_is_complete_when_all_that_aired_is_there() {
    let episode = |number, airs_at| WantedEpisode { season: 1, number, airs_at };
    let wanted = [episode(1, Some(at(0))), episode(2, Some(at(10))), episode(3, Some(at(99))), episode(4, None)];
    let there = BTreeSet::from([(1, 1), (1, 2), (2, 1)]);
    let arrival = Arrival::of_series(&wanted, &there, at(50));
    assert_eq!(arrival, Arrival { wanted: 2, there: 2 });
    assert!(arrival.is_complete());
    assert!(Arrival::of_series(&wanted, &there, at(100)).is_partial(), "the third has aired since");
    assert!(!Arrival::of_series(&[], &there, at(100)).is_complete(), "nothing to come is no arrival");
}

#[test]
fn a_late_message_does_not_wake_what_was_withdrawn() {
    let withdrawn = advance(&asked(None), &Command::Withdraw, at(1)).unwrap().request;
    for command in [Command::Grabbed { release: None }, Command::Imported, Command::Downloading, Command::Vanished] {
        assert!(advance(&withdrawn, &command, at(2)).is_err(), "{command:?}");
    }
}

#[test]
fn the_answer_to_the_add_may_come_after_the_grab() {
    let approved = advance(&asked(None), &Command::Approve { by: None }, at(1)).unwrap().request;
    let grabbed = advance(&approved, &Command::Grabbed { release: None }, at(2)).unwrap().request;
    let sent = Command::Sent { service: ServiceId(1), arr_id: 7, added_by_us: true, searching: true };
    let request = advance(&grabbed, &sent, at(3)).unwrap().request;
    assert_eq!((request.stage, request.arr_id, request.added_by_us), (Stage::Grabbed, Some(7), true));
}

#[test]
fn what_is_to_be_sent_again_can_not_be_missed_before_it_is_there() {
    let sent = Command::Sent { service: ServiceId(1), arr_id: 7, added_by_us: true, searching: true };
    let seen = [Command::Approve { by: None }, sent.clone(), Command::Vanished, Command::Retry];
    let again = seen.iter().fold(asked(None), |request, command| advance(&request, command, at(1)).unwrap().request);
    assert!(advance(&again, &Command::Vanished, at(2)).is_err());
    let searching = advance(&Request { missed_reads: 3, ..again }, &sent, at(3)).unwrap().request;
    assert_eq!((searching.stage, searching.missed_reads), (Stage::Searching, 0));
}
