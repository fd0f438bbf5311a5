//! The common way of calling: limits, redirects, network faults, words.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;

use super::{Upstream, class_of, fixture_bytes, html, json, say, to};
use crate::domain::fault::FaultClass;
use crate::vendor::address::{Base, join, parse_base};
use crate::vendor::http::{Http, client, secret_value};
use crate::vendor::http_fault::{of_status, retry_after};

fn http() -> Http {
    client("Radarr", Duration::from_secs(5)).unwrap()
}

#[test]
fn addresses_are_read_as_people_type_them() {
    for (typed, read) in [
        ("192.168.1.10:8989", "http://192.168.1.10:8989/"),
        (" https://plex.example.com ", "https://plex.example.com/"),
        ("localhost", "http://localhost/"),
        ("http://host/plex", "http://host/plex/"),
        ("http://host/plex/", "http://host/plex/"),
        ("[::1]:32400", "http://[::1]:32400/"),
    ] {
        assert_eq!(parse_base(typed).unwrap().as_str(), read);
    }
}

#[test]
fn addresses_that_can_not_be_meant_are_refused_with_a_reason() {
    for (typed, word) in [
        ("", "empty"),
        ("ftp://host", "http://"),
        ("http://me:secret@host", "password"),
        ("me:secret@host", "password"),
        ("http://host?apikey=secret", "question mark"),
        ("http://host/web/index.html#!/settings", "#"),
        ("http://", "address"),
        ("two words", "address"),
    ] {
        let fault = parse_base(typed).unwrap_err();
        assert!(fault.message.contains(word), "{typed}: {}", fault.message);
        assert!(!fault.message.contains("secret"));
        assert_eq!(fault.class, FaultClass::Permanent);
    }
}

#[test]
fn a_path_stays_below_the_base() {
    let base = parse_base("http://host/plex").unwrap();
    assert_eq!(join(&base, "identity").as_str(), "http://host/plex/identity");
    assert_eq!(join(&base, "/photo/:/transcode").as_str(), "http://host/plex/photo/:/transcode");
    assert_eq!(join(&base, "//evil/x").host_str(), Some("host"));
    assert_eq!(join(&base, "http://evil/x").host_str(), Some("host"));
    assert_eq!(join(&base, "a?b#c").as_str(), "http://host/plex/a%3Fb%23c");
}

#[tokio::test]
async fn an_answer_comes_back_whatever_its_status() {
    let upstream = Upstream::new(|_| say(418, "text/plain", "tea")).await;
    let reply = http().send(http().get(Base::parse(&upstream.base).unwrap().join("x"))).await.unwrap();
    assert_eq!((reply.status, reply.text().as_str()), (StatusCode::IM_A_TEAPOT, "tea"));
    assert!(reply.whom.starts_with("Radarr at 127.0.0.1:"));
    assert!(upstream.only().header("user-agent").starts_with("Usherr/"));
}

#[tokio::test]
async fn an_oversized_answer_is_refused() {
    let upstream = Upstream::new(|seen| match seen.path.as_str() {
        "/known" => json(vec![b'x'; 3 * 1024 * 1024]),
        // A stream has no length to be warned by.
        _ => {
            let chunks = (0..48).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 64 * 1024]));
            json(poem::Body::from_bytes_stream(futures_util::stream::iter(chunks)))
        }
    })
    .await;
    let (http, base) = (http().with_cap(2 * 1024 * 1024), Base::parse(&upstream.base).unwrap());
    for path in ["known", "streamed"] {
        let fault = http.send(http.get(base.join(path))).await.unwrap_err();
        assert_eq!(fault.class, FaultClass::Permanent);
        assert!(fault.message.contains("2 MB"), "{}", fault.message);
    }
    let roomy = http.with_cap(4 * 1024 * 1024);
    assert!(roomy.send(roomy.get(base.join("streamed"))).await.unwrap().ok());
}

#[tokio::test]
async fn a_redirect_elsewhere_is_a_fault_that_names_the_place() {
    let upstream = Upstream::new(|_| to(302, "https://login.example.com/sign-in?next=secret")).await;
    let base = Base::parse(&upstream.base).unwrap();
    for answer in
        [http().send(http().get(base.join("x"))).await, http().send_at(&base, http().get(base.join("x"))).await]
    {
        let fault = answer.unwrap_err();
        assert_eq!(fault.class, FaultClass::Transient);
        assert!(fault.message.contains("redirect") && fault.message.contains("https://login.example.com"));
        assert!(!fault.message.contains("secret"));
    }
}

#[tokio::test]
async fn a_307_on_the_base_path_is_followed_with_everything_and_learnt() {
    let upstream = Upstream::new(|seen| match seen.path.strip_prefix("/radarr") {
        None => to(307, &format!("/radarr{}", seen.path)),
        Some(_) => json("{}"),
    })
    .await;
    let base = Base::parse(&upstream.base).unwrap();
    let request = http().request(Method::POST, base.join("api/v3/movie")).header("X-Api-Key", "k").body("{\"a\":1}");
    assert!(http().send_at(&base, request).await.unwrap().ok());
    let seen = upstream.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!((seen[1].method.as_str(), seen[1].path.as_str()), ("POST", "/radarr/api/v3/movie"));
    assert_eq!((seen[1].header("x-api-key"), seen[1].body.as_str()), ("k", "{\"a\":1}"));
    assert!(base.url().path() == "/radarr/");
    assert!(http().send_at(&base, http().get(base.join("api/v3/tag"))).await.unwrap().ok());
    assert_eq!(upstream.seen()[2].path, "/radarr/api/v3/tag");
}

