//! One's own password and mail address, for programs.

use poem::Request;
use poem::web::Data;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use secrecy::SecretString;

use super::actions;
use crate::app::App;
use crate::web::api::Tag;
use crate::web::{Oneself, client};

pub struct MeApi;

/// A password, and the one that it replaces.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewPassword {
    /// The one that is good now.
    current: String,
    /// At least 8 characters, not only blanks, and not the sign-in name.
    password: String,
}

/// Another mail address.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewAddress {
    email: String,
    /// The password that is good now; nothing for those who have none here.
    #[oai(default)]
    password: String,
}

#[derive(ApiResponse)]
enum Asked {
    /// A mail with a link goes to the address, which is the caller's once the link was followed.
    #[oai(status = 202)]
    Done,
}

#[derive(ApiResponse)]
enum Left {
    /// The address stays as it is.
    #[oai(status = 204)]
    Done,
}

#[derive(ApiResponse)]
enum Changed {
    /// The password is changed; other sessions of the caller's have ended.
    #[oai(status = 204)]
    Done,
}

#[OpenApi(prefix_path = "/auth", tag = "Tag::Auth")]
impl MeApi {
    /// Change one's own password
    ///
    /// The session of the call goes on, all others end. A wrong `current` is a 422 at that field.
    #[oai(path = "/password", method = "put")]
    async fn change_password(
        &self,
        req: &Request,
        app: Data<&App>,
        me: Oneself,
        body: Json<NewPassword>,
    ) -> poem::Result<Changed> {
        let (current, new) = (SecretString::from(body.0.current), SecretString::from(body.0.password));
        actions::change_password(&app, &me.0, client::address(req), current, new).await?;
        Ok(Changed::Done)
    }

    /// Ask for another mail address
    ///
    /// The answer is the same whether somebody else has the address.
    #[oai(path = "/email", method = "put")]
    async fn change_email(
        &self,
        req: &Request,
        app: Data<&App>,
        me: Oneself,
        body: Json<NewAddress>,
    ) -> poem::Result<Asked> {
        let NewAddress { email, password } = body.0;
        actions::email::ask(&app, &me.0, client::address(req), &email, SecretString::from(password))
            .await
            .map_err(|error| error.renamed(&[("email_password", "password")]))?;
        Ok(Asked::Done)
    }

    /// Leave one's mail address as it is
    #[oai(path = "/email", method = "delete")]
    async fn leave_email(&self, app: Data<&App>, me: Oneself) -> poem::Result<Left> {
        actions::email::leave(&app, &me.0).await?;
        Ok(Left::Done)
    }
}
