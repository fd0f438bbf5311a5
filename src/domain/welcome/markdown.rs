//! The Markdown of welcome pages, as far as it is safe: text, its structure, links to the web and into the house, and
//! pictures of the house. Everything else is text like any other.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Parser, Tag};
use url::Url;

use super::picture;
use crate::domain::ids::WelcomePictureId;

/// Deeper than anybody writes; what lies deeper is shown without further structure.
const DEEPEST: usize = 12;

/// What comes one after the other; whatever opens is closed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Open(Block),
    Close(Block),
    Text(String),
    Code(String),
    Break,
    Rule,
    Picture { id: WelcomePictureId, alt: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Paragraph,
    /// From 2 on: the first is the title of the page. None is more than one deeper than the one before it.
    Heading(u8),
    Quote,
    Listing,
    Bullets,
    /// From this number on.
    Numbers(u64),
    Item,
    Strong,
    Emphasis,
    Link(Target),
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A path of ours.
    Inside(String),
    Outside(String),
}

impl Target {
    pub fn of(address: &str) -> Option<Self> {
        let inside = address.starts_with('/') && !address.starts_with("//") && !address.contains(['\\', '\t', '\n']);
        if inside {
            return Some(Self::Inside(address.to_owned()));
        }
        let url = Url::parse(address).ok()?;
        matches!(url.scheme(), "http" | "https" | "mailto").then(|| Self::Outside(url.into()))
    }
}

/// A text that was read, and what of it can't be shown as it was meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    pub pieces: Vec<Piece>,
    pub pictures: Vec<WelcomePictureId>,
    /// Addresses of pictures that are not of this house.
    pub strange_pictures: Vec<String>,
    /// Addresses that no link may lead to.
    pub strange_links: Vec<String>,
}

pub fn read(text: &str) -> Told {
    let mut reader = Reader::default();
    Parser::new(text).for_each(|event| reader.take(event));
    reader.told
}

#[derive(Default)]
struct Reader {
    told: Told,
    /// What is open, innermost last; none where it is not shown.
    open: Vec<Option<Block>>,
    /// How many of them are shown.
    depth: usize,
    /// How deep the last heading was; 0 before the first.
    heading: u8,
    /// The picture whose words are being read, and how many pictures are open within it.
    picture: Option<(String, String, usize)>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        if let Some((_, alt, depth)) = &mut self.picture {
            match event {
                Event::Start(Tag::Image { .. }) => *depth += 1,
                Event::End(pulldown_cmark::TagEnd::Image) if *depth == 0 => self.end_picture(),
                Event::End(pulldown_cmark::TagEnd::Image) => *depth -= 1,
                Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => alt.push_str(&text),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.picture = Some((dest_url.into_string(), String::new(), 0));
            }
            Event::Start(tag) => self.begin(tag),
            Event::End(_) => self.end(),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(text),
            Event::Code(code) => self.told.pieces.push(Piece::Code(code.into_string())),
            Event::SoftBreak => self.text(CowStr::Borrowed("\n")),
            Event::HardBreak => self.told.pieces.push(Piece::Break),
            Event::Rule => self.told.pieces.push(Piece::Rule),
            // Of extensions that are not switched on.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn text(&mut self, text: CowStr<'_>) {
        match self.told.pieces.last_mut() {
            Some(Piece::Text(before)) => before.push_str(&text),
            _ => self.told.pieces.push(Piece::Text(text.into_string())),
        }
    }

    fn begin(&mut self, tag: Tag<'_>) {
        let block = self.block(tag).filter(|_| self.depth < DEEPEST);
        if let Some(block) = &block {
            self.depth += 1;
            self.told.pieces.push(Piece::Open(block.clone()));
        }
        self.open.push(block);
    }

    fn end(&mut self) {
        if let Some(Some(block)) = self.open.pop() {
            self.depth -= 1;
            self.told.pieces.push(Piece::Close(block));
        }
    }

