//! The words that titles, people and overviews are made of. Only data.

#[rustfmt::skip]
pub(super) const ADJECTIVES: [&str; 60] = [
    "Quiet", "Borrowed", "Crooked", "Hollow", "Second", "Amber", "Patient", "Drowned", "Winter", "Paper",
    "Northern", "Unlit", "Gilded", "Narrow", "Restless", "Silver", "Forgotten", "Last", "Slow", "Tender", "Copper",
    "Wandering", "Midnight", "Broken", "Distant", "Green", "Stubborn", "Hidden", "Seventh", "Velvet", "Honest",
    "Frozen", "Painted", "Lucky", "Unnamed", "Salted", "Bright", "Wooden", "Sleeping", "Careful", "Glass",
    "Reluctant", "Scarlet", "Ordinary", "Faithful", "Hungry", "Long", "Burning", "Idle", "Marble", "Foreign",
    "Gentle", "Electric", "Twelfth", "Perfect", "Lonely", "Iron", "Open", "Secret", "Early",
];

#[rustfmt::skip]
pub(super) const NOUNS: [&str; 80] = [
    "Orchard", "Ferry", "Clockmaker", "Tenant", "Lantern", "Cartwright", "Tide", "Apprentice", "Window", "Garden",
    "Summer", "Violin", "Bridge", "Witness", "Letter", "Harvest", "Signal", "Stranger", "Piano", "River", "Archive",
    "Beekeeper", "Station", "Promise", "Baker", "Kingdom", "Attic", "Compass", "Visitor", "Echo", "Carnival",
    "Tailor", "Island", "Umbrella", "Mirror", "Gardener", "Voyage", "Candle", "Verdict", "Neighbour", "Locksmith",
    "Meadow", "Telegram", "Painter", "Hour", "Balcony", "Heir", "Snowfall", "Pharmacy", "Rehearsal", "Ledger",
    "Swimmer", "Translator", "Quarry", "Parade", "Theatre", "Fisherman", "Staircase", "Valley", "Horizon",
    "Postman", "Choir", "Chandelier", "Mechanic", "Inheritance", "Storm", "Kitchen", "Weaver", "Planet", "Detour",
    "Duel", "Ballroom", "Sparrow", "Mountain", "Alibi", "Locket", "Machine", "Anchor", "Dancer", "Circus",
];

#[rustfmt::skip]
pub(super) const PLACES: [&str; 60] = [
    "Sund", "Velmora", "Karsholm", "Port Ansley", "Tressin", "Oldhaven", "Marrow Bay", "Lindau Hill",
    "Quill Street", "Arboga Lane", "Saint Ivo", "Bellwick", "Dunmore Sands", "Castellane", "Havre Noir", "Nyvik",
    "Tarn Valley", "Ostrava Road", "Pinecrest", "Mirador", "Ashcombe", "Lower Thorne", "Vesper Island", "Grunewald",
    "Kestrel Point", "Aldermoor", "Fenwick", "Solano", "Hallow Creek", "Brennish", "Torvik", "Calder Mill",
    "Montrova", "Seven Oaks", "Ravensby", "Lagos Bay", "Elmstead", "Whitewater", "Corvo", "Halden", "Miramar",
    "Skerry", "Upper Lough", "Dorn", "Valparin", "Kuusamo Lake", "Rosendal", "Bishop’s Gate", "Lumen Square",
    "Okada", "Tamarind Court", "Northgate", "Estrela", "Pale Harbor", "Winterfield", "Zell", "Amberley",
    "Cape Mercy", "Old Harrow", "Jasmine Row",
];

