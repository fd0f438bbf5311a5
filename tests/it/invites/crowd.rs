//! Many at one door.

use futures_util::StreamExt;
use futures_util::stream::iter;
use serde_json::json;

use super::{close, come_in, house, invite, sees, show, used};

/// Those who press the button, and the places that there are.
const GUESTS: usize = 40;
const PLACES: i64 = 10;

#[tokio::test]
async fn the_last_places_go_to_as_many_as_there_are_and_nobody_sees_an_error() {
    let test = house().await;
    invite(&test, json!({ "uses": PLACES })).await;
    let names: Vec<String> = (0..GUESTS).map(|number| format!("guest{number}")).collect();
    for name in &names {
        test.world.house().write(|house| house.add_account(name, &format!("{name}@example.org")));
    }
    let mut guests = Vec::new();
    for name in &names {
        let guest = test.nobody();
        show(&test, &guest, name).await;
        guests.push(guest);
    }
    let pages: Vec<_> = iter(&guests).map(come_in).buffer_unordered(GUESTS).collect().await;
    let open = pages.iter().filter(|page| page.body.contains("The door is open")).count();
    let full = pages.iter().filter(|page| page.body.contains("used as often as it works")).count();
    assert_eq!((i64::try_from(open).unwrap(), full), (PLACES, GUESTS - open));
    let inside = names.iter().filter(|name| sees(&test, name).is_some_and(|(_, accepted)| accepted)).count();
    assert_eq!((inside, used(&test).await), (open, PLACES));
    close(test).await;
}