    fn block(&mut self, tag: Tag<'_>) -> Option<Block> {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => Some(Block::Paragraph),
            Tag::Heading { level, .. } => Some(Block::Heading(self.heading(level))),
            Tag::BlockQuote(_) => Some(Block::Quote),
            Tag::CodeBlock(_) => Some(Block::Listing),
            Tag::List(None) => Some(Block::Bullets),
            Tag::List(Some(first)) => Some(Block::Numbers(first)),
            Tag::Item => Some(Block::Item),
            Tag::Strong => Some(Block::Strong),
            Tag::Emphasis => Some(Block::Emphasis),
            Tag::Link { link_type, dest_url, .. } => {
                let mail = if link_type == LinkType::Email { "mailto:" } else { "" };
                self.link(format!("{mail}{dest_url}")).map(Block::Link)
            }
            _ => None,
        }
    }

    fn heading(&mut self, level: HeadingLevel) -> u8 {
        self.heading = lowered(level).min(self.heading.max(1) + 1);
        self.heading
    }

    fn link(&mut self, address: String) -> Option<Target> {
        let target = Target::of(&address);
        if target.is_none() {
            self.told.strange_links.push(address);
        }
        target
    }

    /// A picture of another house is a link to it.
    fn end_picture(&mut self) {
        let Some((address, alt, _)) = self.picture.take() else { return };
        if let Some(id) = picture::at(&address) {
            self.told.pictures.push(id);
            return self.told.pieces.push(Piece::Picture { id, alt });
        }
        let words = if alt.trim().is_empty() { address.clone() } else { alt };
        let is_linked = self.open.iter().flatten().any(|block| matches!(block, Block::Link(_)));
        match Target::of(&address).filter(|_| !is_linked) {
            Some(target) => {
                self.told.pieces.push(Piece::Open(Block::Link(target.clone())));
                self.told.pieces.push(Piece::Text(words));
                self.told.pieces.push(Piece::Close(Block::Link(target)));
            }
            None => self.text(words.into()),
        }
        self.told.strange_pictures.push(address);
    }
}

