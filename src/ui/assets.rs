//! The files a page needs, embedded, each under a name that holds a hash of its content: a year in the cache, and
//! never stale. It only hands out bytes; headers and compression are `web`'s.

use std::sync::LazyLock;

/// What a page may link to. Style sheets and scripts are joined, so that a first visit asks for few files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asset {
    /// tokens.css and components.css.
    Styles,
    /// htmx with its extensions for server-sent events and preloading.
    Htmx,
    /// Our own script.
    App,
    /// The favicon.
    Mark,
    /// The wordmark, for mails and documents.
    Logo,
}

/// One embedded file as it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedAsset {
    pub bytes: &'static [u8],
    pub mime: &'static str,
}

struct Served {
    asset: Asset,
    name: String,
    content: String,
    mime: &'static str,
}

static SERVED: LazyLock<Vec<Served>> = LazyLock::new(|| {
    let css = "text/css; charset=utf-8";
    let js = "text/javascript; charset=utf-8";
    let svg = "image/svg+xml";
    vec![
        serve(Asset::Styles, "styles", "css", css, &[TOKENS, COMPONENTS]),
        serve(Asset::Htmx, "htmx", "js", js, &[HTMX, HX_SSE, HX_PRELOAD]),
        serve(Asset::App, "app", "js", js, &[APP]),
        serve(Asset::Mark, "mark", "svg", svg, &[MARK]),
        serve(Asset::Logo, "logo", "svg", svg, &[LOGO]),
    ]
});

pub(super) const LOGO: &str = include_str!("../../assets/logo.svg");
const MARK: &str = include_str!("../../assets/mark.svg");
const TOKENS: &str = include_str!("../../assets/tokens.css");
const COMPONENTS: &str = include_str!("../../assets/components.css");
const APP: &str = include_str!("../../assets/app.js");
const HTMX: &str = include_str!("../../assets/vendor/htmx.min.js");
const HX_SSE: &str = include_str!("../../assets/vendor/hx-sse.min.js");
const HX_PRELOAD: &str = include_str!("../../assets/vendor/hx-preload.min.js");

/// The name under `/assets/`: "styles-1f2e….css".
pub fn name(asset: Asset) -> &'static str {
    SERVED.iter().find(|served| served.asset == asset).map_or("", |served| &served.name)
}

/// The file of that name, hash included; any other name is not there. What is there may be cached for ever.
pub fn file(name: &str) -> Option<EmbeddedAsset> {
    let served = SERVED.iter().find(|served| served.name == name)?;
    Some(EmbeddedAsset { bytes: served.content.as_bytes(), mime: served.mime })
}

fn serve(asset: Asset, stem: &str, extension: &str, mime: &'static str, parts: &[&str]) -> Served {
    let content = parts.join("\n");
    let name = format!("{stem}-{:016x}.{extension}", fnv1a(content.as_bytes()));
    Served { asset, name, content, mime }
}

/// FNV-1a: tells versions apart and is the same on every machine; it guards against nothing.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
