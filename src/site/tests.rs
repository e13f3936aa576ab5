use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::document::{Chunk, Document, Format, Heading, Source};
use crate::ids::DocId;
use crate::index::{Field, KeywordIndex, KeywordIndexer, Language};
use crate::metadata::Value;
use crate::store::shards::{Root, Shard, ShardKind, check_shard, encode_lengths};
use crate::tree::Tree;
use crate::vector::{Matrix, dot, normalize};
use crate::{Filter, TextRange};

const DIMENSIONS: usize = 48;

/// A site of pages about a few words each, with embeddings that are the sums of their words'.
struct Sample {
    documents: Vec<Arc<Document>>,
    chunks: Vec<Chunk>,
    embeddings: Matrix,
    keywords: KeywordIndex,
    tree: Tree,
}

const WORDS: &[&str] = &[
    "whale",
    "harpoon",
    "captain",
    "ship",
    "ocean",
    "island",
    "coffin",
    "compass",
    "candle",
    "sermon",
    "chowder",
    "lantern",
    "albatross",
    "mast",
    "anchor",
    "storm",
];

fn word_vector(word: &str) -> Vec<f32> {
    let mut state = word.bytes().fold(7u64, |state, byte| state.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut vector: Vec<f32> = (0..DIMENSIONS)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        })
        .collect();
    normalize(&mut vector);
    vector
}

fn embed(text: &str) -> Vec<f32> {
    let mut sum = vec![0.0; DIMENSIONS];
    for word in text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        sum.iter_mut().zip(word_vector(word)).for_each(|(sum, value)| *sum += value);
    }
    normalize(&mut sum);
    sum
}

fn sample(pages: usize) -> Sample {
    let (mut documents, mut chunks, mut embeddings) = (Vec::new(), Vec::new(), Matrix::new(DIMENSIONS));
    let mut keywords = KeywordIndexer::new(Language::English);
    for page in 0..pages {
        let word = |place: usize| WORDS[(page * (place + 3) + page / 7 + place * place) % WORDS.len()];
        let content = format!(
            "# Page {page}\n\nThe {} and the {}.\n\n## About {}\n\nOf {} {} no{page}.",
            word(0),
            word(1),
            word(2),
            word(3),
            word(2)
        );
        let metadata = [("even".to_owned(), Value::Boolean(page % 2 == 0))].into();
        let url = Some(format!("/{page}/"));
        let source =
            Source { id: format!("{page}"), format: Format::Markdown, content, url, metadata, ..Source::default() };
        let document = crate::text::parse(&source).expect("a page");
        for (index, heading) in document.headings.iter().enumerate() {
            let end =
                document.headings.get(index + 1).map_or(document.text.len() as u32, |next| next.section.start - 2);
            let range = TextRange { start: heading.section.start, end };
            chunks.push(Chunk { document: DocId(page as u32), range, heading: Some(index as u32), tokens: 1 });
            embeddings.push(&embed(range.of(&document.text)));
            keywords.add([(Field::Body, range.of(&document.text))]);
        }
        documents.push(Arc::new(document));
    }
    let tree = Tree::of_leaves(&vec![1; chunks.len()]);
    Sample { documents, chunks, embeddings, keywords: keywords.finish(), tree }
}

impl Sample {
    fn build(&self, bits: u8) -> Vec<Shard> {
        let source = SiteSource {
            language: Language::English,
            model: "model",
            documents: &self.documents,
            chunks: &self.chunks,
            tree: &self.tree,
            embeddings: &self.embeddings,
            keywords: &self.keywords,
        };
        build(&source, SiteOptions { bits, now: 0 }).expect("shards")
    }
}

fn query(text: &str) -> SiteQuery<'_> {
    SiteQuery { text, typing: Typing::Finished, vector: None, alpha: None, k: 5, filter: None, now: 0 }
}

/// A page that loads what is wanted, and counts it.
struct Page {
    reader: SiteReader,
    shards: BTreeMap<u64, Shard>,
    loaded: Vec<ShardKind>,
}

