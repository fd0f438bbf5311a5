//! Limits on everything that can be guessed: only a wrong guess counts. Kept in memory.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::SecretString;

use crate::crypto;
use crate::error::{AppError, Outcome};

/// After as many guesses as are free, there is one more each time that this has passed.
const ONE_MORE_AFTER: Duration = Duration::from_secs(6);

const FOR_A_NAME: u32 = 5;
const FOR_AN_ADDRESS: u32 = 10;
/// From all addresses together: it is six digits.
const FOR_THE_CODE: u32 = 100;
/// Sign-ins with Plex that an address may begin at once: behind a proxy a whole crowd has one. Nothing is guessed there; it
/// spares plex.tv.
const WITH_PLEX: u32 = 300;

/// Askings to be let in, each of which sends a mail to whoever is named: from an address, from all together, and to one
/// mailbox. One more each ten minutes, each minute, each hour.
const TO_ASK: (u32, Duration) = (5, Duration::from_secs(600));
const TO_ASK_TOGETHER: (u32, Duration) = (60, Duration::from_secs(60));
const TO_A_MAILBOX: (u32, Duration) = (3, Duration::from_secs(3_600));

/// Asking for a new password by mail, from all addresses together: every one of them may be a mail.
const FOR_RESETS: u32 = 100;

/// Mails that somebody may have sent to an address they name.
const LETTERS: u32 = 5;

/// With more than this, those that owe nothing are forgotten.
const MANY: usize = 1_000;

/// How many are free at once, and how long until there is one more.
struct Bound {
    key: String,
    most: u32,
    every: Duration,
}

impl Bound {
    fn new(key: String, most: u32) -> Self {
        Self::with(key, (most, ONE_MORE_AFTER))
    }

    fn with(key: String, (most, every): (u32, Duration)) -> Self {
        Self { key, most, every }
    }
}

/// By when each name and address will owe nothing again: every guess puts it off.
type Owing = HashMap<String, Instant>;

#[derive(Default)]
pub struct Limits(Mutex<Owing>);

/// A guess that counts as wrong until it is said to be right.
#[must_use]
pub struct Guess<'a> {
    limits: &'a Limits,
    of: Vec<Bound>,
}

/// A guess that counts as right until it is said to be in vain.
#[must_use]
pub struct Look<'a> {
    limits: &'a Limits,
    of: [Bound; 1],
}

impl Limits {
    /// Whether the password belongs to the name. It is counted when its turn comes, so that many at once are no way round.
    pub async fn password(
        &self,
        address: IpAddr,
        name: &str,
        password: SecretString,
        hash: Option<String>,
    ) -> Outcome<bool> {
        let turn = crypto::turn().await?;
        let guess = self.sign_in(address, name)?;
        let right = crypto::verify_password(&turn, password, hash).await?;
        if right {
            guess.was_right();
        }
        Ok(right)
    }

