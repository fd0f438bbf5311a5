//! Posters and faces drawn from a title: a flat motif, a palette, the title in letters of one stroke; a PNG at the
//! asked size. The same title always gives the same picture. Never reads a file.

mod letters;
mod motifs;

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

use letters::Stroke;
use motifs::Motif;

type Colour = [u8; 3];

/// Ground, three colours for the motif, and one for the letters.
#[derive(Debug, Clone, Copy)]
struct Palette {
    ground: Colour,
    tones: [Colour; 3],
    ink: Colour,
}

const fn palette(ground: u32, first: u32, second: u32, third: u32, ink: u32) -> Palette {
    Palette { ground: rgb(ground), tones: [rgb(first), rgb(second), rgb(third)], ink: rgb(ink) }
}

const fn rgb(colour: u32) -> Colour {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue]
}

/// The colours of the look's posters.
const PALETTES: [Palette; 14] = [
    palette(0x1d2b4f, 0xf6c667, 0xcf4d43, 0x0f1932, 0xf2ede3),
    palette(0xe3b04b, 0x8c4a1f, 0x5b2b12, 0xf5dfa6, 0x5b2b12),
    palette(0x0b1c3d, 0x1f4fa3, 0x2f76d2, 0x8cc0f2, 0xf5f0e6),
    palette(0xbfe3e6, 0x4a9a6a, 0x7cc08a, 0xffe08a, 0x23533b),
    palette(0xe9eef3, 0x3f6a8a, 0x7fa7c0, 0xc8553d, 0x22384f),
    palette(0x12101f, 0x6f63b8, 0xf08a4b, 0x7fd1c7, 0xe9e4ff),
    palette(0xf3752b, 0xffc23d, 0xb23a1e, 0xffe7b0, 0x5a1608),
    palette(0x101820, 0x1d2b38, 0x9ad0d8, 0xff9f6b, 0xe6f2f4),
    palette(0xefe3cc, 0x2e5e6e, 0x6e94a0, 0xc2703d, 0x2e3d40),
    palette(0x7d1420, 0x570c14, 0x33060a, 0xf3e3c3, 0xf3e3c3),
    palette(0xd9e4e2, 0x9fbdbb, 0x5f8f93, 0xe8694a, 0x163a45),
    palette(0xf6efe2, 0xd8443c, 0x2a7f8e, 0xf0b429, 0x123c46),
    palette(0x0f2a1e, 0x2c6a49, 0x3d8a5f, 0xe9d9a8, 0xe9d9a8),
    palette(0x2b0f3a, 0xff5d8f, 0xc86bff, 0x7f5bff, 0xffd9e6),
];

/// The titles that the look draws keep its motif and its colours; both lists are in the same order.
const DRAWN: [&str; 14] = [
    "Harbour Lights",
    "Kestrel",
    "Low Orbit Blues",
    "Mossy & Finn",
    "Nine Winters",
    "Orrery",
    "Saffron Road",
    "Small Hours",
    "The Cartographer’s Daughter",
    "The Long Corridor",
    "The Salt Line",
    "Tin Parade",
    "Understory",
    "Velvet Static",
];

/// Width of the drawing board; its height follows the picture's shape, 360 for a poster.
const BOARD: f32 = 240.0;

/// A picture of `title`, `width` by `height` pixels, each held between 16 and 1,600.
pub fn png(title: &str, width: u32, height: u32) -> Vec<u8> {
    let (width, height) = (width.clamp(16, 1_600), height.clamp(16, 1_600));
    let mut picture = Picture::new(width, height);
    let is_poster = height * 5 > width * 6;
    let (palette, motif) = choose(title);
    picture.fill(&palette, |x, y| if is_poster { motif.tone(x, y) } else { None });
    let (lines, floor) = if is_poster { (letters::title(title), 276.0) } else { (letters::initials(title), 0.0) };
    picture.write(&lines, floor, palette.ink);
    encode(&picture).unwrap_or_default()
}

fn choose(title: &str) -> (Palette, Motif) {
    let hash = title.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let hash = hash ^ hash >> 15;
    let drawn = DRAWN.iter().position(|one| *one == title);
    let nth = |number: u32| usize::try_from(number).unwrap_or_default() % PALETTES.len();
    let palette = PALETTES.get(drawn.unwrap_or(nth(hash >> 4))).copied();
    let motif = Motif::new(drawn.unwrap_or(nth(hash >> 12)), if drawn.is_some() { 0 } else { hash >> 20 });
    (palette.unwrap_or(PALETTES[0]), motif)
}

struct Picture {
    width: u32,
    height: u32,
    /// Red, green, blue, row by row.
    pixels: Vec<u8>,
}

