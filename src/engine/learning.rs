//! Learning a correction of questions from what people preferred, and whether it helps: a step machine.
//!
//! The questions are dealt into folds. Each fold is asked with a correction that was learned from the others alone, and without
//! one; only if the ranking of what was preferred is better by more than chance, a correction is learned from all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Collection;
use crate::adapt::{Adapter, Pair, Training, TrainingOptions, paired_chance};
use crate::error::{Error, Result};
use crate::ids::DocId;
use crate::index::Typing;
use crate::retrieve::{self, Hybrid, Mode, Question};
use crate::vector::{Matrix, dot};

/// Passages that a preferred one is compared with where none were passed over: the nearest others.
const COMPARED: usize = 20;
/// Documents of a ranking that count.
const DEPTH: usize = 10;
/// Nodes that documents are ranked by.
const RANKED: usize = 200;
/// The most that a chance gain may be probable for a correction to be used.
const CHANCE: f64 = 0.05;
/// With fewer questions than this nothing can be said.
pub const LEAST_QUESTIONS: usize = 20;

/// Which documents were preferred for a question, and which were passed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Judgement {
    pub question: String,
    /// Ids of documents.
    pub preferred: Vec<String>,
    /// Likewise. If there are none, those that are nearest to the question beside the preferred ones.
    #[serde(default)]
    pub passed_over: Vec<String>,
}

/// Options of learning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct LearnOptions {
    /// How questions are asked when it is measured what a correction does.
    pub hybrid: Hybrid,
    /// 2 to 10.
    pub folds: usize,
    pub seed: u64,
}

impl Default for LearnOptions {
    fn default() -> Self {
        Self { hybrid: Hybrid::default(), folds: 5, seed: 0 }
    }
}

/// What was learned, and what it does for questions that it was not learned from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LearnReport {
    /// Questions with a preferred document that is here.
    pub questions: usize,
    pub pairs: usize,
    /// nDCG@10 of the preferred documents over held-out questions, 0 to 1, without a correction and with it.
    pub before: f64,
    pub after: f64,
    /// How probable such a gain is by chance.
    pub chance: f64,
    /// Whether it is used.
    pub used: bool,
    pub reason: String,
}

/// Learning under way. It asks the collection's state as of when it began.
pub struct Learning {
    options: LearnOptions,
    /// With a vector each.
    asked: Vec<Asked>,
    queries: Matrix,
    /// What each question compares the leaves of its pairs by.
    passages: Matrix,
    pairs: Vec<Pair>,
    /// Parts of the work that are done: a fold learned or a few questions asked.
    done: usize,
    fold: usize,
    adapter: Option<Adapter>,
    /// By question, without and with.
    figures: Vec<(f64, f64)>,
    report: Option<LearnReport>,
}

struct Asked {
    text: String,
    preferred: Vec<DocId>,
    fold: usize,
}

impl Collection {
    /// Begins to learn from `judgements`, whose questions have the embeddings in `vectors`.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for options out of range, [`Error::EmbeddingShape`] for vectors of another shape,
    /// [`Error::UnknownDocument`].
    pub fn learn(&self, judgements: &[Judgement], vectors: &Matrix, options: LearnOptions) -> Result<Learning> {
        if !(2..=10).contains(&options.folds) {
            let reason = format!("{} is not from 2 to 10", options.folds);
            return Err(Error::InvalidOption { name: "folds", reason });
        }
        let expected = judgements.len() * self.state.dimensions();
        if vectors.values().len() != expected {
            return Err(Error::EmbeddingShape { expected, got: vectors.values().len() });
        }
        let mut learning = Learning {
            options,
            asked: Vec::new(),
            queries: Matrix::new(self.state.dimensions()),
            passages: Matrix::new(self.state.dimensions()),
            pairs: Vec::new(),
            done: 0,
            fold: 0,
            adapter: None,
            figures: Vec::new(),
            report: None,
        };
        let ids: BTreeMap<&str, DocId> = self
            .documents()
            .iter()
            .enumerate()
            .map(|(index, document)| (document.id.as_str(), DocId::from(index)))
            .collect();
        let known =
            |id: &String| ids.get(id.as_str()).copied().ok_or_else(|| Error::UnknownDocument { id: id.clone() });
        for (judgement, vector) in judgements.iter().zip(vectors.iter()) {
            let preferred: Vec<DocId> = judgement.preferred.iter().map(known).collect::<Result<_>>()?;
            let passed: Vec<DocId> = judgement.passed_over.iter().map(known).collect::<Result<_>>()?;
            if !preferred.is_empty() {
                self.add_pairs(&mut learning, (vector, &preferred, &passed))?;
                learning.asked.push(Asked { text: judgement.question.clone(), preferred, fold: 0 });
                learning.queries.push(vector);
            }
        }
        learning.deal();
        Ok(learning)
    }

