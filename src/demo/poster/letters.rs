//! An alphabet of single strokes, and the setting of a title in it. Never knows colours.

use unicode_normalization::UnicodeNormalization;

/// A line from one point to another with a round pen.
#[derive(Debug, Clone, Copy)]
pub struct Stroke {
    from: (f32, f32),
    to: (f32, f32),
    pen: f32,
}

impl Stroke {
    pub fn moved(&self, x: f32, y: f32, scale: f32) -> Stroke {
        let place = |(px, py): (f32, f32)| ((px + x) * scale, (py + y) * scale);
        Stroke { from: place(self.from), to: place(self.to), pen: self.pen * scale }
    }

    /// The pixels that the stroke may touch.
    pub fn pixels(&self, width: u32, height: u32) -> impl Iterator<Item = (u32, u32)> + use<> {
        let span = |a: f32, b: f32, end: u32| {
            let reach = self.pen + 1.0;
            let (low, high) = ((a.min(b) - reach).max(0.0) as u32, (a.max(b) + reach).max(0.0) as u32 + 1);
            low..high.min(end)
        };
        let columns = span(self.from.0, self.to.0, width);
        span(self.from.1, self.to.1, height).flat_map(move |y| columns.clone().map(move |x| (x, y)))
    }

    /// How much of a pixel is under the pen, up to 255.
    pub fn cover(&self, x: u32, y: u32) -> u8 {
        let (px, py) = (x as f32 + 0.5 - self.from.0, y as f32 + 0.5 - self.from.1);
        let (dx, dy) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let along = ((px * dx + py * dy) / (dx * dx + dy * dy).max(f32::EPSILON)).clamp(0.0, 1.0);
        let distance = (px - along * dx).hypot(py - along * dy);
        ((self.pen - distance + 0.5).clamp(0.0, 1.0) * 255.0) as u8
    }
}

/// Polylines on a grid four wide and six high; each point is two digits, x and y.
fn shape(letter: char) -> &'static str {
    match letter {
        'A' => "062046 1434",
        'B' => "000636454433 003041423303",
        'C' | '(' => "4130100105163645",
        'D' => "00062644422000",
        'E' => "40000646 0333",
        'F' => "400006 0333",
        'G' => "41301001051636454323",
        'H' => "0006 4046 0343",
        'I' | '1' | '|' => "2026",
        'J' => "4045361605",
        'K' => "0006 4003 0346",
        'L' => "000646",
        'M' => "0600234046",
        'N' => "06004640",
        'O' | '0' => "103041453616050110",
        'P' => "06003041423303",
        'Q' => "103041453616050110 2446",
        'R' => "06003041423303 2346",
        'S' => "413010010213334445361605",
        'T' => "0040 2026",
        'U' => "000516364540",
        'V' => "002640",
        'W' => "0016223640",
        'X' => "0046 4006",
        'Y' => "002340 2326",
        'Z' => "00400646",
        '2' => "01103041420646",
        '3' => "01103041423323 3344453616 1605",
        '4' => "36300444",
        '5' => "4000033344453606",
        '6' => "300105163645443303",
        '7' => "004026",
        '8' => "103041423313020110 1304051636454433",
        '9' => "164541301001021343",
        '&' => "46121120310405162644",
        '’' | '\'' => "2021",
        ',' => "2516",
        '-' | '–' => "1333",
        '+' => "2125 0343",
        '!' => "2024 2626",
        _ => "",
    }
}

/// Capitals without marks; what the alphabet lacks is left out.
fn plain(text: &str) -> String {
    let bare = text.replace('ø', "o").replace('Ø', "O").replace('ł', "l");
    let known = |c: &char| *c == ' ' || !shape(*c).is_empty();
    bare.nfd().flat_map(char::to_uppercase).filter(known).collect()
}

fn advance(letter: char) -> f32 {
    match letter {
        ' ' => 3.0,
        'I' | '1' | '’' | '\'' | '|' | '!' => 1.8,
        _ => 5.6,
    }
}

fn width(line: &str) -> f32 {
    (line.chars().map(advance).sum::<f32>() - 1.6).max(1.0)
}

/// A title set below a poster's motif: one to three lines, as large as 200 by 66 units allow.
pub fn title(text: &str) -> Vec<Stroke> {
    let text = plain(text);
    let best = (1..=3).map(|count| broken(&text, count)).max_by(|one, other| grade(one).total_cmp(&grade(other)));
    let lines = best.unwrap_or_default();
    let size = grade(&lines);
    set(&lines, 20.0, 8.0, size)
}

/// Up to three initials in the middle of a square.
pub fn initials(text: &str) -> Vec<Stroke> {
    let small = |word: &&str| !matches!(*word, "THE" | "A" | "AN" | "OF" | "AND" | "TO" | "&");
    let text = plain(text);
    let letters: String = text.split(' ').filter(small).filter_map(|word| word.chars().next()).take(3).collect();
    let size = (150.0 / width(&letters)).min(16.0);
    set(std::slice::from_ref(&letters), (240.0 - width(&letters) * size) / 2.0, 120.0 - size * 3.0, size)
}

/// Size of a unit of the letters' grid at which these lines fit.
fn grade(lines: &[String]) -> f32 {
    let widest = lines.iter().map(|line| width(line)).fold(1.0, f32::max);
    let rows: f32 = lines.iter().map(|_| 8.4).sum();
    (200.0 / widest).min(66.0 / (rows - 2.4)).min(5.2)
}

/// The words in so many lines of about the same length.
fn broken(text: &str, count: u16) -> Vec<String> {
    let share = width(text) / f32::from(count);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let last = lines.len() == usize::from(count);
        match lines.last_mut().filter(|line| last || width(line) + width(word) / 2.0 < share) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn set(lines: &[String], left: f32, top: f32, size: f32) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    let mut y = top;
    for line in lines {
        let mut x = left;
        for letter in line.chars() {
            let narrow = if advance(letter) < 3.0 { 2.0 } else { 0.0 };
            draw(shape(letter), (x - narrow * size, y), size, &mut strokes);
            x += advance(letter) * size;
        }
        y += 8.4 * size;
    }
    strokes
}

fn draw(shape: &str, (x, y): (f32, f32), size: f32, strokes: &mut Vec<Stroke>) {
    for line in shape.split(' ') {
        let points: Vec<(f32, f32)> = line.as_bytes().chunks_exact(2).map(|pair| point(pair, x, y, size)).collect();
        let lines = points.windows(2).filter_map(|two| two.first().copied().zip(two.get(1).copied()));
        strokes.extend(lines.map(|(from, to)| Stroke { from, to, pen: 0.42 * size }));
    }
}

fn point(pair: &[u8], x: f32, y: f32, size: f32) -> (f32, f32) {
    let digit = |at: usize| f32::from(pair.get(at).map_or(0, |byte| byte.saturating_sub(b'0')));
    (x + digit(0) * size, y + digit(1) * size)
}
