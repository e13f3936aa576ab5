//! A token budget spent on the best nodes: a union of source ranges, in document order, nothing twice.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::corpus::Corpus;
use super::expand::union;
use super::options::{ContextFormat, ContextOptions};
use super::rank::{Ranking, Trace};
use crate::document::{SourceRange, TextRange};
use crate::ids::NodeId;
use crate::sentences::sentences;
use crate::traits::TokenCounter;

/// Nodes in a row that may be too large for what is left of the budget before packing stops.
const MISSES: usize = 12;

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

/// Packs the best of `ranking` into `options.tokens`. The text never exceeds them.
pub fn context(
    corpus: &Corpus,
    counter: &dyn TokenCounter,
    question: &str,
    ranking: Ranking,
    options: &ContextOptions,
) -> Context {
    let mut packer = Packer {
        corpus,
        counter,
        budget: options.tokens as usize,
        format: options.format,
        taken: Vec::new(),
        missed: Vec::new(),
        costs: BTreeMap::new(),
    };
    packer.take_nodes(ranking.nodes.iter().map(|ranked| ranked.node));
    packer.fill_with_sentences(question);
    packer.finish(ranking.trace)
}

struct Packer<'a> {
    corpus: &'a Corpus<'a>,
    counter: &'a dyn TokenCounter,
    budget: usize,
    format: ContextFormat,
    /// What was taken, best first.
    taken: Vec<SourceRange>,
    /// Nodes that did not fit whole.
    missed: Vec<NodeId>,
    /// Tokens that a passage costs, by its range.
    costs: BTreeMap<SourceRange, usize>,
}

impl Packer<'_> {
    fn take_nodes(&mut self, nodes: impl Iterator<Item = NodeId>) {
        let mut misses = 0;
        for node in nodes {
            if self.take(&self.corpus.sources(node)) {
                misses = 0;
                continue;
            }
            self.missed.push(node);
            misses += 1;
            if misses == MISSES {
                break;
            }
        }
    }

    /// What is left goes to the sentences of the nodes that were too large, those that match the question first.
    fn fill_with_sentences(&mut self, question: &str) {
        for node in std::mem::take(&mut self.missed) {
            for source in self.corpus.sources(node) {
                let text = self.corpus.text_of(source);
                let coverage = |range: TextRange| self.corpus.leaves.keywords.coverage(range.of(text), question);
                let mut ranges: Vec<_> = sentences(text).into_iter().map(|range| (coverage(range), range)).collect();
                ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
                for (_, range) in ranges {
                    self.take(&[SourceRange { document: source.document, range: range.shifted(source.range.start) }]);
                }
            }
        }
    }

    /// Adds `sources` if the whole still fits.
    fn take(&mut self, sources: &[SourceRange]) -> bool {
        let before = self.taken.len();
        self.taken.extend_from_slice(sources);
        let passages = union(self.corpus, self.taken.clone());
        let cost: usize = passages.into_iter().map(|passage| self.cost(passage)).sum();
        let fits = cost <= self.budget;
        if !fits {
            self.taken.truncate(before);
        }
        fits
    }

    fn cost(&mut self, passage: SourceRange) -> usize {
        if let Some(&cost) = self.costs.get(&passage) {
            return cost;
        }
        // A number of four digits costs at least as much as any that a context has.
        let cost = self.counter.count(&self.render(&citation(self.corpus, 1000, passage)));
        self.costs.insert(passage, cost);
        cost
    }

    fn render(&self, citation: &Citation) -> String {
        let text = self.corpus.text_of(citation.source);
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

    fn finish(mut self, trace: Trace) -> Context {
        loop {
            let passages = union(self.corpus, self.taken.clone());
            let citations: Vec<_> =
                passages.into_iter().zip(1..).map(|(source, number)| citation(self.corpus, number, source)).collect();
            let text = citations.iter().map(|citation| self.render(citation)).collect::<Vec<_>>().join("\n");
            let tokens = self.counter.count(&text);
            if tokens <= self.budget {
                return Context { text, citations, tokens, trace };
            }
            // The sum of the parts was an estimate of the whole: give back the least until it holds.
            self.taken.pop();
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
