//! How much each sentence says toward a question, by its whole path: itself, the windows around it, its section, the clusters
//! over it.
//!
//! A chunk is one guess of how much text belongs together. Here every sentence is scored at several widths at once, so that
//! a passage has the length that its evidence has. Each width gives a field over all sentences; fields are standardized and
//! added. Narrow questions trust wide windows, in which several of their words stand together; broad ones are answered all
//! over a text, by the sentences that say most.

mod clusters;
mod field;
mod intent;
mod sections;
mod windows;

use std::ops::Range;

use super::corpus::Corpus;
use super::options::Evidence;
use super::rank::{EVEN, Question};
use crate::error::Result;
use crate::ids::DocId;
use crate::index::{List, QueryTerms, SentenceIndex};
use crate::quantized::Probe;
use clusters::Clusters;
use field::{add, standardize};
pub use intent::asks_for_whole;
use sections::sections;
use windows::Windows;

/// Widths of the windows, in tokens.
const WIDTHS: [f32; 5] = [20.0, 40.0, 80.0, 160.0, 320.0];
/// In a window of this width a question's words count as standing together.
const TOGETHER: f32 = 80.0;
// The numbers below were found on four sets (excerpts of long documents, plots of stories, a documentation site, questions over
// their answers) and are flat: half or twice of one moves no figure by more than a few tenths.

/// Weights of a sentence itself, of its windows and of its section, for a question that one place answers.
const NARROW: [f32; 7] = [0.5, 1.0, 1.0, 1.0, 1.0, 2.0, 1.0];
/// The same for one that is answered all over.
const BROAD: [f32; 7] = [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.0];
/// The weight of the clusters over a sentence.
const CLUSTERED: f32 = 1.0;
/// How much informativeness counts beside a broad question's fields.
const INFORMATIVE: f32 = 3.0;
/// So many words of a question that stand together make it as narrow as broad.
const HALF_NARROW: f32 = 2.8;
/// How soon one word more or less makes the difference.
const SLOPE: f32 = 0.5;

/// The sentences that compete.
pub struct Pool {
    /// Ascending.
    pub sentences: Vec<u32>,
    /// Stretches of the pool without a gap, each within one document: windows do not reach over their ends.
    runs: Vec<Range<usize>>,
}

impl Pool {
    /// Of sentences in ascending order.
    pub fn new(index: &SentenceIndex, sentences: Vec<u32>) -> Self {
        let document = |sentence: u32| -> DocId { index.get(sentence as usize).source.document };
        let mut runs: Vec<Range<usize>> = Vec::new();
        for (position, &sentence) in sentences.iter().enumerate() {
            match runs.last_mut() {
                Some(run)
                    if sentences[position - 1] + 1 == sentence
                        && document(sentences[position - 1]) == document(sentence) =>
                {
                    run.end += 1;
                }
                _ => runs.push(position..position + 1),
            }
        }
        Self { sentences, runs }
    }

    fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Where a sentence is in the pool.
    fn position(&self, sentence: u32) -> Option<usize> {
        self.sentences.binary_search(&sentence).ok()
    }
}

/// What each sentence of a pool says toward a question.
pub struct Scores {
    /// In the order of the pool, comparable within it only.
    pub scores: Vec<f32>,
    /// How they came about.
    pub reason: String,
    /// The weight of vectors that was used.
    pub alpha: f32,
    /// Sentences that hold a word of the question.
    pub with_words: usize,
}

/// Scores the sentences of `pool` by how much they say, whatever the question.
pub fn score_informativeness(corpus: &Corpus, pool: &Pool) -> Scores {
    let reason = "the question names nothing but the text itself: the sentences that say most".to_owned();
    Scores { scores: informativeness(corpus.sentences, pool), reason, alpha: 0.0, with_words: 0 }
}

/// Of each sentence, standardized.
fn informativeness(index: &SentenceIndex, pool: &Pool) -> Vec<f32> {
    let of = |sentence: &u32| index.informativeness(*sentence as usize);
    let mut field: Vec<f32> = pool.sentences.iter().map(of).collect();
    standardize(&mut field);
    field
}

