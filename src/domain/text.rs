//! Text as people type it.

/// In one line, without characters that can't be seen or that turn the writing around.
pub fn one_line(typed: &str) -> String {
    let words = typed.split(is_unseen).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Over several lines, without characters that can't be stored or seen.
pub fn lines(typed: &str) -> String {
    typed.replace("\r\n", "\n").chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

/// A space without width is one all the same; what joins the parts of an emoji is not.
fn is_unseen(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(one_line(" Ana\u{200b}\t Kovac\n\u{feff}"), "Ana Kovac");
        assert_eq!(one_line("\u{202e}abc"), "abc");
        assert_eq!(one_line("\u{200b}\0"), "");
        assert_eq!(one_line("👨\u{200d}👩\u{200d}👧"), "👨\u{200d}👩\u{200d}👧");
        assert_eq!(lines("one\r\ntwo\0\tthree"), "one\ntwo\tthree");
    }
}