    fn sign_in(&self, address: IpAddr, name: &str) -> Outcome<Guess<'_>> {
        let name: String = name.trim().to_lowercase().chars().take(100).collect();
        let from = format!("password from {}", network(address));
        self.guess(vec![Bound::new(from, FOR_AN_ADDRESS), Bound::new(format!("password of {name}"), FOR_A_NAME)])
    }

    /// One guess at the wizard's code.
    pub fn code(&self, address: IpAddr) -> Outcome<Guess<'_>> {
        let from = Bound::new(format!("code from {}", network(address)), FOR_AN_ADDRESS);
        self.guess(vec![from, Bound::new("code".to_owned(), FOR_THE_CODE)])
    }

    /// One more asks for a new password by mail; whatever comes of it, it counts.
    pub fn reset(&self, address: IpAddr) -> Outcome<()> {
        let from = Bound::new(format!("reset from {}", network(address)), FOR_AN_ADDRESS);
        self.guess(vec![from, Bound::new("reset".to_owned(), FOR_RESETS)]).map(|_| ())
    }

    /// One more mail to an address that a person named.
    pub fn letters(&self, person: i64) -> Outcome<()> {
        self.guess(vec![Bound::new(format!("letters of {person}"), LETTERS)]).map(|_| ())
    }

    /// One look at what a signed link is about, which counts when it was in vain.
    pub fn link(&self, address: IpAddr) -> Outcome<Look<'_>> {
        self.look(format!("link from {}", network(address)))
    }

    /// One look whether a sign-in name is free, which counts when it is not.
    pub fn names(&self, address: IpAddr) -> Outcome<Look<'_>> {
        self.look(format!("names from {}", network(address)))
    }

    /// One look for an invite, or for another private link, by its end. A crowd may come at once, so it counts when it was in
    /// vain, and then however many there were.
    pub fn invite(&self, address: IpAddr) -> Outcome<Look<'_>> {
        self.look(format!("invite from {}", network(address)))
    }

    /// Somebody asks to be let in.
    pub fn asking(&self, address: IpAddr) -> Outcome<()> {
        let (from, together) = (format!("asking from {}", network(address)), "asking".to_owned());
        self.take(&[Bound::with(from, TO_ASK), Bound::with(together, TO_ASK_TOGETHER)], Instant::now())
    }

    /// Whether one more letter may go to a mailbox because somebody who asks has named it.
    pub fn letter(&self, mailbox: &str) -> bool {
        self.take(&[Bound::with(format!("letter to {mailbox}"), TO_A_MAILBOX)], Instant::now()).is_ok()
    }

    /// One more sign-in with Plex begins.
    pub fn plex(&self, address: IpAddr) -> Outcome<()> {
        self.guess(vec![Bound::new(format!("plex from {}", network(address)), WITH_PLEX)]).map(|_| ())
    }

    fn look(&self, from: String) -> Outcome<Look<'_>> {
        let of = [Bound::new(from, FOR_AN_ADDRESS)];
        may(&self.owing(), &of, Instant::now())?;
        Ok(Look { limits: self, of })
    }

    fn guess(&self, of: Vec<Bound>) -> Outcome<Guess<'_>> {
        self.take(&of, Instant::now())?;
        Ok(Guess { limits: self, of })
    }

    fn take(&self, of: &[Bound], now: Instant) -> Outcome<()> {
        let mut owing = self.owing();
        may(&owing, of, now)?;
        owe(&mut owing, of, now);
        Ok(())
    }

    fn owing(&self) -> std::sync::MutexGuard<'_, Owing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn may(owing: &Owing, of: &[Bound], now: Instant) -> Outcome<()> {
    let too_much = |bound: &Bound| {
        let owes = owing.get(&bound.key).map_or(Duration::ZERO, |until| until.duration_since(now)) + bound.every;
        owes.saturating_sub(bound.every * bound.most)
    };
    match of.iter().map(too_much).max().unwrap_or_default() {
        Duration::ZERO => Ok(()),
        retry_after => Err(AppError::TooMany { seconds: retry_after.as_secs_f64().ceil() as u64 }),
    }
}

fn owe(owing: &mut Owing, of: &[Bound], now: Instant) {
    if owing.len() > MANY {
        owing.retain(|_, until| *until > now);
    }
    for bound in of {
        let until = owing.entry(bound.key.clone()).or_insert(now);
        *until = (*until).max(now) + bound.every;
    }
}

impl Look<'_> {
    pub fn was_in_vain(self) {
        owe(&mut self.limits.owing(), &self.of, Instant::now());
    }
}

impl Guess<'_> {
    pub fn was_right(self) {
        let mut owing = self.limits.owing();
        for bound in &self.of {
            if let Some(until) = owing.get_mut(&bound.key) {
                *until -= bound.every;
            }
        }
    }
}

