//! Compression of whole text answers. Streams, pictures and small answers are left as they are.

use std::cell::RefCell;
use std::io::Write;
use std::sync::Arc;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use poem::http::{HeaderValue, header};
use poem::{Endpoint, IntoResponse, Request, Response};

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
    let packed = if takes_gzip(&accepted) { gzip(&body) } else { None };
    let Some(packed) = packed else {
        response.set_body(body);
        return Ok(response);
    };
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.set_body(packed);
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

fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|part| {
        let (coding, weight) = part.split_once(';').unwrap_or((part, "q=1"));
        let weight: Option<f32> = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok());
        coding.trim() == "gzip" && weight.is_some_and(|weight| weight > 0.0)
    })
}

/// Fast rather than tight: a page is packed each time it is asked for, and a fifth of a page less is not worth three
/// times the work.
fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    // Deflated, no name, no time, fast, of no particular system.
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255];
    let mut sum = Crc::new();
    sum.update(body);
    let mut packed = PACKER.with_borrow_mut(|packer| {
        packer.get_mut().extend_from_slice(&HEADER);
        packer.write_all(body).and_then(|()| packer.try_finish()).ok()?;
        packer.reset(Vec::new()).ok()
    })?;
    packed.extend_from_slice(&sum.sum().to_le_bytes());
    packed.extend_from_slice(&sum.amount().to_le_bytes());
    Some(packed)
}

thread_local! {
    /// To make one anew takes longer than to pack a page with it.
    static PACKER: RefCell<DeflateEncoder<Vec<u8>>> =
        RefCell::new(DeflateEncoder::new(Vec::new(), Compression::fast()));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Read;

    use super::*;

    #[test]
    fn one_page_after_the_other_comes_out_as_it_went_in() {
        for body in ["<p>words</p>".repeat(5000), String::new(), "ü".repeat(3)] {
            let (packed, mut read) = (gzip(body.as_bytes()).unwrap(), String::new());
            flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut read).unwrap();
            assert!(read == body, "{} bytes", body.len());
        }
    }

    #[test]
    fn an_answer_is_packed_for_those_who_take_it() {
        for accepted in ["gzip", "br, gzip", "deflate,gzip;q=0.5", "gzip; q=1.0"] {
            assert!(takes_gzip(accepted), "{accepted}");
        }
        for accepted in ["", "br", "gzip;q=0", "gzip; q=0.0", "x-gzip", "gzip;q=often"] {
            assert!(!takes_gzip(accepted), "{accepted}");
        }
    }
}