impl Picture {
    fn new(width: u32, height: u32) -> Picture {
        Picture { width, height, pixels: Vec::with_capacity(size(width * height * 3)) }
    }

    /// Pixels to one unit of the board.
    fn scale(&self) -> f32 {
        self.width as f32 / BOARD
    }

    /// Four samples to a pixel, so that edges are soft.
    fn fill(&mut self, palette: &Palette, tone: impl Fn(f32, f32) -> Option<usize>) {
        let scale = self.scale();
        for y in 0..self.height {
            for x in 0..self.width {
                let mut sum = [0_u16; 3];
                for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                    let tone = tone((x as f32 + dx) / scale, (y as f32 + dy) / scale);
                    let colour = tone.and_then(|tone| palette.tones.get(tone)).unwrap_or(&palette.ground);
                    sum.iter_mut().zip(colour).for_each(|(sum, part)| *sum += u16::from(*part));
                }
                self.pixels.extend(sum.map(|sum| u8::try_from(sum / 4).unwrap_or(u8::MAX)));
            }
        }
    }

    /// Draws strokes into the part of the picture below `floor` (in units of the board).
    fn write(&mut self, strokes: &[Stroke], floor: f32, ink: Colour) {
        let scale = self.scale();
        let mut mask = vec![0_u8; size(self.width * self.height)];
        for stroke in strokes {
            let stroke = stroke.moved(0.0, floor, scale);
            for (x, y) in stroke.pixels(self.width, self.height) {
                if let Some(there) = mask.get_mut(size(y * self.width + x)) {
                    *there = (*there).max(stroke.cover(x, y));
                }
            }
        }
        for (pixel, cover) in self.pixels.chunks_exact_mut(3).zip(mask).filter(|(_, cover)| *cover > 0) {
            for (part, ink) in pixel.iter_mut().zip(ink) {
                let mixed = (u32::from(*part) * u32::from(255 - cover) + u32::from(ink) * u32::from(cover)) / 255;
                *part = u8::try_from(mixed).unwrap_or(ink);
            }
        }
    }
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or_default()
}

/// An 8-bit RGB PNG.
fn encode(picture: &Picture) -> std::io::Result<Vec<u8>> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::with_capacity(13);
    header.extend(picture.width.to_be_bytes());
    header.extend(picture.height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut png, b"IHDR", &header);
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::new(6));
    for row in picture.pixels.chunks_exact(size(picture.width * 3)) {
        // Filter type 0: the row is stored as it is.
        packer.write_all(&[0])?;
        packer.write_all(row)?;
    }
    chunk(&mut png, b"IDAT", &packer.finish()?);
    chunk(&mut png, b"IEND", &[]);
    Ok(png)
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut sum = flate2::Crc::new();
    sum.update(kind);
    sum.update(data);
    png.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    png.extend(kind);
    png.extend(data);
    png.extend(sum.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;
    use std::io::Read;

    use super::*;

    fn pixels(png: &[u8]) -> Vec<u8> {
        let at = png.windows(4).position(|four| four == b"IDAT").unwrap();
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&png[at + 4..]).read_to_end(&mut rows).unwrap();
        rows
    }

    #[test]
    fn a_poster_is_a_png_of_the_asked_size_with_its_colours() {
        let png = png("Harbour Lights", 120, 180);
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(u32::from_be_bytes(png[16..20].try_into().unwrap()), 120);
        assert_eq!(u32::from_be_bytes(png[20..24].try_into().unwrap()), 180);
        let rows = pixels(&png);
        assert_eq!(rows.len(), 361 * 180);
        let seen: HashSet<&[u8]> = rows.chunks_exact(361).flat_map(|row| row[1..].chunks_exact(3)).collect();
        let wanted = PALETTES[0];
        for colour in [wanted.ground, wanted.tones[0], wanted.tones[1], wanted.tones[2], wanted.ink] {
            assert!(seen.contains(colour.as_slice()), "{colour:?} is nowhere");
        }
    }

    #[test]
    fn each_title_keeps_its_picture_and_faces_are_square() {
        assert_eq!(png("Orrery", 60, 90), png("Orrery", 60, 90));
        assert_ne!(png("Orrery", 60, 90), png("Kestrel", 60, 90));
        assert_eq!(pixels(&png("Priya Raman", 40, 40)).len(), 121 * 40);
    }

    #[test]
    fn any_title_can_be_drawn() {
        for title in ["", "…", "日本語", &"Long ".repeat(60), "Ørsted & Søn’s 2: +1"] {
            assert!(png(title, 24, 36).len() > 60, "{title}");
        }
    }
}
