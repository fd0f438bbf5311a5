//! The fields of a form as they were sent. Handlers parse them into domain types; nothing is trusted further in.

use poem::{FromRequest, Request, RequestBody};

use super::body::MOST_BYTES;
use crate::error::{AppError, Outcome};
use crate::ui::form::Errors;

#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of a field, trimmed; empty when it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// As typed: for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Nothing when empty.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// Every value of a field that may be sent more than once.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim()).collect()
    }

    /// The mark of what the form was opened with.
    pub fn seen(&self) -> Option<String> {
        Some(self.text("seen").to_owned()).filter(|seen| !seen.is_empty())
    }

    pub fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }
}

impl<'a> FromRequest<'a> for Fields {
    async fn from_request(req: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let kind = req.content_type().unwrap_or("application/x-www-form-urlencoded");
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(AppError::Malformed("This form was sent in a way Usherr does not read.".to_owned()).into());
        }
        let bytes = body
            .take()?
            .into_bytes_limit(MOST_BYTES)
            .await
            .map_err(|_| AppError::Malformed("This form is too long.".to_owned()))?;
        let pairs = url::form_urlencoded::parse(&bytes).into_owned();
        Ok(Self(pairs.map(|(key, value)| (key, clean(&value))).collect()))
    }
}

/// What was refused, as words beside the fields of the form; anything else goes up.
pub fn refusal(error: AppError) -> Outcome<Errors> {
    match error {
        AppError::Refused { message, fields } if fields.is_empty() => Ok(Errors::one("", message)),
        AppError::Refused { fields, .. } => Ok(fields.into()),
        other => Err(other),
    }
}

/// Control characters have no place in what people type, but for line breaks and tabs.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
