//! A question to passages within a token budget, in document order, nothing twice.

use std::fmt::Write;

use super::corpus::Corpus;
use super::expand::union;
use super::nodes::pack_nodes;
use super::options::{ContextFormat, ContextOptions, Mode};
use super::passages::choose_sentences;
use super::rank::{Question, Trace, rank};
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

/// Spends `options.tokens` on what says most toward `question`: sentence by sentence in mode `auto`, else node by node. The
/// text never exceeds them.
///
/// # Errors
/// As [`rank`].
pub fn context(
    corpus: &Corpus,
    counter: &dyn TokenCounter,
    question: &Question,
    options: &ContextOptions,
) -> Result<Context> {
    let writer = Writer { corpus, counter, format: options.format };
    let budget = options.tokens as usize;
    let (mut taken, trace) = match options.mode {
        Mode::Auto => choose_sentences(&writer, question, options.evidence, budget)?,
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

/// Makes it impossible for a passage to close its own source or to open another.
fn escape_delimiters(text: &str) -> String {
    const NAME: &str = "source";
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let rest = text[at + character.len_utf8()..].trim_start_matches(['/', ' ', '\t', '\n']);
        let opens = character == '<' && rest.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
        if opens { escaped.push_str("&lt;") } else { escaped.push(character) }
    }
    escaped
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
    fn a_title_cannot_leave_its_attribute() {
        assert_eq!(escape_attribute("a\"><b>&\n"), "a&quot;&gt;&lt;b&gt;&amp; ");
    }
}
