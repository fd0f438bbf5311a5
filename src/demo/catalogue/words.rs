//! Word lists, and titles, people and overviews made of them: the same index always gives the same words.
//! Never random.

mod lists;

use lists::*;

/// Choices made from an index; each purpose has a number of its own so that they don't move together.
#[derive(Debug, Clone, Copy)]
pub struct Dice(u64);

impl Dice {
    pub fn of(kind: u64, index: u32) -> Dice {
        Dice(mix(kind << 32 | u64::from(index)))
    }

    /// A number below `sides` for this purpose.
    pub fn pick(&self, purpose: u64, sides: u32) -> u32 {
        u32::try_from(mix(self.0 ^ purpose.wrapping_mul(0x9E37_79B9)) % u64::from(sides.max(1))).unwrap_or_default()
    }

    fn word(&self, purpose: u64, list: &[&'static str]) -> &'static str {
        let sides = u32::try_from(list.len()).unwrap_or(1);
        at(list, self.pick(purpose, sides))
    }
}

/// The finisher of splitmix64: neighbours come out far apart.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn at(list: &[&'static str], index: u32) -> &'static str {
    let index = usize::try_from(index).unwrap_or_default();
    list.get(index % list.len().max(1)).copied().unwrap_or_default()
}

const NETWORKS: [&str; 8] =
    ["Nordlys", "Kanal Sju", "Fjällsyn", "Meridian", "Channel Nine", "Sable", "Polar One", "Atlas+"];

/// Distinct for every index below 300,000.
pub fn film_title(index: u32) -> String {
    let j = index / 3;
    if j < 4_800 {
        // 1,009 shares no factor with 4,800, so each pair comes once.
        let pair = (j * 1_009 + 17) % 4_800;
        let noun = at(&NOUNS, pair % 80);
        return match index % 3 {
            0 => format!("The {} {noun}", at(&ADJECTIVES, pair / 80)),
            1 => format!("{noun} of {}", at(&PLACES, pair / 80)),
            _ => format!("{} and the {noun}", at(&SURNAMES, pair / 80)),
        };
    }
    let triple = u32::try_from(u64::from(index) * 100_003 % 288_000).unwrap_or_default();
    let (adjective, noun) = (at(&ADJECTIVES, triple % 60), at(&NOUNS, triple / 60 % 80));
    format!("The {adjective} {noun} of {}", at(&PLACES, triple / 4_800))
}

/// Distinct for every index below 140,000.
pub fn show_title(index: u32) -> String {
    if index < 2_400 {
        let pair = (index * 1_009 + 5) % 2_400;
        return format!("{} {}", at(&PLACES, pair % 60), at(&INSTITUTIONS, pair / 60));
    }
    let triple = u32::try_from(u64::from(index) * 100_003 % 144_000).unwrap_or_default();
    let (surname, place) = (at(&SURNAMES, triple % 60), at(&PLACES, triple / 60 % 60));
    format!("{surname} of {place} {}", at(&INSTITUTIONS, triple / 3_600))
}

pub fn episode_title(index: u32, season: u32, episode: u32) -> String {
    let dice = Dice::of(0xE915, index.wrapping_mul(4_096).wrapping_add(season * 64 + episode));
    match dice.pick(0, 4) {
        0 => format!("The {} {}", dice.word(1, &ADJECTIVES), dice.word(2, &NOUNS)),
        1 => format!("The {}", dice.word(2, &NOUNS)),
        2 => format!(
            "{}, {}",
            dice.word(3, &PLACES),
            at(&["Tuesday", "at Last", "Again", "Without Snow"], dice.pick(4, 4))
        ),
        _ => format!("{}’s {}", dice.word(5, &FIRST_NAMES), dice.word(2, &NOUNS)),
    }
}

pub fn film_overview(dice: &Dice) -> String {
    format!(
        "In {}, {} {}, and {}.",
        dice.word(11, &PLACES),
        dice.word(12, &WHO),
        dice.word(13, &WHAT),
        dice.word(14, &THEN)
    )
}

pub fn show_overview(dice: &Dice) -> String {
    let (first, second) = (dice.word(15, &FIRST_NAMES), dice.word(16, &SURNAMES));
    format!(
        "{first} {second}, {}, {}. From then on {}.",
        dice.word(12, &WHO),
        dice.word(13, &WHAT),
        dice.word(14, &THEN)
    )
}

pub fn genres(dice: &Dice) -> Vec<String> {
    let (first, second) = (dice.word(21, &GENRES), dice.word(22, &GENRES));
    let both = if first == second { vec![first] } else { vec![first, second] };
    both.into_iter().map(str::to_owned).collect()
}

pub fn certification(dice: &Dice) -> String {
    at(&["0", "6", "12", "12", "16", "16", "18"], dice.pick(23, 7)).to_owned()
}

pub fn studio(dice: &Dice) -> String {
    dice.word(24, &STUDIOS).to_owned()
}

pub fn network(dice: &Dice) -> String {
    dice.word(25, &NETWORKS).to_owned()
}

pub fn person(dice: &Dice, purpose: u64) -> String {
    format!("{} {}", dice.word(purpose, &FIRST_NAMES), dice.word(purpose + 40, &SURNAMES))
}
