//! The link of an invite as a drawing to be scanned.

use qrcode::{Color, EcLevel, QrCode};

/// One path of squares, in the colours of the page; nothing where the link is too long for one.
pub fn svg(link: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::M) else { return String::new() };
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    let path: String = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width, at / width)).collect();
    format!(
        r#"<svg class="qr" viewBox="0 0 {width} {width}" role="img" aria-label="QR code of the invite link" shape-rendering="crispEdges"><path d="{path}"/></svg>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_squares() {
        let drawn = svg("https://plex.example.org/invite/back-row-2026");
        assert!(drawn.starts_with(r#"<svg class="qr" viewBox="0 0 33 33""#), "{drawn}");
        // The eyes at three corners.
        assert!(drawn.contains("M0 0h1v1h-1zM1 0h1") && drawn.contains("M32 0h1") && drawn.contains("M0 32h1"));
        assert_eq!(svg(&"x".repeat(5000)), "");
    }
}