impl Page {
    fn open(shards: Vec<Shard>) -> Self {
        let reader = SiteReader::new(&shards.last().expect("a root").bytes).expect("a reader");
        Self { reader, shards: shards.into_iter().map(|shard| (shard.name, shard)).collect(), loaded: Vec::new() }
    }

    fn ask(&mut self, query: &SiteQuery) -> SiteResults {
        for _ in 0..20 {
            match self.reader.ask(query).expect("an answer") {
                Reply::Found(found) => return found,
                Reply::Wanted(names) => {
                    assert!(!names.is_empty(), "nothing is wanted and nothing found");
                    for name in names {
                        let shard = &self.shards[&name];
                        self.loaded.push(shard.kind);
                        if self.reader.give(name, &shard.bytes).is_err() {
                            self.reader.skip(name);
                        }
                    }
                }
            }
        }
        panic!("the search does not end");
    }
}

#[test]
fn keywords_rank_as_the_whole_index_does() {
    let sample = sample(300);
    let mut page = Page::open(sample.build(8));
    for text in
        ["whale harpoon", "the captain's ship", "no17", "harpon", "albatros storm", "candles", "the", "nothing at all"]
    {
        let found = page.ask(&query(text));
        let mut expected: Vec<String> = Vec::new();
        for scored in sample.keywords.search(text, 100, &|_| true) {
            let id = &sample.documents[sample.chunks[scored.item as usize].document.index()].id;
            if !expected.contains(id) {
                expected.push(id.clone());
            }
        }
        expected.truncate(5);
        assert_eq!(found.pages.iter().map(|page| page.id.clone()).collect::<Vec<_>>(), expected, "{text}");
    }
    assert!(!page.loaded.contains(&ShardKind::Routes));
}

#[test]
fn words_still_being_typed_find_what_they_may_become() {
    let mut page = Page::open(sample(50).build(0));
    let typed = |text| SiteQuery { typing: Typing::LastWordOpen, ..query(text) };
    let found = page.ask(&typed("alba"));
    assert!(found.pages[0].sections[0].snippet.text.contains("albatross"));
    assert!(page.ask(&query("alba")).pages.is_empty());
}

#[test]
fn results_lead_to_their_sections() {
    let mut page = Page::open(sample(50).build(0));
    let found = page.ask(&query("no17"));
    let (hit, section) = (&found.pages[0], &found.pages[0].sections[0]);
    assert_eq!((hit.url.as_deref(), hit.title.as_str()), (Some("/17/"), "Page 17"));
    assert_eq!(section.heading_path.len(), 2);
    assert!(section.anchor.as_deref().is_some_and(|anchor| anchor.starts_with("about-")));
    let marked: Vec<_> = section.snippet.highlights.iter().map(|range| range.of(&section.snippet.text)).collect();
    assert_eq!(marked, ["no17"]);
}

#[test]
fn results_lead_to_pages_of_documents_without_anchors() {
    let mut sample = sample(50);
    let document = Arc::make_mut(&mut sample.documents[17]);
    let (half, end) = (document.headings[1].section.start as usize, document.text.len());
    document.headings.iter_mut().for_each(|heading| heading.anchor = None);
    for (start, end, page) in [(0, half, "page=1"), (half, end, "page=2")] {
        let section = TextRange::new(start, end);
        let anchor = Some(page.to_owned());
        document.headings.push(Heading { level: 6, text: String::new(), anchor, parent: None, section });
    }
    let mut page = Page::open(sample.build(0));
    let found = page.ask(&query("no17"));
    let section = &found.pages[0].sections[0];
    assert_eq!(section.anchor.as_deref(), Some("page=2"));
    assert_eq!(section.heading_path.len(), 2, "marks are no headings: {:?}", section.heading_path);
}

