//! Pictures of other hosts.

use super::{Upstream, class_of, html, say, to};
use crate::domain::fault::FaultClass;
use crate::vendor::images::RemoteImages;

fn host(upstream: &Upstream) -> String {
    upstream.base.trim_start_matches("http://").to_owned()
}

async fn fetch(upstream: &Upstream, path: &str, allowed: &[String]) -> Result<(String, usize), FaultClass> {
    let answer = RemoteImages::new().unwrap().fetch(&format!("{}{path}", upstream.base), allowed).await;
    answer.map(|image| (image.content_type, image.bytes.len())).map_err(|fault| fault.class)
}

#[tokio::test]
async fn only_raster_pictures_of_named_hosts_are_taken() {
    let upstream = Upstream::new(|seen| match seen.path.as_str() {
        "/jpg" => say(200, "image/jpg; charset=binary", "jpeg"),
        "/svg" => say(200, "image/svg+xml", "<svg/>"),
        "/html" => html(200, "<html/>"),
        "/empty" => say(200, "image/png", ""),
        "/big" => say(200, "image/png", vec![0; 5 * 1024 * 1024]),
        _ => html(404, "no"),
    })
    .await;
    let allowed = [host(&upstream)];
    assert_eq!(fetch(&upstream, "/jpg", &allowed).await, Ok(("image/jpeg".into(), 4)));
    for path in ["/svg", "/html", "/empty", "/big"] {
        assert_eq!(fetch(&upstream, path, &allowed).await, Err(FaultClass::Permanent), "{path}");
    }
    assert_eq!(fetch(&upstream, "/gone", &allowed).await, Err(FaultClass::Missing));
    assert_eq!(upstream.seen()[0].header("accept"), "image/*");
}

#[tokio::test]
async fn other_hosts_are_not_even_asked() {
    let upstream = Upstream::new(|_| say(200, "image/png", "png")).await;
    assert_eq!(fetch(&upstream, "/x", &["image.tmdb.org".into()]).await, Err(FaultClass::Permanent));
    assert!(upstream.seen().is_empty());
    let images = RemoteImages::new().unwrap();
    let allowed = [host(&upstream)];
    for url in ["file:///etc/passwd", "not an address", &upstream.base.replace("http://", "http://me:pw@")] {
        assert_eq!(class_of(images.fetch(url, &allowed).await), FaultClass::Permanent, "{url}");
    }
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn redirects_stay_among_the_named_hosts_and_end() {
    let inner = Upstream::new(|_| say(200, "image/webp", "webp")).await;
    let target = format!("{}/there", inner.base);
    let outer = Upstream::new(move |seen| match seen.path.as_str() {
        "/out" => to(302, &target),
        _ => to(301, "/round"),
    })
    .await;
    assert_eq!(fetch(&outer, "/out", &[host(&outer), host(&inner)]).await, Ok(("image/webp".into(), 4)));
    assert_eq!(fetch(&outer, "/out", &[host(&outer)]).await, Err(FaultClass::Permanent));
    assert_eq!(inner.seen().len(), 1);
    assert_eq!(fetch(&outer, "/round", &[host(&outer)]).await, Err(FaultClass::Permanent));
    assert_eq!(outer.seen().iter().filter(|seen| seen.path == "/round").count(), 4);
}