#[rustfmt::skip]
pub(super) const SURNAMES: [&str; 60] = [
    "Adeyemi", "Bergström", "Castellan", "Dvořák", "Ekholm", "Farrell", "Grimaldi", "Haddad", "Ishikawa", "Jansson",
    "Kowalska", "Laurent", "Moreau", "Nakamura", "Okonkwo", "Petrov", "Quiroga", "Rasmussen", "Silveira", "Thorne",
    "Umarov", "Vasquez", "Whitlock", "Xu", "Yilmaz", "Zieliński", "Abara", "Brandt", "Conti", "Delacroix", "Engel",
    "Fontaine", "Guzmán", "Hartmann", "Ivarsson", "Jovanović", "Keller", "Lindgren", "Mbeki", "Novak", "Osei",
    "Pereira", "Quist", "Rinaldi", "Sørensen", "Tanaka", "Ueda", "Varga", "Weaver", "Yoon", "Zanetti", "Almeida",
    "Boateng", "Carmichael", "Dubois", "Eriksen", "Fujimoto", "Galloway", "Hoang", "Ilves",
];

#[rustfmt::skip]
pub(super) const FIRST_NAMES: [&str; 24] = [
    "Alma", "Bruno", "Clara", "Davit", "Elsa", "Farid", "Greta", "Hugo", "Inés", "Jonas", "Kaya", "Leo", "Mirja",
    "Nadia", "Otto", "Paula", "Rafael", "Signe", "Tomas", "Ursula", "Viktor", "Wanda", "Yusuf", "Zoë",
];

#[rustfmt::skip]
pub(super) const INSTITUTIONS: [&str; 40] = [
    "Infirmary", "Precinct", "Academy", "Customs Office", "Kitchen", "Law", "Crossing", "Observatory", "Bakery",
    "Heights", "Radio", "Museum", "Fire Station", "Coroner", "Hotel", "Express", "Nights", "Detectives", "Diaries",
    "Veterinary", "Institute", "Orchestra", "Border", "Rescue", "Market", "Confidential", "Lighthouse", "Terrace",
    "Ferry Line", "Library", "Garage", "Embassy", "Ballet", "Boarding House", "Election", "Cold Cases", "Summers",
    "Vineyard", "Theatre", "Weather Service",
];

#[rustfmt::skip]
pub(super) const GENRES: [&str; 12] = [
    "Drama", "Comedy", "Thriller", "Mystery", "Crime", "Adventure", "Romance", "Science Fiction", "Fantasy",
    "History", "Action", "Family",
];

#[rustfmt::skip]
pub(super) const STUDIOS: [&str; 10] = [
    "Lantern House", "Northlight Pictures", "Gullwing Films", "Tidal Films", "Third Row", "Studio Karsholm",
    "Red Umbrella", "Paper Moon Works", "Halcyon Park", "Marble & Sons",
];

#[rustfmt::skip]
pub(super) const WHO: [&str; 12] = [
    "a ship's cook", "a night nurse", "a retired judge", "a village postman", "a failed magician",
    "a young surveyor", "a radio operator", "a widowed baker", "a forger of old maps", "a school bus driver",
    "a lighthouse inspector", "a piano tuner",
];

#[rustfmt::skip]
pub(super) const WHAT: [&str; 12] = [
    "finds a letter addressed to the house itself", "is mistaken for a witness",
    "inherits a boat that is already at sea", "wakes up with a stranger's keys", "agrees to one last favour",
    "hears the same song from every window", "is handed the wrong suitcase", "buys a house nobody will enter",
    "answers a telephone that was cut off years ago", "wins a wager that should have been lost",
    "misses a train by ten seconds", "takes in a guest who never leaves",
];

#[rustfmt::skip]
pub(super) const THEN: [&str; 12] = [
    "it takes a town that doesn't ask questions to find the answer",
    "an old promise comes due before the first snow", "three neighbours have one week to agree on a story",
    "the only person who believes it is nine years old", "what began as a joke ends before a jury",
    "two families learn to share one table", "every map of the valley turns out to be wrong",
    "the way back is longer than the way there", "somebody has to stay up until morning",
    "the truth is worth less than the piano", "a summer passes that nobody will speak of",
    "the whole street goes looking",
];