/// Scores the sentences of `pool`; none, if the question has no vector and no word that a sentence holds.
///
/// # Errors
/// Those of reading rows that are kept in files.
pub fn score(corpus: &Corpus, question: &Question, pool: &Pool, evidence: Evidence) -> Result<Scores> {
    let index = corpus.sentences;
    let alpha = if question.vector.is_some() { question.hybrid.alpha.unwrap_or(EVEN) } else { 0.0 };
    let terms = Terms::new(index.keywords().terms(question.text), pool);
    if alpha <= 0.0 && terms.found.is_empty() {
        let reason = "no sentence holds a word of the question".to_owned();
        return Ok(Scores { scores: Vec::new(), reason, alpha, with_words: 0 });
    }
    let weights = |sentence: u32| index.rows().tokens()[sentence as usize] as f32;
    let tokens: Vec<f32> = pool.sentences.iter().map(|&sentence| weights(sentence)).collect();
    let mut windows: Vec<Windows> = match evidence {
        Evidence::Sections | Evidence::Windows | Evidence::Path => {
            WIDTHS.iter().map(|&width| Windows::new(&tokens, &pool.runs, width)).collect()
        }
        Evidence::Sentences | Evidence::Clusters => Vec::new(),
    };
    if let (Evidence::Sections | Evidence::Path, Some(widest)) = (evidence, windows.last()) {
        windows.push(widest.within(&sections(corpus, pool)));
    }
    let clusters = match evidence {
        Evidence::Clusters | Evidence::Path => Clusters::new(corpus, pool),
        Evidence::Sentences | Evidence::Windows | Evidence::Sections => Clusters::default(),
    };

    let fields = Fields { index, pool, tokens: &tokens, terms: &terms, windows: &windows, clusters: &clusters };
    let (mut narrow, mut broad) = (vec![0.0; pool.len()], vec![0.0; pool.len()]);
    let mut take = |scale: usize, weight: f32, mut field: Vec<f32>| {
        standardize(&mut field);
        add(&mut narrow, NARROW.get(scale).unwrap_or(&CLUSTERED) * weight, &field);
        add(&mut broad, BROAD.get(scale).unwrap_or(&CLUSTERED) * weight, &field);
    };
    if let Some(vector) = question.vector.filter(|_| alpha > 0.0) {
        fields.of_vectors(&Probe::new(vector))?.for_each(|(scale, field)| take(scale, alpha, field));
    }
    if alpha < 1.0 {
        fields.of_words().for_each(|(scale, field)| take(scale, 1.0 - alpha, field));
    }

    let together = fields.words_together();
    let share = 1.0 / (1.0 + (-(together - HALF_NARROW) / SLOPE).exp());
    add(&mut broad, INFORMATIVE, &informativeness(index, pool));
    standardize(&mut narrow);
    standardize(&mut broad);
    let scores = narrow.iter().zip(&broad).map(|(narrow, broad)| share * narrow + (1.0 - share) * broad).collect();
    let reason = format!(
        "{together:.1} of the question's {} words stand together in one place: {share:.2} of the weight is on passages that say \
         them together, the rest on sentences all over that say much",
        terms.count,
    );
    Ok(Scores { scores, reason, alpha, with_words: terms.holders() })
}

/// The fields that a question gives over a pool.
struct Fields<'a> {
    index: &'a SentenceIndex,
    pool: &'a Pool,
    tokens: &'a [f32],
    terms: &'a Terms,
    windows: &'a [Windows],
    clusters: &'a Clusters,
}

/// The number of a scale, from the sentence itself over its windows and its section to its clusters, and its field.
type Scaled = (usize, Vec<f32>);

