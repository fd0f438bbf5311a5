//! The pages a new house begins with. They are pages like any other: changed, put in order, switched off, deleted.

use super::{Audience, WelcomePage};
use crate::domain::ids::WelcomePageId;

pub fn pages() -> Vec<WelcomePage> {
    let page = |(title, body): &(&str, &str)| WelcomePage {
        id: WelcomePageId(0),
        title: (*title).to_owned(),
        body: (*body).to_owned(),
        gate: None,
        audience: Audience::Everybody,
        enabled: true,
    };
    PAGES.iter().map(page).collect()
}

const PAGES: [(&str, &str); 4] = [
    ("What Plex is", WHAT_IS_PLEX),
    ("Get the app", GET_THE_APP),
    ("Make it look good", QUALITY),
    ("Ask for what is missing", REQUESTS),
];

const WHAT_IS_PLEX: &str = "\
Plex is an app that plays films and series from this house, much as the streaming services you know play theirs. \
The collection is looked after by people, not by a company: it has no advertising in it, and nothing disappears at the end of \
a month because a contract ran out.

- **Your Plex account** is yours. You made it at Plex, its password stays there, and it costs nothing.
- **This house** shares its libraries with that account. You find them in the Plex app, under the name of the house.
- **Usherr**, the page you are reading, is the front desk. Here you see what is new, and ask for what is missing.

Plex shows films and live channels of its own, too, some of them with advertising. They don't come from here. If you would \
rather not see them, you can unpin them in the app: *More*, then *Edit* or the three dots beside the name.
";

const GET_THE_APP: &str = "\
There is a Plex app for nearly everything with a screen:

- **Television**: look for \"Plex\" in the app store of your TV, Apple TV, Fire TV, Roku, Chromecast or games console.
- **Phone and tablet**: in the App Store or on Google Play.
- **Computer**: nothing to install, the browser will do: [app.plex.tv](https://app.plex.tv).

[All apps at plex.tv](https://www.plex.tv/apps-devices/)

## Sign in on a television

1. Open the app. It shows a code of four letters or digits.
2. On your phone or computer, go to [plex.tv/link](https://www.plex.tv/link/) and sign in.
3. Type the code. The television signs in by itself.

Sign in with **the account you came here with**: another one would not see this house.
";

const QUALITY: &str = "\
Away from home, Plex plays in a lower quality until you tell it otherwise. Telling it takes a minute, once on every device, and \
makes the picture far better. It also spares the server, which then sends films as they are in place of converting them.

## In the app

1. Open the **settings** of the app, and there **Video quality** (on some devices just **Quality**).
2. Set **Remote streaming** (also called *Internet streaming*) to **Maximum** or **Original**.
3. Do the same for **Home streaming** if you see it.
4. Switch off **Adjust automatically**, unless your connection is slow.

## If it stutters

Your connection may be too slow for the original. While the film plays, open its settings and choose a lower quality, such \
as *8 Mbps 1080p*. On a phone you can keep a lower one for mobile data.

> Subtitles can make a film stutter, too: some devices need the whole picture converted for them. If it plays well without, \
choose subtitles that are marked *SRT*.
";

const REQUESTS: &str = "\
Something you would like to see is not there? Ask for it here.

1. Go to [Search](/search) and type its name. What is on Plex already is shown first, and plays at once.
2. Choose what you were looking for, and press **Request**. Of a series you may ask for all of it, or for some seasons.
3. Somebody may have to say yes. Then it is fetched, and Usherr writes to you when it is ready, if you want that.

[My requests](/requests) shows how far everything is. If somebody else asked for the same before you, follow it: \
you hear of it when they do.

On [your account page](/me) you choose which mails come, and you can read these pages again whenever you like. \
Enjoy the show.
";

#[cfg(test)]
mod tests {
    use super::super::form::{Known, TypedPage};
    use super::*;

    #[test]
    fn the_house_begins_with_pages_that_anybody_could_have_typed() {
        for page in pages() {
            let read = TypedPage::of(&page).read(page.id, &Known { invites: &[], pictures: &[] });
            assert_eq!(read.map(|page| page.title), Ok(page.title));
        }
    }
}
