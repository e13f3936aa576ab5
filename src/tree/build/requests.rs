//! What is asked of a summarizer, and whether its answer may be used.

use std::collections::BTreeSet;

use crate::document::{SourceRange, TextRange};
use crate::error::{Error, Result};
use crate::ids::{ChunkId, NodeId};
use crate::sentences::sentences;
use crate::traits::{Passage, Sentence, Summary, SummaryRequest, TokenCounter};
use crate::tree::Tree;
use crate::vector::{Matrix, cosine, normalize};

/// Asks for a summary of `children`, which are nodes of the highest level; row i of `top` embeds its i-th node. `standing` are
/// the sentences of the one before.
pub(super) fn request(
    (tree, top): (&Tree, &Matrix),
    children: &[NodeId],
    standing: Vec<Sentence>,
    budget: u32,
    leaf_sentences: &dyn Fn(ChunkId) -> Vec<Sentence>,
) -> SummaryRequest {
    let level = tree.level_count();
    let start = tree.level(level - 1).start;
    let row = |child: &NodeId| top.row((child.0 - start) as usize);
    let mut mean = vec![0.0f32; top.dimensions()];
    for child in children {
        mean.iter_mut().zip(row(child)).for_each(|(sum, value)| *sum += value);
    }
    let passages = children.iter().map(|child| Passage {
        sentences: if level == 1 {
            leaf_sentences(ChunkId(child.0))
        } else {
            tree.nodes()[child.index()].sentences.clone()
        },
        centrality: cosine(row(child), &mean).clamp(-1.0, 1.0),
    });
    SummaryRequest { level: level as u32, budget, passages: passages.collect(), standing }
}

/// The mean of the leaves under `children`, each once and weighed by its tokens, brought to length 1.
pub(super) fn mean_of_leaves(tree: &Tree, embeddings: &Matrix, children: &[NodeId]) -> Vec<f32> {
    let leaves: BTreeSet<ChunkId> = children.iter().flat_map(|&child| tree.leaves_of(child)).collect();
    let mut mean = vec![0.0f32; embeddings.dimensions()];
    for leaf in leaves {
        let tokens = tree.nodes()[leaf.index()].tokens as f32;
        mean.iter_mut().zip(embeddings.row(leaf.index())).for_each(|(sum, value)| *sum += tokens * value);
    }
    normalize(&mut mean);
    mean
}

/// Whether there is a summary for each request, whose sentences stand at the sources that they name.
///
/// # Errors
/// [`Error::Summarizer`] says which does not.
pub(super) fn check_answers(asked: &[SummaryRequest], summaries: &[Summary]) -> Result<()> {
    let fault = |reason: String| Err(Error::Summarizer { reason });
    if asked.len() != summaries.len() {
        return fault(format!("{} summaries were asked for, {} came", asked.len(), summaries.len()));
    }
    for (request, summary) in asked.iter().zip(summaries) {
        if let Some(sentence) = summary.sentences.iter().find(|sentence| !is_sound(sentence, request)) {
            return fault(format!("\"{}\" does not stand at the source it names", sentence.text));
        }
    }
    Ok(())
}

/// `summary` with its sentences' sources, if all of it stands word for word in the request: a summarizer outside hands in
/// texts, and an extract is known for what it is.
pub(super) fn quoted(summary: Summary, request: &SummaryRequest) -> Summary {
    let told = summary.sentences.iter().any(|sentence| sentence.source.is_some());
    match quotations(&summary.text(), request) {
        Some(sentences) if !told => Summary { sentences },
        _ => summary,
    }
}

/// The sentences of the request that `text` consists of; `None` if there is anything else in it.
fn quotations(text: &str, request: &SummaryRequest) -> Option<Vec<Sentence>> {
    let known = request.passages.iter().flat_map(|passage| &passage.sentences);
    let known: Vec<&Sentence> = known.filter(|sentence| sentence.source.is_some()).collect();
    let mut quoted = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let begins = |sentence: &&&Sentence| {
            let after = rest.strip_prefix(sentence.text.as_str());
            after.is_some_and(|after| after.is_empty() || after.starts_with(char::is_whitespace))
        };
        // One sentence may be the beginning of another.
        let longest = *known.iter().filter(begins).max_by_key(|sentence| sentence.text.len())?;
        rest = rest[longest.text.len()..].trim_start();
        quoted.push(longest.clone());
    }
    Some(quoted)
}

/// The sentences of `summary` that are within `budget` tokens, in their order, and the tokens that they have. If not one
/// is, the first is cut. Language models count roughly, and a summary of a few tokens too many is still a good one.
pub(super) fn within_budget(summary: Summary, budget: u32, counter: &dyn TokenCounter) -> (Summary, u32) {
    let budget = budget as usize;
    let tokens = counter.count(&summary.text());
    if tokens <= budget {
        return (summary, tokens as u32);
    }
    let mut kept: Vec<Sentence> = Vec::new();
    let mut left = budget;
    for part in summary.sentences.iter().flat_map(parts) {
        let tokens = counter.count(&part.text);
        if tokens > left {
            kept.extend(part.cut(left, counter).filter(|_| kept.is_empty()));
            break;
        }
        left -= tokens;
        kept.push(part);
    }
    let summary = Summary { sentences: kept };
    let tokens = counter.count(&summary.text());
    (summary, tokens as u32)
}

/// The sentences that a text consists of: a summarizer outside hands in several as one.
fn parts(sentence: &Sentence) -> Vec<Sentence> {
    let part = |range: TextRange| Sentence {
        text: range.of(&sentence.text).to_owned(),
        source: sentence.source.map(|source| SourceRange { range: range.shifted(source.range.start), ..source }),
    };
    sentences(&sentence.text).into_iter().map(part).collect()
}

/// Whether `sentence` names no source, or one within a sentence of the request where its text stands verbatim.
fn is_sound(sentence: &Sentence, request: &SummaryRequest) -> bool {
    let Some(source) = sentence.source else { return true };
    let stands_in = |other: &Sentence| {
        let Some(whole) = other.source else { return false };
        let TextRange { start, end } = source.range;
        if whole.document != source.document || !whole.range.contains(source.range) || start > end {
            return false;
        }
        let within = (start - whole.range.start) as usize..(end - whole.range.start) as usize;
        other.text.get(within).is_some_and(|text| text == sentence.text)
    };
    request.passages.iter().flat_map(|passage| &passage.sentences).any(stands_in)
}