    /// The pairs of one question: each preferred document by its nearest leaf against those that were passed over.
    fn add_pairs(
        &self,
        learning: &mut Learning,
        (vector, preferred, passed): (&[f32], &[DocId], &[DocId]),
    ) -> Result<()> {
        let mut order: Vec<(usize, f32)> = Vec::with_capacity(self.state.chunks.len());
        self.state.leaf_embeddings.for_each(&mut |leaf, row| {
            order.push((leaf, dot(row, vector)));
            Ok(())
        })?;
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let document = |leaf: usize| self.state.chunks[leaf].document;
        let nearest = |wanted: DocId| order.iter().map(|(leaf, _)| *leaf).find(|&leaf| document(leaf) == wanted);
        let others: Vec<usize> = if passed.is_empty() {
            let others = order.iter().map(|(leaf, _)| *leaf).filter(|&leaf| !preferred.contains(&document(leaf)));
            others.take(COMPARED).collect()
        } else {
            passed.iter().filter(|passed| !preferred.contains(passed)).filter_map(|passed| nearest(*passed)).collect()
        };
        let query = learning.asked.len() as u32;
        let corpus = self.state.corpus();
        let by_vector_alone = learning.options.hybrid.alpha == Some(1.0);
        let mut rows: BTreeMap<usize, u32> = BTreeMap::new();
        let weight = 1.0 / (preferred.len() * others.len().max(1)) as f32;
        for leaf in preferred.iter().filter_map(|preferred| nearest(*preferred)) {
            for &other in &others {
                let mut row = |leaf: usize| -> Result<u32> {
                    if let Some(&known) = rows.get(&leaf) {
                        return Ok(known);
                    }
                    let next = learning.passages.rows() as u32;
                    if by_vector_alone {
                        learning.passages.push(&self.state.leaf_embeddings.row(leaf)?);
                    } else {
                        learning.passages.push(&retrieve::compared_row(&corpus, leaf, vector)?);
                    }
                    rows.insert(leaf, next);
                    Ok(next)
                };
                let (preferred, passed_over) = (row(leaf)?, row(other)?);
                learning.pairs.push(Pair { query, preferred, passed_over, weight });
            }
        }
        Ok(())
    }

    /// nDCG@10 of the preferred documents for a question with this embedding.
    fn figure(&self, text: &str, vector: &[f32], hybrid: Hybrid, preferred: &[DocId]) -> Result<f64> {
        let typing = Typing::Finished;
        let question = Question { text, typing, vector: Some(vector), filter: None, hybrid, many: false };
        let ranking = retrieve::rank(&self.state.corpus(), &question, Mode::Leaves, RANKED)?;
        let mut documents: Vec<DocId> = Vec::new();
        for document in ranking.nodes.iter().map(|ranked| self.state.chunks[ranked.node.index()].document) {
            if !documents.contains(&document) {
                documents.push(document);
            }
            if documents.len() == DEPTH {
                break;
            }
        }
        let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
        let found = documents.iter().enumerate().filter(|(_, document)| preferred.contains(document));
        let ideal: f64 = (0..preferred.len().min(DEPTH)).map(gain).sum();
        Ok(found.map(|(place, _)| gain(place)).sum::<f64>() / ideal)
    }
}

