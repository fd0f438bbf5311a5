//! The outline icons, drawn from one sprite file. A name that is not in the sprite does not compile.

use std::collections::HashMap;
use std::sync::LazyLock;

use maud::{Markup, PreEscaped, html};

const SPRITE: &str = include_str!("../../assets/icons.svg");

crate::text_enum! {
    /// A symbol of `assets/icons.svg`, by its id.
    pub enum Icon {
        Home = "home",
        Search = "search",
        Ticket = "ticket",
        Calendar = "calendar",
        Bell = "bell",
        Follow = "follow",
        User = "user",
        Users = "users",
        Groups = "groups",
        Door = "door",
        Mail = "mail",
        Link = "link",
        Film = "film",
        Tv = "tv",
        Play = "play",
        Pause = "pause",
        Stop = "stop",
        Plus = "plus",
        Minus = "minus",
        Check = "check",
        X = "x",
        Clock = "clock",
        Alert = "alert",
        Info = "info",
        Help = "help",
        ChevronRight = "chevron-right",
        ChevronLeft = "chevron-left",
        ChevronDown = "chevron-down",
        ArrowRight = "arrow-right",
        Download = "download",
        Disk = "disk",
        Pulse = "pulse",
        Sliders = "sliders",
        Server = "server",
        Shield = "shield",
        Key = "key",
        Lock = "lock",
        Filter = "filter",
        Sort = "sort",
        More = "more",
        Menu = "menu",
        Eye = "eye",
        Copy = "copy",
        Refresh = "refresh",
        Undo = "undo",
        Flag = "flag",
        Log = "log",
        Qr = "qr",
        Theme = "theme",
        External = "external",
        Trash = "trash",
        Edit = "edit",
        Plug = "plug",
        Unplug = "unplug",
        SignOut = "sign-out",
        Screen = "screen",
        Phone = "phone",
        Box = "box",
        Plan = "plan",
        Chat = "chat",
        Share = "share",
        Plex = "plex",
    }
}

/// The drawing of each icon, without its `<symbol>`.
static DRAWINGS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    SPRITE
        .split("<symbol id=\"")
        .skip(1)
        .filter_map(|part| {
            let (name, rest) = part.split_once('"')?;
            let (_, drawing) = rest.split_once('>')?;
            Some((name, drawing.split_once("</symbol>")?.0))
        })
        .collect()
});

/// An icon beside a word; read out as nothing, for the word says it. It carries its own drawing, so a fragment is
/// whole by itself, needs no base path and asks for no further file.
pub fn icon(icon: Icon) -> Markup {
    draw(icon, "icon")
}

/// The small size, for badges, tags and summaries.
pub fn small(icon: Icon) -> Markup {
    draw(icon, "icon s")
}

fn draw(icon: Icon, class: &str) -> Markup {
    let drawing = DRAWINGS.get(icon.as_str()).copied().unwrap_or_default();
    html! { svg class=(class) viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(drawing)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_drawn_and_every_drawing_has_a_name() {
        for icon in Icon::ALL {
            assert!(DRAWINGS.get(icon.as_str()).is_some_and(|drawing| drawing.starts_with('<')), "{icon}");
        }
        assert_eq!(DRAWINGS.len(), Icon::ALL.len());
    }

    #[test]
    fn an_icon_carries_its_drawing() {
        let markup = icon(Icon::Check).into_string();
        assert!(markup.starts_with("<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path"), "{markup}");
    }
}
