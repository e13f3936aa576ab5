//! The text of one block in the making.

/// Text whose white space collapses to single spaces as it is pushed, unless it is pushed verbatim.
#[derive(Default)]
pub(super) struct InlineText {
    text: String,
    /// White space was seen that becomes a space if more text follows.
    space: bool,
}

impl InlineText {
    /// Appends running text. Markup between two pushes does not break a word; white space in either does.
    pub fn push(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_whitespace() {
                self.space = true;
            } else if !is_dropped(character) {
                if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
                    self.text.push(' ');
                }
                self.space = false;
                self.text.push(character);
            }
        }
    }

    /// Appends text that keeps its spaces, tabs and lines, as in a listing.
    pub fn push_verbatim(&mut self, text: &str) {
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\r' if characters.peek() == Some(&'\n') => {}
                '\r' => self.text.push('\n'),
                '\n' | '\t' => self.text.push(character),
                // Vertical tab, form feed and the like: models drop them, which would join the words around them.
                _ if character.is_whitespace() && character.is_control() => self.text.push(' '),
                _ if is_dropped(character) => {}
                _ => self.text.push(character),
            }
        }
    }

    /// Ends the line, unless nothing stands on it yet.
    pub fn end_line(&mut self) {
        self.space = false;
        if !self.at_line_start() {
            self.text.push('\n');
        }
    }

    /// Whether nothing stands on the current line yet.
    pub fn at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Hands out the text without the blank lines around it, and starts anew.
    pub fn take(&mut self) -> String {
        self.space = false;
        let mut text = std::mem::take(&mut self.text);
        text.truncate(text.trim_end().len());
        let blank = text.len() - text.trim_start().len();
        if let Some(feed) = text[..blank].rfind('\n') {
            text.drain(..=feed);
        }
        text
    }
}

/// Characters that show nothing and would only hide a word from a search: controls, soft hyphens, byte order marks.
fn is_dropped(character: char) -> bool {
    character.is_control() || matches!(character, '\u{ad}' | '\u{feff}')
}

/// `text` as one line.
pub(super) fn collapse(text: &str) -> String {
    let mut inline = InlineText::default();
    inline.push(text);
    inline.take()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_collapses_and_controls_go() {
        assert_eq!(collapse("\u{feff} one \u{a0}\r\n two\0\u{7}soft\u{ad}ly\u{b}three \t"), "one twosoftly three");
    }

    #[test]
    fn markup_between_pushes_does_not_break_a_word() {
        let mut inline = InlineText::default();
        ["un", "believ", "able ", " story"].into_iter().for_each(|part| inline.push(part));
        assert_eq!(inline.take(), "unbelievable story");
    }

    #[test]
    fn verbatim_keeps_lines_and_indentation() {
        let mut inline = InlineText::default();
        inline.push_verbatim("\r\n  if x {\r\n\ty();\r\r  }\u{c}\0\n\n");
        assert_eq!(inline.take(), "  if x {\n\ty();\n\n  }");
    }

    #[test]
    fn line_ends_do_not_pile_up() {
        let mut inline = InlineText::default();
        inline.end_line();
        inline.push("one ");
        inline.end_line();
        inline.end_line();
        inline.push(" two");
        inline.end_line();
        assert_eq!(inline.take(), "one\ntwo");
    }
}
