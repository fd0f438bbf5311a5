//! A text that somebody has written in Markdown, as far as it is safe. What opens closes: `domain` has seen to that.

use maud::{Markup, PreEscaped, html};

use super::link::Links;
use crate::domain::welcome::markdown::{self, Block, Piece, Target};
use crate::domain::welcome::picture;

pub fn prose(links: &Links, text: &str) -> Markup {
    let mut out = String::from("<div class=\"prose\">");
    for piece in markdown::read(text).pieces {
        match piece {
            Piece::Open(block) => out.push_str(&opening(links, &block)),
            Piece::Close(block) => out.push_str(closing(&block)),
            Piece::Text(words) => out.push_str(&html! { (words) }.0),
            Piece::Code(code) => out.push_str(&html! { code { (code) } }.0),
            Piece::Break => out.push_str("<br>"),
            Piece::Rule => out.push_str("<hr>"),
            Piece::Picture { id, alt } => {
                out.push_str(&html! { img src=(links.to(&picture::path(id))) alt=(alt) loading="lazy"; }.0);
            }
        }
    }
    out.push_str("</div>");
    PreEscaped(out)
}

fn opening(links: &Links, block: &Block) -> String {
    let address = |target: &Target| match target {
        Target::Inside(path) => (links.to(path), ""),
        Target::Outside(url) => (url.clone(), " rel=\"noopener noreferrer\""),
    };
    match block {
        Block::Link(target) => {
            let (href, more) = address(target);
            format!("<a href=\"{}\"{more}>", html! { (href) }.0)
        }
        Block::Numbers(first) if *first != 1 => format!("<ol start=\"{first}\">"),
        block => format!("<{}>", name(block)),
    }
}

fn closing(block: &Block) -> &'static str {
    match name(block) {
        "p" => "</p>",
        "h2" => "</h2>",
        "h3" => "</h3>",
        "h4" => "</h4>",
        "h5" => "</h5>",
        "h6" => "</h6>",
        "blockquote" => "</blockquote>",
        "pre" => "</pre>",
        "ul" => "</ul>",
        "ol" => "</ol>",
        "li" => "</li>",
        "strong" => "</strong>",
        "em" => "</em>",
        _ => "</a>",
    }
}

fn name(block: &Block) -> &'static str {
    match block {
        Block::Paragraph => "p",
        Block::Heading(..=2) => "h2",
        Block::Heading(3) => "h3",
        Block::Heading(4) => "h4",
        Block::Heading(5) => "h5",
        Block::Heading(_) => "h6",
        Block::Quote => "blockquote",
        Block::Listing => "pre",
        Block::Bullets => "ul",
        Block::Numbers(_) => "ol",
        Block::Item => "li",
        Block::Strong => "strong",
        Block::Emphasis => "em",
        Block::Link(_) => "a",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        prose(&Links::new("/usherr"), text).into_string()
    }

    #[test]
    fn a_text_becomes_markup() {
        let text = "# Hello\n\nSee [the shelf](/search), [Plex](https://www.plex.tv/?a=1&b=2) and ![A \"cat\"](/images/welcome/3)\n\n2. one\n";
        let wanted = concat!(
            "<div class=\"prose\"><h2>Hello</h2><p>See <a href=\"/usherr/search\">the shelf</a>, ",
            "<a href=\"https://www.plex.tv/?a=1&amp;b=2\" rel=\"noopener noreferrer\">Plex</a> and ",
            "<img src=\"/usherr/images/welcome/3\" alt=\"A &quot;cat&quot;\" loading=\"lazy\"></p>",
            "<ol start=\"2\"><li>one</li></ol></div>"
        );
        assert_eq!(shown(text), wanted);
    }

    #[test]
    fn nothing_that_is_typed_is_markup() {
        for hostile in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "[a](https://x.example/\"onmouseover=alert(1))",
            "[a](/x\"onmouseover=\"alert(1))",
            "![\"onload=alert(1)](/images/welcome/1)",
            "`<b onclick=x>`",
            "    <iframe src=x>",
            "[<svg onload=alert(1)>](javascript:alert(1))",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ] {
            let html = shown(hostile);
            let tags = html.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default());
            for tag in tags {
                let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
                assert!(["div", "p", "a", "img", "code", "pre"].contains(&name), "{hostile}: {html}");
                // Of attributes there are only ours: none is closed early.
                let ends = tag.matches('"').count();
                assert!(ends % 2 == 0 && !tag.replace("=\"", "").contains("\"o"), "{hostile}: {html}");
            }
            assert!(!html.contains("javascript:"), "{hostile}: {html}");
        }
    }
}