#[tokio::test]
async fn a_307_to_another_host_gets_no_key() {
    let other = Upstream::new(|_| json("{}")).await;
    let target = format!("{}/api", other.base);
    let upstream = Upstream::new(move |_| to(307, &target)).await;
    let base = Base::parse(&upstream.base).unwrap();
    assert_eq!(class_of(http().send_at(&base, http().get(base.join("x"))).await), FaultClass::Transient);
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let upstream = Upstream::new(|seen| to(307, &seen.path)).await;
    let base = Base::parse(&upstream.base).unwrap();
    let fault = http().send_at(&base, http().get(base.join("x"))).await.unwrap_err();
    assert!(fault.message.contains("circles"));
    assert_eq!(upstream.seen().len(), 4);
}

#[tokio::test]
async fn nothing_listening_is_told_as_such() {
    // Bound and let go: nobody listens there now.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let base = Base::parse(&format!("127.0.0.1:{port}")).unwrap();
    let fault = http().send(http().get(base.join("x")).query(&[("apikey", "secret")])).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Transient);
    assert!(
        fault.message.contains("refuses the connection") && fault.message.contains("127.0.0.1"),
        "{}",
        fault.message
    );
    assert!(!fault.message.contains("secret"));
}

#[tokio::test]
async fn an_unknown_name_is_told_as_such() {
    let base = Base::parse("http://no-such-host.invalid").unwrap();
    let fault = http().send(http().get(base.join("x"))).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Transient);
    assert!(fault.message.contains("host name is unknown"), "{}", fault.message);
}

#[tokio::test]
async fn silence_is_a_time_out() {
    // Accepts connections into the backlog and never answers.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Base::parse(&listener.local_addr().unwrap().to_string()).unwrap();
    let http = http().within(Duration::from_millis(50));
    let fault = http.send(http.get(base.join("x"))).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Transient);
    assert!(fault.message.contains("in time"), "{}", fault.message);
}

#[tokio::test]
async fn tls_against_a_plain_server_says_what_to_change() {
    let upstream = Upstream::new(|_| json("{}")).await;
    let base = Base::parse(&upstream.base.replace("http://", "https://")).unwrap();
    let fault = http().send(http().get(base.join("x"))).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Transient);
    assert!(fault.message.contains("http://"), "{}", fault.message);
}

#[tokio::test]
async fn a_self_signed_certificate_is_told_as_such() {
    let certificate = fixture_bytes("tls/self-signed.der").into();
    let key = rustls::pki_types::PrivateKeyDer::try_from(fixture_bytes("tls/self-signed.key.der")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(config).unwrap();
        // The client turns away in the middle of this.
        connection.complete_io(&mut stream).is_err()
    });
    let base = Base::parse(&format!("https://127.0.0.1:{port}")).unwrap();
    let fault = http().send(http().get(base.join("x"))).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Transient);
    let start = format!("Radarr at 127.0.0.1:{port} presented a certificate that can't be verified");
    assert!(fault.message.starts_with(&start), "{}", fault.message);
    assert!(server.join().unwrap());
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_transient() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Base::parse(&listener.local_addr().unwrap().to_string()).unwrap();
    tokio::spawn(async move {
        loop {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut room = [0; 1024];
            let _ = stream.read(&mut room).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
        }
    });
    let fault = http().send(http().get(base.join("x"))).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Transient);
    assert!(fault.message.contains("broke off"), "{}", fault.message);
}

#[tokio::test]
async fn a_web_page_in_place_of_data_is_garbled() {
    let upstream = Upstream::new(|_| html(200, "<html><body>Sign in to the proxy</body></html>")).await;
    let reply = http().send(http().get(Base::parse(&upstream.base).unwrap().join("x"))).await.unwrap();
    let fault = reply.json::<serde_json::Value>().unwrap_err();
    assert_eq!(fault.class, FaultClass::Transient);
    assert!(fault.message.contains("web page") && !fault.message.contains("Sign in to"), "{}", fault.message);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    };
    let date = ("date", "Wed, 21 Oct 2015 07:28:00 GMT");
    assert_eq!(retry_after(&headers(&[("retry-after", "120")])), Some(Duration::from_secs(120)));
    let later = headers(&[("retry-after", "Wed, 21 Oct 2015 07:29:30 GMT"), date]);
    assert_eq!(retry_after(&later), Some(Duration::from_secs(90)));
    let past = headers(&[("retry-after", "Wed, 21 Oct 2015 07:00:00 GMT"), date]);
    assert_eq!(retry_after(&past), Some(Duration::ZERO));
    assert_eq!(retry_after(&headers(&[("retry-after", "99999999999")])), Some(Duration::from_secs(86_400)));
    assert_eq!(retry_after(&headers(&[("retry-after", "soon")])), None);
    assert_eq!(retry_after(&headers(&[])), None);
}

#[test]
fn statuses_fall_into_their_classes() {
    let class = |code: u16| of_status("X", StatusCode::from_u16(code).unwrap(), &HeaderMap::new(), None).class;
    assert_eq!([401, 404, 410, 409].map(class), {
        use FaultClass::{Already, Auth, Missing};
        [Auth, Missing, Missing, Already]
    });
    assert!([408, 425, 429, 500, 502, 503, 504].map(class).iter().all(|class| *class == FaultClass::Transient));
    assert!([400, 403, 405, 422].map(class).iter().all(|class| *class == FaultClass::Permanent));
}

#[test]
fn a_secret_stays_out_of_debug_output() {
    let value = secret_value(&SecretString::from("hush")).unwrap();
    assert!(!format!("{value:?}").contains("hush"));
    assert_eq!(class_of(secret_value(&SecretString::from("a\nb"))), FaultClass::Auth);
}
