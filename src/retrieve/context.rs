//! A question to passages within a token budget, in document order, nothing twice.

use std::fmt::Write;

use super::corpus::Corpus;
use super::expand::union;
use super::nodes::pack_nodes;
use super::options::{ContextFormat, ContextOptions, Mode};
use super::passages::choose_sentences;
use super::rank::{Question, Trace, rank};
use super::route::Plan;
use crate::document::SourceRange;
use crate::error::Result;
use crate::traits::TokenCounter;

/// Passages chosen for a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    pub text: String,
    /// In the order in which they stand in `text`.
    pub citations: Vec<Citation>,
    /// Wordpieces of `text`.
    pub tokens: usize,
    pub trace: Trace,
}

/// A passage of a context.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// Its number in the text, from 1.
    pub number: usize,
    pub source: SourceRange,
    pub heading_path: Vec<String>,
}

/// Spends `options.tokens` on what says most toward `question`: sentence by sentence in mode `auto`, as suits a question of the
/// kind that `plan` says, else node by node. The text never exceeds them.
///
/// # Errors
/// As [`rank`].
pub fn context(
    corpus: &Corpus,
    counter: &dyn TokenCounter,
    question: &Question,
    plan: Plan,
    options: &ContextOptions,
) -> Result<Context> {
    let writer = Writer { corpus, counter, format: options.format };
    let budget = options.tokens as usize;
    let (mut taken, trace) = match options.mode {
        Mode::Auto => choose_sentences(&writer, question, plan, options.evidence, budget)?,
        mode => {
            // A leaf has a token at least, and most have dozens: enough nodes to fill the budget.
            let ranking = rank(corpus, question, mode, (budget / 10).clamp(8, 1000))?;
            (pack_nodes(&writer, question.text, &ranking, budget), ranking.trace)
        }
    };
    loop {
        let (text, citations) = writer.write(taken.clone());
        let tokens = counter.count(&text);
        if tokens <= budget {
            return Ok(Context { text, citations, tokens, trace });
        }
        // The sum of the parts was an estimate of the whole: give back the least until it holds.
        taken.pop();
    }
}

/// Writes passages as a context has them, and says what they cost.
pub(super) struct Writer<'a> {
    pub corpus: &'a Corpus<'a>,
    counter: &'a dyn TokenCounter,
    format: ContextFormat,
}

impl Writer<'_> {
    /// Tokens that a passage costs by itself.
    pub fn cost(&self, passage: SourceRange) -> usize {
        // A number of four digits costs at least as much as any that a context has.
        self.counter.count(&self.render(&citation(self.corpus, 1000, passage), self.corpus.text_of(passage)))
    }

    /// Tokens of what is written around a passage.
    pub fn frame_cost(&self, passage: SourceRange) -> usize {
        match self.format {
            ContextFormat::Plain => 0,
            ContextFormat::Numbered => self.counter.count(&self.render(&citation(self.corpus, 1000, passage), "")),
        }
    }

    /// The text of what was taken, touching ranges as one, and its parts.
    fn write(&self, taken: Vec<SourceRange>) -> (String, Vec<Citation>) {
        let passages = union(self.corpus, taken);
        let citations: Vec<_> =
            passages.into_iter().zip(1..).map(|(source, number)| citation(self.corpus, number, source)).collect();
        let parts = citations.iter().map(|citation| self.render(citation, self.corpus.text_of(citation.source)));
        (parts.collect::<Vec<_>>().join("\n"), citations)
    }

    fn render(&self, citation: &Citation, text: &str) -> String {
        match self.format {
            ContextFormat::Plain => text.to_owned(),
            ContextFormat::Numbered => {
                let title = &self.corpus.document(citation.source.document).title;
                let mut place = title.clone();
                for heading in citation.heading_path.iter().filter(|&heading| heading != title) {
                    let _ = write!(place, " › {heading}");
                }
                let (title, body) = (escape_attribute(&place), escape_delimiters(text));
                format!("<source id=\"{}\" title=\"{title}\">\n{body}\n</source>", citation.number)
            }
        }
    }
}

fn citation(corpus: &Corpus, number: usize, source: SourceRange) -> Citation {
    let heading_path = corpus.document(source.document).heading_path(corpus.heading_at(source));
    Citation { number, source, heading_path: heading_path.into_iter().map(str::to_owned).collect() }
}

fn escape_attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Makes it impossible for a passage to close its own source or to open another, also for a reader to whom some other
/// bracket or letter looks the same, or who passes over what is not seen.
fn escape_delimiters(text: &str) -> String {
    const BRACKETS: [char; 7] = ['<', '\u{ff1c}', '\u{fe64}', '\u{2039}', '\u{2329}', '\u{3008}', '\u{27e8}'];
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let opens = BRACKETS.contains(&character) && names_a_source(&text[at + character.len_utf8()..]);
        if opens { escaped.push_str("&lt;") } else { escaped.push(character) }
    }
    escaped
}

/// Whether what follows a bracket is the name of the delimiter, or looks like it.
fn names_a_source(rest: &str) -> bool {
    let mut seen = rest.chars().filter(|&character| !is_unseen(character)).skip_while(|character| {
        character.is_whitespace() || ['/', '\u{ff0f}', '\u{2044}', '\u{2215}'].contains(character)
    });
    "source".chars().all(|letter| seen.next().map(plain_letter) == Some(letter))
}

/// The small ASCII letter that `letter` is or looks like: its full width, or the Cyrillic or Greek one of its shape.
fn plain_letter(letter: char) -> char {
    match letter {
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter).to_ascii_lowercase()
        }
        '\u{455}' | '\u{405}' => 's',
        '\u{43e}' | '\u{41e}' | '\u{3bf}' | '\u{39f}' => 'o',
        '\u{441}' | '\u{421}' => 'c',
        '\u{435}' | '\u{415}' | '\u{395}' => 'e',
        other => other.to_ascii_lowercase(),
    }
}

/// Characters that are not shown: format and control characters, variation selectors, tags.
fn is_unseen(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_cannot_forge_a_delimiter() {
        assert_eq!(escape_delimiters("a </source> b"), "a &lt;/source> b");
        assert_eq!(escape_delimiters("< / SOURCE id=1>"), "&lt; / SOURCE id=1>");
        assert_eq!(escape_delimiters("1 < 2 and <b>"), "1 < 2 and <b>");
    }

    #[test]
    fn a_passage_cannot_forge_what_looks_like_a_delimiter() {
        for (forged, rest) in [
            ("<\r\u{a0}/source>", "\r\u{a0}/source>"),
            ("<\u{200b}/so\u{ad}urce>", "\u{200b}/so\u{ad}urce>"),
            ("\u{ff1c}\u{ff0f}\u{ff33}ource>", "\u{ff0f}\u{ff33}ource>"),
            ("\u{27e8}/source\u{27e9}", "/source\u{27e9}"),
            ("</\u{455}\u{43e}ur\u{441}\u{435}>", "/\u{455}\u{43e}ur\u{441}\u{435}>"),
        ] {
            assert_eq!(escape_delimiters(forged), format!("&lt;{rest}"));
        }
        assert_eq!(escape_delimiters("\u{2039}Zitat\u{203a} < /so"), "\u{2039}Zitat\u{203a} < /so");
    }

    #[test]
    fn a_title_cannot_leave_its_attribute() {
        assert_eq!(escape_attribute("a\"><b>&\n"), "a&quot;&gt;&lt;b&gt;&amp; ");
    }
}
