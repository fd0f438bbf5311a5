//! Posters and faces drawn from a title: flat colours, one shape, the initials; a small PNG at the asked size.
//! The same title always gives the same picture. Never reads a file.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

mod glyphs;

/// Ground, second colour, light: pairs that are easy on the eye beside each other.
const PALETTES: [[[u8; 3]; 3]; 12] = [
    [[0x1d, 0x2b, 0x4f], [0xf6, 0xc6, 0x67], [0xf2, 0xed, 0xe3]],
    [[0xe3, 0xb0, 0x4b], [0x8c, 0x4a, 0x1f], [0x5b, 0x2b, 0x12]],
    [[0x0b, 0x1c, 0x3d], [0x2f, 0x76, 0xd2], [0xf5, 0xf0, 0xe6]],
    [[0xbf, 0xe3, 0xe6], [0x4a, 0x9a, 0x6a], [0x23, 0x53, 0x3b]],
    [[0xe9, 0xee, 0xf3], [0x7f, 0xa7, 0xc0], [0x22, 0x38, 0x4f]],
    [[0x12, 0x10, 0x1f], [0xf0, 0x8a, 0x4b], [0xe9, 0xe4, 0xff]],
    [[0xf3, 0x75, 0x2b], [0xff, 0xc2, 0x3d], [0x5a, 0x16, 0x08]],
    [[0x10, 0x18, 0x20], [0x9a, 0xd0, 0xd8], [0xff, 0x9f, 0x6b]],
    [[0xef, 0xe3, 0xcc], [0x2e, 0x5e, 0x6e], [0x2e, 0x3d, 0x40]],
    [[0x7d, 0x14, 0x20], [0x45, 0x09, 0x0f], [0xf3, 0xe3, 0xc3]],
    [[0x0f, 0x2a, 0x1e], [0x3d, 0x8a, 0x5f], [0xe9, 0xd9, 0xa8]],
    [[0x2b, 0x0f, 0x3a], [0xff, 0x5d, 0x8f], [0xff, 0xd9, 0xe6]],
];

/// A picture of `title`, `width` by `height` pixels, each held between 16 and 1,600.
pub fn png(title: &str, width: u32, height: u32) -> Vec<u8> {
    let (width, height) = (width.clamp(16, 1_600), height.clamp(16, 1_600));
    let drawing = Drawing::of(title, width, height);
    let mut rows = Vec::with_capacity(usize::try_from((width + 1) * height).unwrap_or_default());
    for y in 0..height {
        // Filter type 0: the row is stored as it is.
        rows.push(0);
        rows.extend((0..width).map(|x| drawing.colour(x, y)));
    }
    encode(width, height, &drawing.palette, &rows).unwrap_or_default()
}

struct Drawing {
    palette: [[u8; 3]; 3],
    shape: u32,
    width: u32,
    height: u32,
    initials: Vec<[u8; 7]>,
}

impl Drawing {
    fn of(title: &str, width: u32, height: u32) -> Drawing {
        let hash = title.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let at = usize::try_from(hash >> 8).unwrap_or_default() % PALETTES.len();
        let palette = PALETTES.get(at).copied().unwrap_or_default();
        Drawing { palette, shape: hash % 6, width, height, initials: glyphs::initials(title) }
    }

    /// Palette index of a pixel: 0 the ground, 1 the shape, 2 the letters.
    fn colour(&self, x: u32, y: u32) -> u8 {
        // A grid of 240 by 360 (or what the picture's own shape makes of it) that every size is scaled from.
        let (tall, x) = (self.height * 240 / self.width, x * 240 / self.width);
        let y = y * 240 / self.width;
        if self.in_letters(x, y, tall) { 2 } else { u8::from(self.in_shape(x, y, tall * 2 / 3)) }
    }

    fn in_letters(&self, x: u32, y: u32, tall: u32) -> bool {
        let pixel = 9;
        let across = u32::try_from(self.initials.len()).unwrap_or_default() * 6;
        let left = 120_u32.saturating_sub(across * pixel / 2);
        let top = if tall > 300 { tall - 96 } else { (tall / 2).saturating_sub(pixel * 7 / 2) };
        let (Some(x), Some(y)) = (x.checked_sub(left), y.checked_sub(top)) else {
            return false;
        };
        let (column, row) = (x / pixel, y / pixel);
        let glyph = usize::try_from(column / 6).ok().and_then(|at| self.initials.get(at));
        let bits = glyph.zip(usize::try_from(row).ok()).and_then(|(glyph, row)| glyph.get(row));
        column % 6 < 5 && bits.is_some_and(|bits| bits >> (4 - column % 6) & 1 == 1)
    }

    fn in_shape(&self, x: u32, y: u32, middle: u32) -> bool {
        let (dx, dy) = (x.abs_diff(120), y.abs_diff(middle * 2 / 3));
        let distance = dx * dx + dy * dy;
        match self.shape {
            0 => distance < 70 * 70,
            1 => y > middle && (x / 8 + y / 5) % 9 > 2,
            2 => x % 48 < 20 && y < middle + x / 4,
            3 => (60 * 60..78 * 78).contains(&distance) || distance < 26 * 26,
            4 => y < middle && y > 30 && dx * 2 < y,
            _ => dx % 36 < 24 && y % 40 < 22 && y < middle && dx < 96,
        }
    }
}

/// An 8-bit palette PNG.
fn encode(width: u32, height: u32, palette: &[[u8; 3]; 3], rows: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::with_capacity(13);
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 3, 0, 0, 0]);
    chunk(&mut png, b"IHDR", &header);
    chunk(&mut png, b"PLTE", palette.as_flattened());
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(rows)?;
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
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use std::io::Read;

    use super::*;

    #[test]
    fn a_poster_is_a_png_of_the_asked_size() {
        let png = png("Harbour Lights", 300, 450);
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(u32::from_be_bytes(png[16..20].try_into().unwrap()), 300);
        assert_eq!(u32::from_be_bytes(png[20..24].try_into().unwrap()), 450);
        let at = png.windows(4).position(|four| four == b"IDAT").unwrap();
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&png[at + 4..]).read_to_end(&mut rows).unwrap();
        assert_eq!(rows.len(), 301 * 450);
        for colour in 0..3 {
            assert!(rows.contains(&colour), "colour {colour} is nowhere");
        }
    }

    #[test]
    fn each_title_keeps_its_picture() {
        assert_eq!(png("Orrery", 100, 150), png("Orrery", 100, 150));
        assert_ne!(png("Orrery", 100, 150), png("Kestrel", 100, 150));
    }
}
