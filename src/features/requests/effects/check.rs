//! Asks a service how one title stands: is it there, has it its files, which episodes are wanted.

use super::arr::Arr;
use crate::app::App;
use crate::domain::fault::Answer;
use crate::domain::request::{Request, WantedEpisode};
use crate::features::requests::actions::Facts;
use crate::vendor::sonarr::Sonarr;

/// How the title of a request stands at its service.
pub async fn facts(app: &App, arr: &Arr, request: &Request, public_id: Option<i64>) -> Answer<Facts> {
    let by_row = match request.arr_id {
        Some(id) => arr.get(id).await?,
        None => None,
    };
    let found = match (by_row, public_id) {
        (Some(found), _) => Some(found),
        // Rows get new numbers when a service is set up anew.
        (None, Some(public_id)) => arr.find(public_id).await?,
        (None, None) => None,
    };
    let Some(found) = found else { return Ok(Facts::Missing) };
    let Arr::Sonarr(sonarr) = arr else {
        return Ok(Facts::There { row: found.id, complete: found.candidate.has_file, wanted: None });
    };
    let now = app.now();
    Ok(match wanted(sonarr, found.id, request, None).await? {
        None => Facts::There { row: found.id, complete: false, wanted: None },
        Some((wanted, files)) => {
            let aired = || wanted.iter().zip(&files).filter(|(episode, _)| episode.has_aired(now));
            let complete = aired().next().is_some() && aired().all(|(_, has_file)| *has_file);
            Facts::There { row: found.id, complete, wanted: Some(wanted) }
        }
    })
}

/// The episodes of a request's scope, and which of them have files; `None` while Sonarr has not read any. `seasons` are
/// those of the request when they became known only now.
pub async fn wanted(
    sonarr: &Sonarr,
    series: i64,
    request: &Request,
    seasons: Option<&[i32]>,
) -> Answer<Option<(Vec<WantedEpisode>, Vec<bool>)>> {
    let episodes = sonarr.episodes(series).await?;
    if episodes.is_empty() {
        return Ok(None);
    }
    let mut request = request.clone();
    if let Some(seasons) = seasons {
        request.seasons = Some(seasons.to_vec());
    }
    let wanted = episodes.into_iter().filter(|episode| request.wants(episode.season, episode.air_date));
    Ok(Some(
        wanted
            .map(|episode| {
                let wanted =
                    WantedEpisode { season: episode.season, number: episode.number, airs_at: episode.air_date };
                (wanted, episode.has_file)
            })
            .unzip(),
    ))
}