#[test]
fn meaning_finds_the_nearest_as_a_scan_of_all_does() {
    let sample = sample(400);
    for (bits, least) in [(8, 0.97), (2, 0.85)] {
        let mut page = Page::open(sample.build(bits));
        let (mut kept, mut all) = (0, 0);
        for text in ["whale harpoon", "captain ship", "storm anchor mast", "sermon"] {
            let vector = embed(text);
            let asked = SiteQuery { vector: Some(&vector), alpha: Some(1.0), k: 10, ..query(text) };
            let found: Vec<_> = page.ask(&asked).pages.into_iter().map(|page| page.id).collect();
            let mut exact: Vec<(f32, usize)> =
                sample.embeddings.iter().enumerate().map(|(leaf, row)| (dot(row, &vector), leaf)).collect();
            exact.sort_by(|a, b| b.0.total_cmp(&a.0));
            // Many pages are equal here, so what is found is held against the score of the tenth.
            let mut ids: Vec<&str> = Vec::new();
            let mut tenth = f32::INFINITY;
            for (score, leaf) in exact {
                let id = sample.documents[sample.chunks[leaf].document.index()].id.as_str();
                if ids.len() < 10 || score >= tenth - 0.02 {
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                    if ids.len() <= 10 {
                        tenth = score;
                    }
                }
            }
            kept += found.iter().filter(|id| ids.contains(&id.as_str())).count();
            all += 10;
        }
        let recall = kept as f32 / all as f32;
        assert!(recall >= least, "{bits} bits: {recall}");
    }
}

#[test]
fn branches_are_found_after_shards_were_let_go() {
    let (sample, vector) = (sample(400), embed("whale harpoon"));
    let asked = SiteQuery { vector: Some(&vector), alpha: Some(1.0), k: 10, ..query("whale harpoon") };
    let whole = Page::open(sample.build(8)).ask(&asked);
    for filled in 0..5 {
        let mut page = Page::open(sample.build(8));
        for round in 0..=filled {
            let Reply::Wanted(names) = page.reader.ask(&asked).expect("an answer") else { break };
            for (index, name) in names.into_iter().enumerate() {
                if round == filled && index == 1 {
                    page.reader.fill();
                }
                page.reader.give(name, &page.shards[&name].bytes).expect("a shard");
            }
        }
        assert_eq!(page.ask(&asked), whole, "let go in round {filled}");
    }
}

#[test]
fn a_filter_leaves_out_what_it_does_not_admit() {
    let mut page = Page::open(sample(60).build(8));
    let filter = Filter::from_json(&serde_json::json!({ "even": false })).expect("a filter");
    let vector = embed("whale");
    for vector in [None, Some(vector.as_slice())] {
        let found = page.ask(&SiteQuery { filter: Some(&filter), vector, k: 50, ..query("whale harpoon ship") });
        assert!(!found.pages.is_empty());
        assert!(found.pages.iter().all(|page| page.id.parse::<usize>().expect("a number") % 2 == 1));
    }
}

#[test]
fn the_same_collection_gives_the_same_shards() {
    assert_eq!(sample(80).build(8), sample(80).build(8));
    let (small, grown) = (sample(80).build(0), sample(81).build(0));
    let shared = small.iter().filter(|shard| grown.contains(shard)).count();
    assert!(shared > 70, "{shared} of {}", small.len());
}

#[test]
fn damaged_shards_are_left_out_and_never_give_a_wrong_page() {
    let sample = sample(60);
    let whole = Page::open(sample.build(8)).ask(&query("whale harpoon"));
    let shards = sample.build(8);
    for damaged in 0..shards.len() - 1 {
        let mut shards = shards.clone();
        let bytes = &mut shards[damaged].bytes;
        let at = damaged * 31 % bytes.len();
        bytes[at] ^= 0x10;
        let mut page = Page::open(shards);
        let vector = embed("whale harpoon");
        let found = page.ask(&query("whale harpoon"));
        assert!(found.skipped > 0 || found == whole);
        page.ask(&SiteQuery { vector: Some(&vector), ..query("whale harpoon") });
    }
}

