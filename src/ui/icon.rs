//! The outline icons, drawn from one sprite file. A name that is not in the sprite does not compile.

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

/// Each icon in its two sizes, by its place in `Icon::ALL`.
static DRAWN: LazyLock<Vec<[String; 2]>> = LazyLock::new(|| {
    let drawing = |icon: &Icon| {
        let (_, rest) = SPRITE.split_once(&format!("<symbol id=\"{icon}\""))?;
        let (_, rest) = rest.split_once('>')?;
        Some(rest.split_once("</symbol>")?.0)
    };
    let drawn = |icon: &Icon| ["icon", "icon s"].map(|class| draw(drawing(icon).unwrap_or_default(), class).0);
    Icon::ALL.iter().map(drawn).collect()
});

fn draw(drawing: &str, class: &str) -> Markup {
    html! { svg class=(class) viewBox="0 0 24 24" aria-hidden="true" { (PreEscaped(drawing)) } }
}

/// An icon beside a word; read out as nothing, for the word says it. It carries its own drawing, so a fragment is
/// whole by itself, needs no base path and asks for no further file.
pub fn icon(icon: Icon) -> Drawing {
    drawn(icon, 0)
}

/// The small size, for badges, tags and summaries.
pub fn small(icon: Icon) -> Drawing {
    drawn(icon, 1)
}

/// Markup that was made once.
pub type Drawing = PreEscaped<&'static str>;

fn drawn(icon: Icon, size: usize) -> Drawing {
    PreEscaped(DRAWN.get(icon as usize).map_or("", |sizes| &sizes[size]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_drawn_and_every_drawing_has_a_name() {
        for (at, icon) in Icon::ALL.iter().enumerate() {
            assert_eq!(*icon as usize, at);
            assert!(super::icon(*icon).0.contains("\"true\"><"), "{icon}");
        }
        assert_eq!(SPRITE.matches("<symbol ").count(), Icon::ALL.len());
    }

    #[test]
    fn an_icon_carries_its_drawing() {
        let markup = icon(Icon::Check).0;
        assert!(markup.starts_with("<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path"), "{markup}");
    }
}