fn lowered(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 2,
        HeadingLevel::H2 => 3,
        HeadingLevel::H3 => 4,
        HeadingLevel::H4 => 5,
        HeadingLevel::H5 | HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::Block::{Bullets, Emphasis, Heading, Item, Link, Listing, Numbers, Paragraph, Quote, Strong};
    use super::Piece::{Close, Open};
    use super::*;

    fn text(words: &str) -> Piece {
        Piece::Text(words.to_owned())
    }

    fn outside(address: &str) -> Block {
        Link(Target::Outside(address.to_owned()))
    }

    fn within(block: Block, inner: Vec<Piece>) -> Vec<Piece> {
        let mut pieces = vec![Open(block.clone())];
        pieces.extend(inner);
        pieces.push(Close(block));
        pieces
    }

    fn links(text: &str) -> Vec<Target> {
        let open = |piece| match piece {
            Open(Link(target)) => Some(target),
            _ => None,
        };
        read(text).pieces.into_iter().filter_map(open).collect()
    }

    #[test]
    fn what_people_write_has_its_structure() {
        assert_eq!(read("# Hello").pieces, within(Heading(2), vec![text("Hello")]));
        let headings = |text: &str| -> Vec<u8> {
            let of = |piece| if let Open(Heading(level)) = piece { Some(level) } else { None };
            read(text).pieces.into_iter().filter_map(of).collect()
        };
        assert_eq!(headings("## So\n\n# And\n\n### Deep\n\n###### Deeper\n\n# Up"), [2, 2, 3, 4, 2]);
        assert_eq!(read("one\ntwo").pieces, within(Paragraph, vec![text("one\ntwo")]));
        assert_eq!(read("> so").pieces, within(Quote, within(Paragraph, vec![text("so")])));
        assert_eq!(read("    code <b>\n").pieces, within(Listing, vec![text("code <b>\n")]));
        assert_eq!(read("- a").pieces, within(Bullets, within(Item, vec![text("a")])));
        assert_eq!(read("3. a").pieces, within(Numbers(3), within(Item, vec![text("a")])));
        assert_eq!(read("---").pieces, [Piece::Rule]);
        let mixed = [within(Strong, vec![text("a")]), within(Emphasis, vec![text("b")])].concat();
        assert_eq!(read("**a***b*").pieces, within(Paragraph, mixed));
        let broken = vec![Piece::Code("x".to_owned()), Piece::Break, text("y")];
        assert_eq!(read("`x`  \ny").pieces, within(Paragraph, broken));
    }

    #[test]
    fn links_lead_to_the_web_or_into_the_house() {
        let inside = |path: &str| vec![Target::Inside(path.to_owned())];
        let out = |address: &str| vec![Target::Outside(address.to_owned())];
        assert_eq!(links("[a](https://www.plex.tv/apps)"), out("https://www.plex.tv/apps"));
        assert_eq!(links("<http://nas.lan:32400/web>"), out("http://nas.lan:32400/web"));
        assert_eq!(links("[a](mailto:mara@example.org)"), out("mailto:mara@example.org"));
        assert_eq!(links("<mara@example.org>"), out("mailto:mara@example.org"));
        assert_eq!(links("[a](/search)"), inside("/search"));
    }

    #[test]
    fn links_to_anywhere_else_are_words() {
        for bad in [
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java&#10;script:alert(1))",
            "[a](<java\tscript:alert(1)>)",
            "[a](vbscript:x)",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "[a](file:///etc/passwd)",
            "[a](//evil.example)",
            "[a](/\\evil.example)",
            "[a](elsewhere)",
            "[a]()",
            "<javascript:alert(1)>",
            "[a][x]\n\n[x]: javascript:alert(1)",
        ] {
            let told = read(bad);
            assert!(links(bad).is_empty(), "{bad}: {:?}", told.pieces);
            assert_eq!(told.strange_links.len(), 1, "{bad}");
        }
    }

    #[test]
    fn markup_is_text() {
        for markup in
            ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- x -->", "<b>a</b>", "<?php x ?>"]
        {
            for written in [markup.to_owned(), format!("so {markup} it is"), format!("- {markup}")] {
                let pieces = read(&written).pieces;
                let words: String = pieces
                    .iter()
                    .map(|piece| if let Piece::Text(words) = piece { words.as_str() } else { "" })
                    .collect();
                assert!(words.contains(markup), "{written}: {pieces:?}");
            }
        }
    }

    #[test]
    fn pictures_are_of_the_house() {
        let own = Piece::Picture { id: WelcomePictureId(7), alt: "The remote".to_owned() };
        let told = read("![The *remote*](/images/welcome/7)");
        assert_eq!((told.pieces, told.pictures), (within(Paragraph, vec![own]), vec![WelcomePictureId(7)]));
        let told = read("![A cat](https://cats.example/1.png)");
        let link = within(outside("https://cats.example/1.png"), vec![text("A cat")]);
        assert_eq!(told.pieces, within(Paragraph, link));
        assert_eq!(told.strange_pictures, ["https://cats.example/1.png"]);
        for bad in ["![a](data:image/svg+xml;base64,AAAA)", "![a](javascript:x)", "![a](//evil.example/1.png)"] {
            let told = read(bad);
            assert_eq!(told.pieces, within(Paragraph, vec![text("a")]), "{bad}");
            assert_eq!(told.strange_pictures.len(), 1, "{bad}");
        }
        // Within a link there is no second one.
        let told = read("[![a](https://x.example/1.png)](https://y.example/)");
        assert_eq!(told.pieces, within(Paragraph, within(outside("https://y.example/"), vec![text("a")])));
        // A picture in the words of a picture.
        assert_eq!(read("![a ![b](x) c](/images/welcome/1)").pieces.len(), 3);
    }

    #[test]
    fn whatever_is_typed_opens_and_closes_and_is_not_deep() {
        let deep = [
            ">".repeat(15_000),
            "- ".repeat(8_000),
            "*".repeat(20_000),
            "[".repeat(20_000),
            "![".repeat(9_000),
            format!("{}a{}", "**a *b ".repeat(2_000), "* c**".repeat(2_000)),
            "<".repeat(20_000),
            "`".repeat(19_999),
            "1. > - # x\n".repeat(1_500),
        ];
        for typed in deep {
            let (mut open, mut deepest) = (Vec::new(), 0);
            for piece in read(&typed).pieces {
                match piece {
                    Open(block) => open.push(block),
                    Close(block) => assert_eq!(open.pop(), Some(block)),
                    _ => {}
                }
                deepest = deepest.max(open.len());
            }
            assert!(open.is_empty() && deepest <= DEEPEST + 1, "{deepest}: {}", &typed[..20]);
        }
    }
}
