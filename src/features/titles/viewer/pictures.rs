//! Pictures of titles, for whoever may see the title.

use poem::http::header;
use poem::web::{Data, Path, Query as Params};
use poem::{Response, handler};
use serde::Deserialize;

use crate::app::App;
use crate::db::{copies, servers, shelves, titles};
use crate::domain::catalog::Image;
use crate::domain::ids::TitleId;
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};
use crate::features::titles::pictures::{self, Source};
use crate::web::Viewer;

/// What makes no sense counts as left out.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    w: String,
}

/// The poster of a title by its row. Of one that the reader may not see there is none; whoever asked for it or follows it
/// sees what a lookup tells, and nothing of Plex.
#[handler]
pub async fn title_picture(
    app: Data<&App>,
    Viewer(me): Viewer,
    Path(id): Path<String>,
    Params(wanted): Params<Wanted>,
) -> poem::Result<Response> {
    let id: TitleId = id.parse().map_err(|_| AppError::NotFound)?;
    let Some(source) = source(&app, me, id).await? else { return Err(AppError::NotFound.into()) };
    answer(pictures::picture(&app, source, pictures::width(wanted.w.parse().ok())).await?)
}

/// A picture that a lookup has named, by the address we have signed.
#[handler]
pub async fn remote_picture(app: Data<&App>, _viewer: Viewer, Path(token): Path<String>) -> poem::Result<Response> {
    let Some(url) = app.read_remote_picture(&token) else { return Err(AppError::NotFound.into()) };
    let hosts = app.db.read(shelves::image_hosts).await?;
    answer(pictures::picture(&app, Source::Remote(url, hosts), pictures::width(None)).await?)
}

async fn source(app: &App, me: Actor, id: TitleId) -> Outcome<Option<Source>> {
    app.db
        .read(move |conn| {
            let sight = copies::sight(conn, &me)?;
            let copies = copies::of_titles(conn, &[id], &sight)?;
            let thumb = copies.iter().find_map(|copy| Some((copy.server, copy.thumb.clone()?)));
            match thumb {
                Some((server, path)) if path.starts_with('/') => {
                    let server = servers::get(conn, server)?;
                    Ok(server.map(|server| Source::Plex(Box::new(server), path)))
                }
                Some((_, url)) => Ok(Some(Source::Remote(url, shelves::image_hosts(conn)?))),
                None if !copies::known(conn, &[id], &sight)?.contains(&id) => Ok(None),
                None => match titles::get(conn, id)?.and_then(|title| title.poster) {
                    Some(url) => Ok(Some(Source::Remote(url, shelves::image_hosts(conn)?))),
                    None => Ok(None),
                },
            }
        })
        .await
}

/// One clear point: browsers draw a broken frame for a picture that fails, and that would lie over the stand-in.
const CLEAR: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// The address of a picture changes with it, so browsers may keep it for a week. One that can't be had now they may not.
fn answer(image: Option<Image>) -> poem::Result<Response> {
    let Some(image) = image else {
        let response = Response::builder().content_type("image/gif").header(header::CACHE_CONTROL, "no-store");
        return Ok(response.body(CLEAR));
    };
    Ok(Response::builder()
        .content_type(&image.content_type)
        .header(header::CACHE_CONTROL, "private, max-age=604800")
        .body(image.bytes))
}
