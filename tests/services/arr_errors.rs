//! How Sonarr and Radarr refuse (services.md 1.3), and in which class and words it arrives.

use std::time::Duration;

use poem::{IntoResponse, Response};
use serde_json::json;
use usherr::domain::fault::{Fault, FaultClass};

use crate::stand_in::{KEY, StandIn, answer, bytes, empty, json};

async fn fault_of(response: impl Fn() -> Response + Send + Sync + 'static) -> Fault {
    let server = StandIn::new(move |_| response()).await;
    let fault = server.radarr().search(1).await.unwrap_err();
    assert!(!fault.message.contains(KEY));
    fault
}

#[tokio::test]
async fn an_empty_401_is_a_wrong_key() {
    let fault = fault_of(|| empty(401)).await;
    assert_eq!(fault.class, FaultClass::Auth);
    assert!(fault.message.contains("Radarr at 127.0.0.1") && fault.message.contains("API key"), "{fault}");
}

#[tokio::test]
async fn a_duplicate_is_an_array_in_a_400() {
    for (code, text) in [
        ("MovieExistsValidator", "This movie has already been added"),
        ("SeriesExistsValidator", "This series has already been added"),
        ("", "This movie has already been added"),
    ] {
        let failure = json!([{"propertyName": "TmdbId", "errorMessage": text, "attemptedValue": 603, "severity": "error",
            "errorCode": code, "formattedMessageArguments": []}]);
        let fault = fault_of(move || json(400, &failure)).await;
        assert_eq!(fault.class, FaultClass::Already, "{fault}");
    }
}

#[tokio::test]
async fn other_failures_are_told_in_their_own_words() {
    let fault = fault_of(|| {
        json(400, &json!([
            {"propertyName": "RootFolderPath", "errorMessage": "Root folder '/tv' does not exist", "severity": "error"},
            {"propertyName": "QualityProfileId", "errorMessage": "Quality Profile does not exist"}
        ]))
    })
    .await;
    assert_eq!(fault.class, FaultClass::Permanent);
    assert!(
        fault.message.ends_with("refuses that: Root folder '/tv' does not exist; Quality Profile does not exist"),
        "{fault}"
    );
    let nested = bytes("aiopyarr/common/validation-failed.json");
    let fault = fault_of(move || answer(400, "application/json", nested.clone())).await;
    assert!(fault.message.ends_with("refuses that: string"), "{fault}");
}

#[tokio::test]
async fn an_id_nobody_knows_is_missing() {
    let fault = fault_of(|| {
        json(
            400,
            &json!([{"propertyName": "TvdbId", "errorMessage": "A series with this ID was not found. Path: /tv/x"}]),
        )
    })
    .await;
    assert_eq!(fault.class, FaultClass::Missing);
}

#[tokio::test]
async fn problem_details_name_the_field_only() {
    let fault = fault_of(|| {
        json(400, &json!({"type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.", "status": 400, "traceId": "00-1",
            "errors": {"$.minimumAvailability": ["The JSON value could not be converted to NzbDrone.Core.Movies.MovieStatusType. Path: x"]}}))
    })
    .await;
    assert_eq!(fault.class, FaultClass::Permanent);
    assert!(fault.message.contains("can't read minimumAvailability") && !fault.message.contains("NzbDrone"), "{fault}");
}

#[tokio::test]
async fn a_stack_trace_is_never_shown() {
    for status in [400, 404, 409, 500, 503] {
        let fault = fault_of(move || {
            json(status, &json!({"message": "Sequence contains no matching element", "description": "at System.Linq.ThrowHelper"}))
        })
        .await;
        assert!(fault.message.contains("Sequence contains") && !fault.message.contains("System.Linq"), "{fault}");
    }
}

#[tokio::test]
async fn what_passes_is_transient() {
    let starting = || json(503, &json!({"errorMessage": "Sonarr is starting up, please try again later"}));
    let fault = fault_of(starting).await;
    assert!(fault.is_transient() && fault.message.contains("starting up"), "{fault}");
    let skyhook = || {
        json(
            503,
            &json!({"message": "Search for 'x' failed. Unable to communicate with SkyHook.", "description": "at …"}),
        )
    };
    assert!(fault_of(skyhook).await.is_transient());
    for status in [408, 429, 500, 502, 504] {
        assert!(fault_of(move || empty(status)).await.is_transient(), "{status}");
    }
    let wait = fault_of(|| empty(429).with_header("Retry-After", "30").into_response()).await.retry_after;
    assert_eq!(wait, Some(Duration::from_secs(30)));
}

#[tokio::test]
async fn rows_that_are_not_there_are_missing() {
    let problem =
        json!({"type": "https://tools.ietf.org/html/rfc7231#section-6.5.4", "title": "Not Found", "status": 404});
    let fault = fault_of(move || json(404, &problem)).await;
    assert_eq!(fault.class, FaultClass::Missing);
    assert_eq!(fault_of(|| json(404, &json!({"message": "NotFound"}))).await.class, FaultClass::Missing);
    let fault = fault_of(|| empty(404).with_header("X-Application-Version", "4.0.19.2979").into_response()).await;
    assert_eq!(fault.class, FaultClass::Missing);
}

#[tokio::test]
async fn a_redirect_to_elsewhere_is_a_wrong_address() {
    let fault = fault_of(|| empty(302).with_header("Location", "https://sso.example/login").into_response()).await;
    assert_eq!(fault.class, FaultClass::Transient);
}

#[tokio::test]
async fn a_service_that_is_down_or_slow_is_transient() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let radarr = usherr::vendor::radarr::Radarr::new(&address.to_string(), &KEY.into()).unwrap();
    assert!(radarr.status().await.unwrap_err().is_transient());

    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let radarr = usherr::vendor::radarr::Radarr::new(&silent.local_addr().unwrap().to_string(), &KEY.into()).unwrap();
    let fault = radarr.lookup("x", Duration::from_millis(50)).await.unwrap_err();
    assert!(fault.is_transient() && fault.message.contains("in time"), "{fault}");
}