#[test]
fn what_two_shards_hold_of_a_term_is_no_panic() {
    let mut shards = sample(60).build(0);
    let mut root = Root::decode(&check_shard(&shards.pop().expect("a root").bytes).expect("a shard")).expect("a root");
    // All ranges of terms lead to the same shard.
    let name = root.postings[0].1;
    root.postings.iter_mut().for_each(|(_, other)| *other = name);
    shards.push(root.encode());
    let mut page = Page::open(shards);
    for text in ["whale harpoon anchor", "harpon albatrox sermn", "about"] {
        page.ask(&query(text));
    }
}

#[test]
fn lengths_that_are_not_there_leave_the_others_where_they_are() {
    let sample = sample(60);
    let mut shards = sample.build(0);
    let mut root = Root::decode(&check_shard(&shards.pop().expect("a root").bytes).expect("a shard")).expect("a root");
    // Lengths of ten leaves a piece, of which all but the last are missing or too short.
    root.lengths_per_piece = 10;
    let pieces = sample.keywords.lengths().chunks(10);
    let last = pieces.len() - 1;
    let pieces =
        pieces.enumerate().map(|(index, piece)| encode_lengths(if index == last { piece } else { &piece[..3] }));
    let pieces: Vec<Shard> = pieces.collect();
    root.lengths = pieces.iter().map(|piece| piece.name).collect();
    shards.extend(pieces);
    shards.push(root.encode());
    let mut page = Page::open(shards);
    let found = page.ask(&query("no59"));
    let whole = Page::open(sample.build(0)).ask(&query("no59"));
    assert_eq!(found.pages[0], whole.pages[0]);
}

#[test]
fn documents_that_expired_are_left_out_when_asked_and_when_built() {
    let mut sample = sample(60);
    for (page, document) in sample.documents.iter_mut().enumerate().filter(|(page, _)| page % 3 == 0) {
        Arc::make_mut(document).expires_at = Some(1000 + page as i64);
    }
    let built = |now| build(&source_of(&sample), SiteOptions { bits: 8, now }).expect("shards");
    let vector = embed("whale harpoon");
    for (built_at, now, all) in [(0, 999, true), (0, 2000, false), (2000, 0, false), (2000, 2000, false)] {
        let mut page = Page::open(built(built_at));
        for vector in [None, Some(vector.as_slice())] {
            let found = page.ask(&SiteQuery { vector, now, k: 60, ..query("whale harpoon ship page") });
            let pages: Vec<usize> = found.pages.iter().map(|page| page.id.parse().expect("a number")).collect();
            assert_eq!(pages.iter().any(|page| page % 3 == 0), all, "built at {built_at}, asked at {now}: {pages:?}");
            assert_eq!(pages.len(), if all { 60 } else { 40 });
            let unique = page.ask(&SiteQuery { vector: None, now, ..query("no21") });
            assert_eq!(unique.pages.first().is_some_and(|page| page.id == "21"), all);
        }
    }
    let written = |needle: &str| {
        built(2000).iter().any(|shard| shard.bytes.windows(needle.len()).any(|bytes| bytes == needle.as_bytes()))
    };
    assert!(written("no22") && !written("no21") && !written("/21/"));
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let page = Page::open(sample(10).build(8));
    let asked = SiteQuery { vector: Some(&[1.0]), ..query("whale") };
    assert_eq!(page.reader.ask(&asked).unwrap_err().code(), "embedding-shape");
    assert_eq!(build(&source_of(&sample(1)), SiteOptions { bits: 9, now: 0 }).unwrap_err().code(), "invalid-option");
}

fn source_of(sample: &Sample) -> SiteSource<'_> {
    SiteSource {
        language: Language::English,
        model: "model",
        documents: &sample.documents,
        chunks: &sample.chunks,
        tree: &sample.tree,
        embeddings: &sample.embeddings,
        keywords: &sample.keywords,
    }
}
