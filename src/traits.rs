//! What the stages ask of each other: tokens counted, texts embedded, passages summarized.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::document::{SourceRange, TextRange};
use crate::error::Result;
use crate::sentences::sentences;
use crate::vector::Matrix;

/// Counts a text as the model will read it.
pub trait TokenCounter {
    /// The bytes of each of the model's wordpieces in `text`, in order, special tokens aside. None reaches over white
    /// space or depends on what is beyond it, so counts add up. A word of over 100 characters, which the model would
    /// read as one unknown token, is cut and counted piece by piece, so that a budget cannot be cheated.
    fn token_ranges(&self, text: &str) -> Vec<TextRange>;

    /// How many wordpieces `text` has.
    fn count(&self, text: &str) -> usize {
        self.token_ranges(text).len()
    }

    /// `text` with a space wherever a word is cut for counting, so that the model reads its pieces and not one unknown
    /// token. Most texts come back as they are.
    fn break_long_words<'a>(&self, text: &'a str) -> Cow<'a, str> {
        Cow::Borrowed(text)
    }
}

/// What a text is to the encoder: some models prefix the two differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Query,
    Passage,
}

/// Turns texts into embeddings of length 1.
pub trait Embedder {
    /// Values in an embedding.
    fn dimensions(&self) -> usize;

    /// One row a text, in the order of `texts`.
    ///
    /// # Errors
    /// [`Error::Encoder`](crate::Error::Encoder) when a computation fails.
    fn embed(&self, texts: &[&str], role: Role) -> Result<Matrix>;

    /// For each text its embedding as a passage, then one for each of its [`sentences`](crate::sentences()).
    ///
    /// # Errors
    /// [`Error::Encoder`](crate::Error::Encoder) when a computation fails.
    fn embed_leaves(&self, texts: &[&str]) -> Result<Matrix> {
        embed_apart(self, texts)
    }
}

/// [`Embedder::embed_leaves`] with each sentence read by itself.
pub(crate) fn embed_apart(embedder: &(impl Embedder + ?Sized), texts: &[&str]) -> Result<Matrix> {
    let mut embeddings = Matrix::new(embedder.dimensions());
    for text in texts {
        let own = sentences(text).into_iter().map(|range| range.of(text));
        let rows = embedder.embed(&[*text].into_iter().chain(own).collect::<Vec<_>>(), Role::Passage)?;
        rows.iter().for_each(|row| embeddings.push(row));
    }
    Ok(embeddings)
}

/// Asks for one summary of several passages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryRequest {
    /// The level that the summary will stand on: 1 above the leaves.
    pub level: u32,
    /// The most tokens that the summary may have; a longer one is cut at a sentence, or at a word if not one fits.
    pub budget: u32,
    /// In document order.
    pub passages: Vec<Passage>,
    /// The sentences of the summary whose place this one will take, if all of them still stand. One that is hardly better
    /// need not take it.
    #[serde(skip)]
    pub standing: Vec<Sentence>,
}

/// A child's text in a summary request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Passage {
    /// Its sentences: for a leaf those of the chunk, for a summary its own.
    pub sentences: Vec<Sentence>,
    /// Cosine between the passage's embedding and the mean of the request's.
    pub centrality: f32,
}

/// A sentence, with the place where it stands verbatim if it was taken from there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sentence {
    pub text: String,
    pub source: Option<SourceRange>,
}

/// A summary: the extractive one's sentences all have a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    pub sentences: Vec<Sentence>,
}

impl Sentence {
    /// Sentences as one text.
    pub fn join(sentences: &[Sentence]) -> String {
        sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The beginning of the sentence within `budget` tokens, its source range cut with it: whole words if at least one
    /// fits, else tokens. `None` if there is none.
    pub(crate) fn cut(&self, budget: usize, counter: &dyn TokenCounter) -> Option<Self> {
        let text = self.text.as_str();
        let tokens = counter.token_ranges(text);
        let last = budget.min(tokens.len()).checked_sub(1)?;
        let ends_word = |index: usize| {
            let end = tokens[index].end as usize;
            text.get(end..).is_none_or(|rest| rest.chars().next().is_none_or(char::is_whitespace))
        };
        let index = (0..=last).rev().find(|&index| ends_word(index)).unwrap_or(last);
        let text = text.get(..tokens[index].end as usize)?.trim_end();
        let source = self.source.map(|source| SourceRange {
            range: TextRange { end: source.range.start + text.len() as u32, ..source.range },
            ..source
        });
        (!text.is_empty()).then(|| Self { text: text.to_owned(), source })
    }
}

impl Summary {
    /// The sentences as one text.
    pub fn text(&self) -> String {
        Sentence::join(&self.sentences)
    }
}
