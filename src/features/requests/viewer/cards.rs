//! From rows to view-models: what every page of requests shows of one, and what the reader may do with it.

use crate::db::request_pages::Thumbs;
use crate::db::requests::Listing;
use crate::domain::people::{Actor, KeyScope};
use crate::domain::request::Stage;
use crate::features::requests::views::{Card, May, Subject, Who};
use crate::ui::Frame;

pub fn card(frame: &Frame, me: &Actor, listing: &Listing, thumbs: &Thumbs) -> Card {
    let picture = listing.title.picture(thumbs.get(&listing.title.id).map(String::as_str));
    Card {
        request: listing.request.clone(),
        subject: Subject {
            kind: listing.title.kind,
            title: listing.title.title.clone(),
            path: listing.title.path(),
            poster: picture.map(|path| frame.links.to(&path)),
        },
        asker: who(me, &listing.asker),
        followers: i64::try_from(listing.followers.len()).unwrap_or(i64::MAX),
        progress: listing.progress(),
        comes_out: listing.title.release_date.filter(|day| *day > frame.clock.today()),
    }
}

pub fn who(me: &Actor, (id, name): &(crate::domain::ids::PersonId, String)) -> Who {
    if *id == me.id { Who::You } else { Who::Somebody(name.clone()) }
}

/// What the reader may do with it as it is now. The actions check again; this only hides what would be refused.
pub fn may(me: &Actor, listing: &Listing) -> May {
    let request = &listing.request;
    let stage = request.stage;
    let writes = me.scope != KeyScope::Read;
    let decides = me.role.may_decide() && writes;
    let asks = me.role.may_request() && writes;
    let own = request.asker == me.id;
    let follows = listing.is_followed_by(me.id);
    May {
        approve: decides && stage == Stage::Asked,
        decline: decides && !stage.is_over(),
        edit: decides && (stage == Stage::Asked || (stage == Stage::Stuck && request.arr_id.is_none())),
        retry: decides && matches!(stage, Stage::Stuck | Stage::Gone),
        withdraw: ((own && asks) || decides) && !stage.is_over(),
        follow: asks && !own && !follows && !stage.is_over(),
        unfollow: asks && follows,
    }
}
