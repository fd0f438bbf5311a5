//! Compression of whole text answers. Streams, pictures and small answers are left as they are.

use std::io::Write;
use std::sync::Arc;

use poem::http::{HeaderValue, header};
use poem::{Body, Endpoint, IntoResponse, Request, Response};

const LEAST: usize = 1024;

pub async fn compress<E: Endpoint>(next: Arc<E>, req: Request) -> poem::Result<Response> {
    let accepted = req.header("accept-encoding").unwrap_or_default().to_owned();
    let mut response = next.call(req).await?.into_response();
    if !is_text(&response) || response.headers().contains_key(header::CONTENT_ENCODING) {
        return Ok(response);
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-encoding"));
    let body = response.take_body().into_bytes().await?;
    if body.len() < LEAST {
        response.set_body(body);
        return Ok(response);
    }
    let Some((encoding, packed)) = pack(&accepted, &body) else {
        response.set_body(body);
        return Ok(response);
    };
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.set_body(Body::from(packed));
    Ok(response)
}

fn is_text(response: &Response) -> bool {
    response.content_type().is_some_and(|kind| {
        !["text/event-stream", "text/csv"].iter().any(|streamed| kind.starts_with(streamed))
            && (kind.starts_with("text/")
                || kind.contains("json")
                || kind.contains("javascript")
                || kind.contains("svg"))
    })
}

fn pack(accepted: &str, body: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let takes = |name: &str| {
        accepted.split(',').any(|part| {
            let (coding, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight: Option<f32> = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
            coding.trim() == name && weight.is_some_and(|weight| weight > 0.0)
        })
    };
    if takes("br") {
        return Some(("br", brotli(body, 4)?));
    }
    if takes("gzip") {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(5));
        packer.write_all(body).ok()?;
        return Some(("gzip", packer.finish().ok()?));
    }
    None
}

/// Packed with Brotli; quality 11 for what is packed once, 4 for what is packed each time.
pub fn brotli(body: &[u8], quality: i32) -> Option<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 18, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*body, &mut packed, &params).ok()?;
    Some(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_packed_as_the_browser_takes_it() {
        let packed = |accepted: &str| pack(accepted, b"words").map(|(encoding, _)| encoding);
        assert_eq!(packed("gzip, deflate, br"), Some("br"));
        assert_eq!(packed("br;q=0, gzip; q=0.5"), Some("gzip"));
        assert_eq!(packed("gzip;q=0.0, br;q=0.000"), None);
        assert_eq!(packed(""), None);
    }
}
