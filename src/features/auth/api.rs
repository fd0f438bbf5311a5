//! Tokens for programs.

use poem::Request;
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use secrecy::{ExposeSecret, SecretString};

use super::{actions, public};
use crate::app::App;
use crate::domain::people::SessionKind;
use crate::web::api::{Tag, time};
use crate::web::{Oneself, client};

pub struct AuthApi;

/// A local sign-in.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct Credentials {
    /// Name or mail address.
    username: String,
    password: String,
}

/// Goes into `Authorization: Bearer …`.
#[derive(Object)]
struct Token {
    token: String,
    expires_at: String,
}

#[derive(ApiResponse)]
enum Ended {
    /// The token is good for nothing any more.
    #[oai(status = 204)]
    Done,
}

#[OpenApi(prefix_path = "/auth", tag = "Tag::Auth")]
impl AuthApi {
    /// Sign in with a name and a password
    ///
    /// A wrong name and a wrong password get the same answer: 401.
    #[oai(path = "/token", method = "post")]
    async fn sign_in(&self, req: &Request, app: Data<&App>, body: Json<Credentials>) -> poem::Result<Json<Token>> {
        let (typed, password) = (body.0.username, SecretString::from(body.0.password));
        let person = actions::by_password(&app, client::address(req), &typed, password).await?;
        let from = public::from(req);
        let opened =
            actions::open_session(&app, person, SessionKind::Api, from, "by the API, with a password", None).await?;
        Ok(Json(Token { token: opened.token.expose_secret().to_owned(), expires_at: time(opened.expires_at) }))
    }

    /// Give the token back
    #[oai(path = "/token", method = "delete")]
    async fn sign_out(&self, app: Data<&App>, me: Oneself) -> poem::Result<Ended> {
        actions::sign_out(&app, &me.0).await?;
        Ok(Ended::Done)
    }
}
