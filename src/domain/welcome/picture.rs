//! Pictures for welcome pages: kept in the house, so that no page asks another one for anything.

use chrono::{DateTime, Utc};

use crate::domain::ids::WelcomePictureId;

pub const MOST_BYTES: usize = 1024 * 1024;
/// All of them together.
pub const MOST_IN_ALL: i64 = 12 * 1024 * 1024;
pub const MOST_NAME: usize = 100;

crate::text_enum! {
    /// What a browser calls the kind of a picture.
    pub enum Format {
        Png = "image/png",
        Jpeg = "image/jpeg",
        Webp = "image/webp",
        Gif = "image/gif",
    }
}

impl Format {
    /// By how it begins; what the file is called, and what its sender says, counts for nothing.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }
}

/// All of a picture but the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub id: WelcomePictureId,
    /// What its file was called.
    pub name: String,
    pub format: Format,
    pub bytes: i64,
    pub added_at: DateTime<Utc>,
}

const PLACE: &str = "/images/welcome/";

/// Its address. What lies there never changes.
pub fn path(id: WelcomePictureId) -> String {
    format!("{PLACE}{id}")
}

/// The picture at an address of ours.
pub fn at(address: &str) -> Option<WelcomePictureId> {
    address.strip_prefix(PLACE)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(Format::of(b"\x89PNG\r\n\x1a\n...."), Some(Format::Png));
        assert_eq!(Format::of(b"\xff\xd8\xff\xe0"), Some(Format::Jpeg));
        assert_eq!(Format::of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(Format::Webp));
        assert_eq!(Format::of(b"GIF89a"), Some(Format::Gif));
        for not in [&b""[..], b"<svg xmlns", b"<html>", b"GIF88a", b"RIFF1234WAVE", b"\x89PNG", b"%PDF-1.7", b"MZ"] {
            assert_eq!(Format::of(not), None, "{not:?}");
        }
    }

    #[test]
    fn an_address_leads_to_a_picture_and_back() {
        assert_eq!(at(&path(WelcomePictureId(7))), Some(WelcomePictureId(7)));
        for not in ["/images/title/7", "/images/welcome/", "/images/welcome/7/8", "https://x/images/welcome/7"] {
            assert_eq!(at(not), None, "{not}");
        }
    }
}