/// Whoever has one IPv6 address has the other 2^64 of its network, too.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HERE: &str = "192.0.2.1";

    fn wait(taken: Outcome<impl Sized>) -> Option<u64> {
        match taken {
            Err(AppError::TooMany { seconds }) => Some(seconds),
            Ok(_) | Err(_) => None,
        }
    }

    fn wrong(limits: &Limits, address: &str, name: &str) -> Option<u64> {
        wait(limits.sign_in(address.parse().unwrap(), name))
    }

    #[test]
    fn the_sixth_wrong_password_of_a_name_waits_wherever_it_comes_from() {
        let limits = Limits::default();
        for n in 1..=FOR_A_NAME {
            assert_eq!(wrong(&limits, &format!("192.0.2.{n}"), "Mara "), None);
        }
        assert!(wrong(&limits, "192.0.2.99", "mara").is_some());
        assert_eq!(wrong(&limits, HERE, "ana"), None);
    }

    #[test]
    fn the_eleventh_wrong_password_of_an_address_waits_whatever_the_name() {
        let limits = Limits::default();
        for n in 1..=FOR_AN_ADDRESS {
            assert_eq!(wrong(&limits, HERE, &format!("name {n}")), None);
        }
        assert!(wrong(&limits, HERE, "another").is_some());
        assert_eq!(wrong(&limits, "192.0.2.2", "another"), None);
    }

    #[test]
    fn right_passwords_cost_nothing() {
        let limits = Limits::default();
        for _ in 0..100 {
            limits.sign_in(HERE.parse().unwrap(), "mara").unwrap().was_right();
        }
        for _ in 1..=FOR_A_NAME {
            assert_eq!(wrong(&limits, HERE, "mara"), None);
        }
        assert!(wrong(&limits, HERE, "mara").is_some());
    }

    #[test]
    fn a_crowd_finds_its_invite_and_who_guesses_pays_for_every_guess() {
        let limits = Limits::default();
        let look = |address: &str| limits.invite(address.parse().unwrap());
        let crowd: Vec<_> = (0..200).map(|_| look(HERE).unwrap()).collect();
        drop(crowd);
        let guesses: Vec<_> = (0..50).map(|_| look(HERE).unwrap()).collect();
        guesses.into_iter().for_each(Look::was_in_vain);
        assert!(wait(look(HERE)).is_some_and(|seconds| seconds > 6 * (50 - u64::from(FOR_AN_ADDRESS))));
        assert!(look("192.0.2.2").is_ok());
    }

    #[test]
    fn a_refused_guess_costs_nothing_and_time_gives_one_back() {
        let (limits, now) = (Limits::default(), Instant::now());
        let after = |seconds: u64| {
            let two = [Bound::new("mara".to_owned(), 2)];
            wait(limits.take(&two, now + Duration::from_secs(seconds)))
        };
        assert_eq!([after(0), after(0), after(0), after(2), after(5)], [None, None, Some(6), Some(4), Some(1)]);
        assert_eq!([after(6), after(7)], [None, Some(5)]);
        assert_eq!([after(60), after(60), after(60)], [None, None, Some(6)]);
    }

    #[test]
    fn another_address_of_the_same_network_gets_no_guesses_of_its_own() {
        let limits = Limits::default();
        let guess = |address: &str| wait(limits.code(address.parse().unwrap()));
        for n in 1..=FOR_AN_ADDRESS {
            assert_eq!(guess(&format!("2001:db8:1:1::{n}")), None);
        }
        assert!(guess("2001:db8:1:1:ffff::1").is_some());
        assert_eq!([guess("2001:db8:1:2::1"), guess(HERE)], [None, None]);
    }

    #[test]
    fn the_code_stands_many_addresses() {
        let limits = Limits::default();
        for n in 1..=FOR_THE_CODE {
            assert_eq!(wait(limits.code(format!("2001:db8:1:{n}::1").parse().unwrap())), None);
        }
        assert!(limits.code(HERE.parse().unwrap()).is_err());
    }

    #[test]
    fn nobody_asks_often_nor_fills_a_mailbox_nor_do_many_together() {
        let limits = Limits::default();
        let asks = |address: &str| wait(limits.asking(address.parse().unwrap()));
        for _ in 0..TO_ASK.0 {
            assert_eq!(asks(HERE), None);
        }
        assert!(asks(HERE).is_some_and(|seconds| seconds > 500));
        for n in 0..TO_ASK_TOGETHER.0 - TO_ASK.0 {
            assert_eq!(asks(&format!("2001:db8:1:{n}::1")), None);
        }
        assert!(asks("192.0.2.2").is_some_and(|seconds| seconds <= 60));
        let letters = (0..5).filter(|_| limits.letter("nadia@example.org")).count();
        assert_eq!((letters, limits.letter("ada@example.org")), (3, true));
    }

    #[test]
    fn asking_for_a_new_password_counts_for_the_address_and_for_all() {
        let limits = Limits::default();
        let ask = |address: String| wait(limits.reset(address.parse().unwrap()));
        for _ in 1..=FOR_AN_ADDRESS {
            assert_eq!(ask(HERE.to_owned()), None);
        }
        assert!(ask(HERE.to_owned()).is_some());
        for n in 1..=FOR_RESETS - FOR_AN_ADDRESS {
            assert_eq!(ask(format!("2001:db8:1:{n}::1")), None);
        }
        assert!(ask("192.0.2.2".to_owned()).is_some());
    }

    #[test]
    fn what_owes_nothing_is_forgotten() {
        let (limits, now) = (Limits::default(), Instant::now());
        for n in 0..=MANY {
            limits.take(&[Bound::new(format!("name {n}"), 1)], now).unwrap();
        }
        limits.take(&[Bound::new("one more".to_owned(), 1)], now + ONE_MORE_AFTER).unwrap();
        assert_eq!(limits.owing().len(), 1);
    }
}