impl Fields<'_> {
    /// Cosines of sentences, and their means over windows, sections among them, and clusters.
    fn of_vectors(&self, probe: &Probe) -> Result<impl Iterator<Item = Scaled>> {
        let vectors = self.index.rows().vectors();
        let own = self.pool.sentences.iter().map(|&sentence| vectors.dot(sentence as usize, probe));
        let own = own.collect::<Result<Vec<f32>>>()?;
        let windows = self.windows.iter().map(|windows| windows.means(&own, self.tokens)).collect::<Vec<_>>();
        let clusters = self.clusters.means(&own, self.tokens);
        Ok(self.numbered(own, windows, clusters))
    }

    /// BM25 of sentences, of windows as if each were a text of its own, and means over clusters.
    fn of_words(&self) -> impl Iterator<Item = Scaled> {
        let keywords = self.index.keywords();
        let lengths: Vec<f32> = self.pool.sentences.iter().map(|&sentence| keywords.length(sentence)).collect();
        let average = keywords.average_length();
        let mut own = vec![0.0; self.pool.len()];
        let mut wide: Vec<(Vec<f32>, f32, Vec<f32>)> = Vec::new();
        for windows in self.windows {
            let lengths = windows.sums(&lengths);
            let average = lengths.iter().sum::<f32>() / lengths.len().max(1) as f32;
            wide.push((lengths, average.max(1.0), vec![0.0; self.pool.len()]));
        }
        let mut frequencies = vec![0.0f32; self.pool.len()];
        for term in &self.terms.found {
            frequencies.fill(0.0);
            term.occurrences.iter().for_each(|&(position, frequency)| frequencies[position] = frequency);
            field::add_saturated(&mut own, term.weight, &frequencies, &lengths, average);
            for (windows, (lengths, average, field)) in self.windows.iter().zip(&mut wide) {
                field::add_saturated(field, term.weight, &windows.sums(&frequencies), lengths, *average);
            }
        }
        let clusters = self.clusters.means(&own, self.tokens);
        self.numbered(own, wide.into_iter().map(|(_, _, field)| field).collect(), clusters)
    }

    fn numbered(&self, own: Vec<f32>, windows: Vec<Vec<f32>>, clusters: Vec<Vec<f32>>) -> impl Iterator<Item = Scaled> {
        let clusters = clusters.into_iter().map(|field| (NARROW.len(), field));
        [own].into_iter().chain(windows).enumerate().chain(clusters)
    }

    /// How many words of the question the place that says most of them says, each counted by its inverse document
    /// frequency.
    fn words_together(&self) -> f32 {
        if self.terms.total_weight <= 0.0 {
            return 0.0;
        }
        let windows = Windows::new(self.tokens, &self.pool.runs, TOGETHER);
        let mut said = vec![0.0f32; self.pool.len()];
        let mut present = vec![0.0f32; self.pool.len()];
        for term in &self.terms.found {
            present.fill(0.0);
            term.occurrences.iter().for_each(|&(position, _)| present[position] = 1.0);
            let near = windows.sums(&present);
            said.iter_mut().zip(near).filter(|(_, near)| *near > 0.0).for_each(|(said, _)| *said += term.weight);
        }
        let most = said.into_iter().fold(0.0, f32::max);
        self.terms.count as f32 * (most / self.terms.total_weight).min(1.0)
    }
}

/// A question's terms in a pool.
struct Terms {
    /// Those that a sentence of the pool holds.
    found: Vec<Term>,
    /// The inverse document frequencies of all distinct terms of the question, and how many those are.
    total_weight: f32,
    count: usize,
    sentences: usize,
}

struct Term {
    /// What an occurrence weighs.
    weight: f32,
    /// The sentences that hold it, by their place in the pool, and how often each does.
    occurrences: Vec<(usize, f32)>,
}

impl Terms {
    fn new(terms: QueryTerms, pool: &Pool) -> Self {
        let occurrences = |postings: List| -> Vec<(usize, f32)> {
            let within = |(sentence, frequency)| Some((pool.position(sentence)?, frequency as f32));
            postings.filter_map(within).collect()
        };
        let found = terms.found.into_iter();
        let found = found.map(|term| Term { weight: term.weight, occurrences: occurrences(term.postings) });
        Self {
            found: found.filter(|term| !term.occurrences.is_empty()).collect(),
            total_weight: terms.total_weight,
            count: terms.count,
            sentences: pool.len(),
        }
    }

    /// How many sentences hold one of them.
    fn holders(&self) -> usize {
        let mut holds = vec![false; self.sentences];
        self.found.iter().flat_map(|term| &term.occurrences).for_each(|&(position, _)| holds[position] = true);
        holds.into_iter().filter(|&holds| holds).count()
    }
}
