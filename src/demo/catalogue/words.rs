//! Word lists, and titles, people and overviews made of them: the same index always gives the same words.
//! Never random.

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

const ADJECTIVES: [&str; 60] = [
    "Quiet",
    "Borrowed",
    "Crooked",
    "Hollow",
    "Second",
    "Amber",
    "Patient",
    "Drowned",
    "Winter",
    "Paper",
    "Northern",
    "Unlit",
    "Gilded",
    "Narrow",
    "Restless",
    "Silver",
    "Forgotten",
    "Last",
    "Slow",
    "Tender",
    "Copper",
    "Wandering",
    "Midnight",
    "Broken",
    "Distant",
    "Green",
    "Stubborn",
    "Hidden",
    "Seventh",
    "Velvet",
    "Honest",
    "Frozen",
    "Painted",
    "Lucky",
    "Unnamed",
    "Salted",
    "Bright",
    "Wooden",
    "Sleeping",
    "Careful",
    "Glass",
    "Reluctant",
    "Scarlet",
    "Ordinary",
    "Faithful",
    "Hungry",
    "Long",
    "Burning",
    "Idle",
    "Marble",
    "Foreign",
    "Gentle",
    "Electric",
    "Twelfth",
    "Perfect",
    "Lonely",
    "Iron",
    "Open",
    "Secret",
    "Early",
];

const NOUNS: [&str; 80] = [
    "Orchard",
    "Ferry",
    "Clockmaker",
    "Tenant",
    "Lantern",
    "Cartwright",
    "Tide",
    "Apprentice",
    "Window",
    "Garden",
    "Summer",
    "Violin",
    "Bridge",
    "Witness",
    "Letter",
    "Harvest",
    "Signal",
    "Stranger",
    "Piano",
    "River",
    "Archive",
    "Beekeeper",
    "Station",
    "Promise",
    "Baker",
    "Kingdom",
    "Attic",
    "Compass",
    "Visitor",
    "Echo",
    "Carnival",
    "Tailor",
    "Island",
    "Umbrella",
    "Mirror",
    "Gardener",
    "Voyage",
    "Candle",
    "Verdict",
    "Neighbour",
    "Locksmith",
    "Meadow",
    "Telegram",
    "Painter",
    "Hour",
    "Balcony",
    "Heir",
    "Snowfall",
    "Pharmacy",
    "Rehearsal",
    "Ledger",
    "Swimmer",
    "Translator",
    "Quarry",
    "Parade",
    "Theatre",
    "Fisherman",
    "Staircase",
    "Valley",
    "Horizon",
    "Postman",
    "Choir",
    "Chandelier",
    "Mechanic",
    "Inheritance",
    "Storm",
    "Kitchen",
    "Weaver",
    "Planet",
    "Detour",
    "Duel",
    "Ballroom",
    "Sparrow",
    "Mountain",
    "Alibi",
    "Locket",
    "Machine",
    "Anchor",
    "Dancer",
    "Circus",
];

const PLACES: [&str; 60] = [
    "Sund",
    "Velmora",
    "Karsholm",
    "Port Ansley",
    "Tressin",
    "Oldhaven",
    "Marrow Bay",
    "Lindau Hill",
    "Quill Street",
    "Arboga Lane",
    "Saint Ivo",
    "Bellwick",
    "Dunmore Sands",
    "Castellane",
    "Havre Noir",
    "Nyvik",
    "Tarn Valley",
    "Ostrava Road",
    "Pinecrest",
    "Mirador",
    "Ashcombe",
    "Lower Thorne",
    "Vesper Island",
    "Grunewald",
    "Kestrel Point",
    "Aldermoor",
    "Fenwick",
    "Solano",
    "Hallow Creek",
    "Brennish",
    "Torvik",
    "Calder Mill",
    "Montrova",
    "Seven Oaks",
    "Ravensby",
    "Lagos Bay",
    "Elmstead",
    "Whitewater",
    "Corvo",
    "Halden",
    "Miramar",
    "Skerry",
    "Upper Lough",
    "Dorn",
    "Valparin",
    "Kuusamo Lake",
    "Rosendal",
    "Bishop’s Gate",
    "Lumen Square",
    "Okada",
    "Tamarind Court",
    "Northgate",
    "Estrela",
    "Pale Harbor",
    "Winterfield",
    "Zell",
    "Amberley",
    "Cape Mercy",
    "Old Harrow",
    "Jasmine Row",
];

