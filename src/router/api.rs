//! The JSON API as one, and its document.

use poem_openapi::{LicenseObject, OpenApi, OpenApiService};

use crate::web::api_document;

/// Every slice's part of the JSON API.
pub fn api() -> OpenApiService<impl OpenApi, ()> {
    use crate::features::{
        access, access_requests, activity, auth, backups, groups, invites, jobs, me, memberships, onboarding, people,
        requests, services, titles,
    };
    let parts = (
        (auth::api::AuthApi, me::api::MeApi),
        people::api::PeopleApi,
        people::api::edit::PeopleEditApi,
        (people::api::merges::PersonMergesApi, people::api::removal::PersonRemovalApi),
        people::api::sessions::PersonSessionsApi,
        groups::api::GroupsApi,
        // A tuple has sixteen members at most.
        (
            (invites::api::InvitesApi, invites::api::guests::MyInvitesApi),
            access_requests::api::AccessRequestsApi,
            onboarding::api::WelcomePagesApi,
        ),
        people::api::access::PersonAccessApi,
        (people::api::membership::PersonMembershipApi, memberships::api::MyMembershipApi),
        access::api::AccessApi,
        titles::api::TitlesApi,
        requests::api::RequestsApi,
        services::api::ServicesApi,
        jobs::api::JobsApi,
        backups::api::BackupsApi,
        activity::api::ActivityApi,
    );
    OpenApiService::new(parts, "Usherr", env!("CARGO_PKG_VERSION"))
        .description(
            "The front desk of a Plex server, for scripts and other programs. The rules are those of the pages.",
        )
        .license(LicenseObject::new("MIT"))
}

/// The OpenAPI document, for the command line.
pub fn openapi_document() -> String {
    format!("{:#}", document(""))
}

pub fn document(base_path: &str) -> serde_json::Value {
    api_document::complete(&api().spec(), &format!("{base_path}/api"))
}