impl Learning {
    /// Gives each question its fold, in turn over the order of a hash of the texts, so that questions handed in by topic are mixed.
    /// Equal questions share one, so that none is asked that was learned from.
    fn deal(&mut self) {
        let seed = self.options.seed;
        let hash = |text: &str| xxh3_64_with_seed(text.trim().to_lowercase().as_bytes(), seed);
        let mut hashes: Vec<u64> = self.asked.iter().map(|asked| hash(&asked.text)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        for asked in &mut self.asked {
            let place = hashes.binary_search(&hash(&asked.text)).unwrap_or_default();
            asked.fold = place % self.options.folds;
        }
        self.figures = vec![(0.0, 0.0); self.asked.len()];
    }

    /// Parts of the work that are done, and all: each fold's learning and asking, then learning from all.
    pub fn progress(&self) -> (usize, usize) {
        (self.done, 2 * self.options.folds + 1)
    }

    fn training_options(&self) -> TrainingOptions {
        TrainingOptions { seed: self.options.seed, ..TrainingOptions::default() }
    }

    fn train(&self, takes: impl Fn(&Asked) -> bool) -> Adapter {
        let pairs = self.pairs.iter().filter(|pair| takes(&self.asked[pair.query as usize])).copied().collect();
        let mut training = Training::new(&self.queries, &self.passages, pairs, self.training_options());
        while !training.is_done() {
            training.step();
        }
        training.adapter()
    }

    /// Does a part of the work: about a second of it. Whether there is more.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn step(&mut self, collection: &Collection) -> Result<bool> {
        if self.report.is_some() {
            return Ok(false);
        }
        if self.asked.len() < LEAST_QUESTIONS {
            let reason = format!("{} questions are too few to tell: at least {LEAST_QUESTIONS}", self.asked.len());
            self.conclude(1.0, false, reason);
            return Ok(false);
        }
        if self.fold == self.options.folds {
            self.decide();
            return Ok(false);
        }
        let fold = self.fold;
        match self.adapter.take() {
            None => self.adapter = Some(self.train(|asked| asked.fold != fold)),
            Some(adapter) => {
                for (index, asked) in self.asked.iter().enumerate().filter(|(_, asked)| asked.fold == fold) {
                    let vector = self.queries.row(index);
                    let figure =
                        |vector: &[f32]| collection.figure(&asked.text, vector, self.options.hybrid, &asked.preferred);
                    self.figures[index] = (figure(vector)?, figure(&adapter.apply(vector))?);
                }
                self.fold += 1;
            }
        }
        self.done += 1;
        Ok(true)
    }

    /// Learns from all if that is better by more than chance.
    fn decide(&mut self) {
        let differences: Vec<f64> = self.figures.iter().map(|(before, after)| after - before).collect();
        let chance = paired_chance(&differences, self.options.seed);
        let used = chance <= CHANCE;
        if used {
            self.adapter = Some(self.train(|_| true));
        }
        let reason = if used {
            "it helps held-out questions by more than chance"
        } else {
            "it does not help held-out questions by more than chance"
        };
        self.done += 1;
        self.conclude(chance, used, reason.to_owned());
    }

    fn conclude(&mut self, chance: f64, used: bool, reason: String) {
        let mean =
            |of: fn(&(f64, f64)) -> f64| self.figures.iter().map(of).sum::<f64>() / self.figures.len().max(1) as f64;
        let (before, after) = (mean(|figures| figures.0), mean(|figures| figures.1));
        let (questions, pairs) = (self.asked.len(), self.pairs.len());
        self.report = Some(LearnReport { questions, pairs, before, after, chance, used, reason });
    }

    /// What was learned, once there are no more steps.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] before.
    pub fn finish(self) -> Result<(Option<Adapter>, LearnReport)> {
        let report = self.report.ok_or(Error::OutOfOrder { reason: "the learning is not done" })?;
        Ok((self.adapter.filter(|_| report.used), report))
    }
}
