//! Faults and journal as a client meets them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicU32, Ordering};

use poem::http::Method;
use poem::{get, handler, web::Data};

use super::*;
use crate::demo::testing::{self, send};

#[handler]
fn count(applied: Data<&Arc<AtomicU32>>) -> String {
    applied.fetch_add(1, Ordering::SeqCst);
    "done".into()
}

async fn counting() -> (Host, Arc<AtomicU32>) {
    let applied = Arc::new(AtomicU32::new(0));
    let routes = poem::Route::new().at("/*rest", get(count).post(count)).data(applied.clone());
    (Host::start("test", None, routes).await.unwrap(), applied)
}

#[tokio::test]
async fn serves_and_writes_down_what_it_was_asked() {
    let (host, _) = counting().await;
    let url = format!("{}/a/b?x=1", host.url());
    let reply = send("POST", &url, &["X-Test: yes"], "hello").await.unwrap();
    assert_eq!((reply.status, reply.text().as_str()), (200, "done"));
    let asked = host.journal().wait_for(|all| all.iter().any(|one| one.answered.is_some())).await;
    assert_eq!((asked[0].path.as_str(), asked[0].query.as_str(), asked[0].text().as_str()), ("/a/b", "x=1", "hello"));
    assert_eq!(asked[0].header("x-test"), Some("yes"));
    assert_eq!(host.journal().count(Method::POST, "/a"), 1);
}

#[tokio::test]
async fn a_token_in_an_address_is_told() {
    let (host, _) = counting().await;
    host.journal().add_secret("s3cret");
    testing::get(&format!("{}/a?name=x", host.url()), &["X-Plex-Token: s3cret"]).await;
    assert!(host.journal().no_token_in_addresses());
    testing::get(&format!("{}/a?X-Plex-Token=1", host.url()), &[]).await;
    testing::get(&format!("{}/a/s3%63ret", host.url()), &[]).await;
    assert_eq!(host.journal().tokens_in_addresses().len(), 2);
}

#[tokio::test]
async fn a_host_goes_down_and_comes_up_on_its_port() {
    let (host, _) = counting().await;
    host.down().await;
    let refused = send("GET", &host.url(), &[], "").await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    host.up().await.unwrap();
    assert_eq!(testing::get(&host.url(), &[]).await.status, 200);
}

#[tokio::test]
async fn each_fault_looks_as_it_says() {
    let (host, applied) = counting().await;
    let url = format!("{}/x", host.url());
    let meets = async |fault| {
        host.faults().clear();
        host.faults().set(fault);
        send("POST", &url, &[], "").await
    };
    assert_eq!(meets(Fault::Status(503)).await.unwrap().status, 503);
    assert_eq!(meets(Fault::Unauthorized).await.unwrap().status, 401);
    let limited = meets(Fault::RateLimited(Some(7))).await.unwrap();
    assert_eq!((limited.status, limited.header("retry-after").as_deref()), (429, Some("7")));
    assert!(serde_json::from_slice::<serde_json::Value>(&meets(Fault::Garbage).await.unwrap().body).is_err());
    assert!(meets(Fault::DropConnection).await.is_err());
    assert_eq!(applied.load(Ordering::SeqCst), 0);
    assert!(meets(Fault::AppliedThenTimeout).await.is_err());
    assert_eq!(meets(Fault::AppliedThenStatus(504)).await.unwrap().status, 504);
    assert_eq!(applied.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn hanging_and_slowness_end_when_the_host_goes_down() {
    for fault in [Fault::Hang, Fault::Slow(std::time::Duration::from_hours(1))] {
        let (host, applied) = counting().await;
        host.faults().set(fault);
        let url = host.url();
        let asking = tokio::spawn(async move { send("GET", &url, &[], "").await });
        host.journal().wait_for(|all| !all.is_empty()).await;
        host.down().await;
        assert!(asking.await.unwrap().is_err());
        assert_eq!(applied.load(Ordering::SeqCst), 0);
    }
}
