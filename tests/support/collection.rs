//! A collection over fakes: no model is loaded, and the same text always has the same embedding.

use leafcutter::engine::{Change, Collection, CollectionOptions, Edit, Outcome, Step};
use leafcutter::{Embedder, Format, Matrix, Result, Role, Source, TokenCounter};

pub const DIMENSIONS: usize = 64;
pub const MODEL: &str = "fake: hashed words";

/// A fake embedder: a bag of words, each hashed to a sign in one of [`DIMENSIONS`] values, scaled to length 1. Texts that
/// share words are near each other; a text without words is the zero vector.
pub struct HashedWords;

impl Embedder for HashedWords {
    fn dimensions(&self) -> usize {
        DIMENSIONS
    }

    fn embed(&self, texts: &[&str], _: Role) -> Result<Matrix> {
        let mut matrix = Matrix::new(DIMENSIONS);
        for text in texts {
            let mut row = [0.0f32; DIMENSIONS];
            for (_, word) in leafcutter::words(text) {
                // FNV-1a, whose low bits choose the place and a high one the sign.
                let fold = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
                let hash = word.to_lowercase().bytes().fold(2_166_136_261, fold);
                row[hash as usize % DIMENSIONS] += if hash >> 31 == 0 { 1.0 } else { -1.0 };
            }
            let length = row.iter().map(|value| value * value).sum::<f32>().sqrt();
            if length > 0.0 {
                row.iter_mut().for_each(|value| *value /= length);
            }
            matrix.push(&row);
        }
        Ok(matrix)
    }
}

/// The fake embedding of `text`.
pub fn embed(text: &str) -> Vec<f32> {
    HashedWords.embed(&[text], Role::Query).expect("an embedding").row(0).to_vec()
}

pub fn empty(options: CollectionOptions) -> Collection {
    Collection::new(options, MODEL, DIMENSIONS).expect("a collection")
}

/// A document of this id, which is its title too.
pub fn document(id: &str, format: Format, content: &str) -> Edit {
    let (id, title) = (id.to_owned(), Some(id.to_owned()));
    Edit::Upsert(Source { id, title, format, content: content.to_owned(), ..Source::default() })
}

/// Takes `change` to its end, with the extractive summarizer; `each` hears of every step.
pub fn finish(change: &mut Change, counter: &dyn TokenCounter, mut each: impl FnMut(&Step)) -> Result<()> {
    loop {
        let step = change.step(counter)?;
        each(&step);
        match step {
            Step::Working(progress) => assert!(progress.done <= progress.total, "{progress:?}"),
            Step::EmbedLeaves(texts) => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                change.provide_embeddings(HashedWords.embed_leaves(&texts)?)?;
            }
            Step::Embed(texts) => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                change.provide_embeddings(HashedWords.embed(&texts, Role::Passage)?)?;
            }
            Step::Summarize(requests) => change.summarize_extractively(&requests, counter)?,
            Step::Done => return Ok(()),
        }
    }
}

/// Makes `edits` and commits them.
pub fn apply(collection: &mut Collection, edits: Vec<Edit>, counter: &dyn TokenCounter) -> Result<Outcome> {
    let mut change = collection.begin(edits);
    finish(&mut change, counter, |_| {})?;
    collection.commit(change)
}
