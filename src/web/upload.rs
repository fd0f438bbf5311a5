//! One file that was sent with a form, in the field `file`.

use poem::error::ReadBodyError;
use poem::web::Multipart;
use poem::{Body, FromRequest, Request, RequestBody};

use crate::error::AppError;

/// More than anything that is kept; so much is read so that whoever sends it hears what is wrong with it.
const MOST_BYTES: usize = 16 * 1024 * 1024;

pub enum Upload {
    File { name: String, bytes: Vec<u8> },
    Nothing,
    TooLong,
}

impl<'a> FromRequest<'a> for Upload {
    async fn from_request(req: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let unread = |_| AppError::Malformed("This file was sent in a way Usherr does not read.".to_owned());
        let bytes = match body.take()?.into_bytes_limit(MOST_BYTES).await {
            Ok(bytes) => bytes,
            Err(ReadBodyError::PayloadTooLarge) => return Ok(Self::TooLong),
            Err(error) => return Err(AppError::Malformed(error.to_string()).into()),
        };
        let mut whole = RequestBody::new(Body::from(bytes));
        let mut form = Multipart::from_request(req, &mut whole).await.map_err(unread)?;
        while let Ok(Some(field)) = form.next_field().await {
            if field.name() != Some("file") {
                continue;
            }
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|error| AppError::Malformed(error.to_string()))?;
            return Ok(if bytes.is_empty() { Self::Nothing } else { Self::File { name, bytes } });
        }
        Ok(Self::Nothing)
    }
}