const SURNAMES: [&str; 60] = [
    "Adeyemi",
    "Bergström",
    "Castellan",
    "Dvořák",
    "Ekholm",
    "Farrell",
    "Grimaldi",
    "Haddad",
    "Ishikawa",
    "Jansson",
    "Kowalska",
    "Laurent",
    "Moreau",
    "Nakamura",
    "Okonkwo",
    "Petrov",
    "Quiroga",
    "Rasmussen",
    "Silveira",
    "Thorne",
    "Umarov",
    "Vasquez",
    "Whitlock",
    "Xu",
    "Yilmaz",
    "Zieliński",
    "Abara",
    "Brandt",
    "Conti",
    "Delacroix",
    "Engel",
    "Fontaine",
    "Guzmán",
    "Hartmann",
    "Ivarsson",
    "Jovanović",
    "Keller",
    "Lindgren",
    "Mbeki",
    "Novak",
    "Osei",
    "Pereira",
    "Quist",
    "Rinaldi",
    "Sørensen",
    "Tanaka",
    "Ueda",
    "Varga",
    "Weaver",
    "Yoon",
    "Zanetti",
    "Almeida",
    "Boateng",
    "Carmichael",
    "Dubois",
    "Eriksen",
    "Fujimoto",
    "Galloway",
    "Hoang",
    "Ilves",
];

const FIRST_NAMES: [&str; 24] = [
    "Alma", "Bruno", "Clara", "Davit", "Elsa", "Farid", "Greta", "Hugo", "Inés", "Jonas", "Kaya", "Leo", "Mirja",
    "Nadia", "Otto", "Paula", "Rafael", "Signe", "Tomas", "Ursula", "Viktor", "Wanda", "Yusuf", "Zoë",
];

const INSTITUTIONS: [&str; 40] = [
    "Infirmary",
    "Precinct",
    "Academy",
    "Customs Office",
    "Kitchen",
    "Law",
    "Crossing",
    "Observatory",
    "Bakery",
    "Heights",
    "Radio",
    "Museum",
    "Fire Station",
    "Coroner",
    "Hotel",
    "Express",
    "Nights",
    "Detectives",
    "Diaries",
    "Veterinary",
    "Institute",
    "Orchestra",
    "Border",
    "Rescue",
    "Market",
    "Confidential",
    "Lighthouse",
    "Terrace",
    "Ferry Line",
    "Library",
    "Garage",
    "Embassy",
    "Ballet",
    "Boarding House",
    "Election",
    "Cold Cases",
    "Summers",
    "Vineyard",
    "Theatre",
    "Weather Service",
];

const GENRES: [&str; 12] = [
    "Drama",
    "Comedy",
    "Thriller",
    "Mystery",
    "Crime",
    "Adventure",
    "Romance",
    "Science Fiction",
    "Fantasy",
    "History",
    "Action",
    "Family",
];

const STUDIOS: [&str; 10] = [
    "Lantern House",
    "Northlight Pictures",
    "Gullwing Films",
    "Tidal Films",
    "Third Row",
    "Studio Karsholm",
    "Red Umbrella",
    "Paper Moon Works",
    "Halcyon Park",
    "Marble & Sons",
];

const NETWORKS: [&str; 8] =
    ["Nordlys", "Kanal Sju", "Fjällsyn", "Meridian", "Channel Nine", "Sable", "Polar One", "Atlas+"];

const WHO: [&str; 12] = [
    "a ship's cook",
    "a night nurse",
    "a retired judge",
    "a village postman",
    "a failed magician",
    "a young surveyor",
    "a radio operator",
    "a widowed baker",
    "a forger of old maps",
    "a school bus driver",
    "a lighthouse inspector",
    "a piano tuner",
];

const WHAT: [&str; 12] = [
    "finds a letter addressed to the house itself",
    "is mistaken for a witness",
    "inherits a boat that is already at sea",
    "wakes up with a stranger's keys",
    "agrees to one last favour",
    "hears the same song from every window",
    "is handed the wrong suitcase",
    "buys a house nobody will enter",
    "answers a telephone that was cut off years ago",
    "wins a wager that should have been lost",
    "misses a train by ten seconds",
    "takes in a guest who never leaves",
];

const THEN: [&str; 12] = [
    "it takes a town that doesn't ask questions to find the answer",
    "an old promise comes due before the first snow",
    "three neighbours have one week to agree on a story",
    "the only person who believes it is nine years old",
    "what began as a joke ends before a jury",
    "two families learn to share one table",
    "every map of the valley turns out to be wrong",
    "the way back is longer than the way there",
    "somebody has to stay up until morning",
    "the truth is worth less than the piano",
    "a summer passes that nobody will speak of",
    "the whole street goes looking",
];

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
