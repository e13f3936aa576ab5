//! What is found of sensitive content, measured over made-up identifiers and look-alikes, and what each policy does. The
//! collections are over fakes: see `support/collection.rs`.
#![cfg(all(feature = "cluster", feature = "keyword"))]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/collection.rs"]
mod collection;
#[path = "support/counter.rs"]
mod counter;
#[path = "support/identifiers.rs"]
mod identifiers;
#[path = "support/unfamiliar.rs"]
mod unfamiliar;

use std::collections::BTreeMap;

use collection::{DIMENSIONS, MODEL, apply, empty, finish};
use counter::FourLetterCounter;
use identifiers::{Dice, Identifier, KINDS, identifier, look_alike, sentence};
use leafcutter::engine::{Collection, CollectionOptions, Edit, Outcome, SiteOptions};
use leafcutter::sensitive::{Policy, SensitiveOptions, find, mask};
use leafcutter::{Format, Patch, Source, Value};

/// How many identifiers of each kind there are, and how many look-alikes as well.
const OF_EACH_KIND: usize = 50;
const SEED: u64 = 7;
/// Of what is measured; the scanner was made with what the seed 7 gives.
const SEEDS: [u64; 3] = [11, 23, 101];

/// Where test texts come from.
struct Maker {
    identifier: fn(&'static str, &mut Dice) -> Identifier,
    look_alike: fn(usize, &mut Dice) -> String,
    sentence: fn(&str, Option<&str>, &mut Dice) -> (String, usize),
}

/// What is found of many identifiers and look-alikes that `maker` makes; `what` says of which.
fn measure(what: &str, maker: &Maker) {
    let (mut right, mut wrong, mut missed, mut false_alarms) = (0, Vec::new(), Vec::new(), 0);
    let identifiers = OF_EACH_KIND * KINDS.len();
    for seed in SEEDS {
        let mut dice = Dice(seed);
        for at in 0..identifiers {
            let made = (maker.identifier)(KINDS[at % KINDS.len()], &mut dice);
            let (text, start) = (maker.sentence)(&made.value, made.context, &mut dice);
            let expected = (made.kind, start..start + made.value.len());
            let found: Vec<_> =
                find(&text, |_| true).into_iter().map(|finding| (finding.kind.name(), finding.range)).collect();
            if found.contains(&expected) {
                right += 1;
            } else {
                missed.push(format!("{} {:?} in {text:?}", made.kind, made.value));
            }
            let other = found.into_iter().filter(|found| *found != expected);
            wrong.extend(other.map(|found| format!("{found:?} in {text:?}")));
        }
        for at in 0..identifiers {
            let text = (maker.look_alike)(at, &mut dice);
            let (text, _) = (maker.sentence)(&text, None, &mut dice);
            let found = find(&text, |_| true);
            false_alarms += usize::from(!found.is_empty());
            wrong.extend(found.into_iter().map(|found| format!("{found:?} in {text:?}")));
        }
    }
    let all = identifiers * SEEDS.len();
    let precision = 100.0 * right as f64 / (right + wrong.len()) as f64;
    let recall = 100.0 * right as f64 / all as f64;
    println!(
        "figure: {what}, of {all} identifiers of {} kinds and {all} look-alikes: precision {precision:.1} %, recall {recall:.1} %, \
         {:.1} % of the look-alikes taken for one",
        KINDS.len(),
        100.0 * false_alarms as f64 / all as f64
    );
    let told = format!("missed:\n{}\nwrong:\n{}", missed.join("\n"), wrong.join("\n"));
    assert!(precision >= 98.0 && recall >= 98.0, "{told}");
}

/// What somebody wrote who knew nothing of the scanner: identifiers and look-alikes in letters, tables, configurations, code. Each character
/// is turned by 47 places of the 94 of ASCII that are seen, so that nobody who looks for keys in files takes these for real ones.
const BY_OTHERS: &str = include_str!("fixtures/identifiers.rot47");

#[test]
fn identifiers_that_others_wrote_are_found_and_look_alikes_are_not() {
    let turned = |character: char| match character {
        '!'..='~' => char::from(b'!' + (character as u8 - b'!' + 47) % 94),
        _ => character,
    };
    let (mut right, mut look_alikes, mut missed, mut wrong) = (0, 0, Vec::new(), Vec::new());
    for line in BY_OTHERS.lines() {
        let line: String = line.chars().map(turned).collect();
        let row: serde_json::Value = serde_json::from_str(&line).expect("a row");
        let text = row["text"].as_str().expect("a text");
        let values = row["values"].as_array().expect("values");
        look_alikes += usize::from(values.is_empty());
        let mut found: Vec<_> = find(text, |_| true).into_iter().map(|finding| finding.range).collect();
        for value in values.iter().filter_map(|value| value.as_str()) {
            // A key with the address around it, or without; a number with or without brackets.
            let starts: Vec<usize> = text.match_indices(value).map(|(start, _)| start).collect();
            let covers = |range: &std::ops::Range<usize>| {
                starts.iter().any(|&start| {
                    let shared = range.end.min(start + value.len()).saturating_sub(range.start.max(start));
                    shared * 5 >= value.len() * 4
                })
            };
            match found.iter().position(covers) {
                Some(at) => {
                    found.remove(at);
                    right += 1;
                }
                None => missed.push(format!("{} {value:?} in {text:?}", row["kind"])),
            }
        }
        wrong.extend(found.into_iter().map(|range| format!("{:?} in {text:?}", &text[range])));
    }
    let precision = 100.0 * right as f64 / (right + wrong.len()) as f64;
    let recall = 100.0 * right as f64 / (right + missed.len()) as f64;
    println!(
        "figure: by another writer, of {} identifiers and {look_alikes} look-alikes: precision {precision:.1} %, recall {recall:.1} %",
        right + missed.len()
    );
    assert!(precision >= 98.0 && recall >= 98.0, "missed:\n{}\nwrong:\n{}", missed.join("\n"), wrong.join("\n"));
}

#[test]
fn identifiers_are_found_and_look_alikes_are_not() {
    measure("in common forms", &Maker { identifier, look_alike, sentence });
}

#[test]
fn unfamiliar_identifiers_are_found_and_look_alikes_are_not() {
    let maker = Maker {
        identifier: unfamiliar::written_otherwise,
        look_alike: unfamiliar::look_alike,
        sentence: unfamiliar::surroundings,
    };
    measure("in other forms", &maker);
}

fn options(policy: Policy) -> CollectionOptions {
    CollectionOptions { sensitive: Some(SensitiveOptions { policy, kinds: None }), ..CollectionOptions::default() }
}

/// Made-up documents, each with a few identifiers in its text, title, address and metadata; and the identifiers.
fn documents(dice: &mut Dice) -> (Vec<Source>, Vec<String>) {
    let mut values = Vec::new();
    let mut sources = Vec::new();
    for (at, format) in (0..24).zip([Format::Text, Format::Markdown, Format::Html].into_iter().cycle()) {
        let mut made = |kind: usize| {
            let made = identifier(KINDS[kind % KINDS.len()], dice);
            values.push(made.value.clone());
            format!("{}{}", made.context.map_or(String::new(), |context| format!("{context} ")), made.value)
        };
        let paragraphs: Vec<String> =
            (0..4).map(|n| format!("Of letter {n}: {}, which nobody is to know.", made(at + n))).collect();
        let content = match format {
            Format::Html => paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect(),
            _ => paragraphs.join("\n\n"),
        };
        sources.push(Source {
            id: format!("letter {at}"),
            title: Some(format!("Letter of {}", made(at + 4))),
            url: Some(format!("https://a.example/{at}?from=ada{at}%40example.org")),
            format,
            content,
            metadata: BTreeMap::from([("from".to_owned(), Value::Text(made(at + 5)))]),
            ..Source::default()
        });
        values.push(format!("ada{at}%40example.org"));
    }
    (sources, values)
}

fn upserts(sources: &[Source]) -> Vec<Edit> {
    sources.iter().cloned().map(Edit::Upsert).collect()
}

#[test]
fn nothing_that_is_masked_is_kept() {
    let (sources, values) = documents(&mut Dice(SEED));
    let options = options(Policy::Mask);
    let mut masked = empty(options.clone());
    let mut change = masked.begin(upserts(&sources[..12]));
    let mut asked = Vec::new();
    finish(&mut change, &FourLetterCounter, |step| asked.extend(format!("{step:?}").into_bytes())).expect("a change");
    let mut kept = vec![asked, Vec::new(), Vec::new(), Vec::new()];
    change.snapshot(&mut kept[1]).expect("a change");
    masked.commit(change).expect("a commit");
    let mut change = masked.begin(upserts(&sources));
    finish(&mut change, &FourLetterCounter, |_| {}).expect("a change");
    change.delta(&mut kept[2]).expect("a change");
    assert_eq!(masked.commit(change).expect("a commit"), Outcome { added: 12, unchanged: 12, ..Outcome::default() });
    masked.derived(&mut kept[3]).expect("indexes");
    let exported = masked.export().expect("an export");
    kept.push(exported.clone());
    kept.extend(
        masked.shards(SiteOptions { bits: 8, now: 0 }, MODEL).expect("shards").into_iter().map(|shard| shard.bytes),
    );
    let holds = |bytes: &[u8], value: &str| bytes.windows(value.len()).any(|window| window == value.as_bytes());
    let left: Vec<&String> = values.iter().filter(|value| kept.iter().any(|bytes| holds(bytes, value))).collect();
    assert!(left.is_empty(), "{left:?}");
    let counts = masked.stats().sensitive.expect("counts");
    let total: usize = counts.values().sum();
    assert!(total >= values.len() && counts.len() == KINDS.len(), "{counts:?}");
    println!(
        "figure: {} masked values, none in {} bytes of files",
        values.len(),
        kept.iter().map(Vec::len).sum::<usize>()
    );

    // All the same again, after it was read.
    let mut again = Collection::import(&exported, options, MODEL, DIMENSIONS).expect("a collection");
    assert_eq!(again.stats().sensitive, Some(counts));
    let outcome = apply(&mut again, upserts(&sources), &FourLetterCounter).expect("a change");
    assert_eq!(outcome, Outcome { unchanged: sources.len(), ..Outcome::default() });
    assert!(again.export().expect("an export") == exported);
    let plain = Collection::import(&exported, CollectionOptions::default(), MODEL, DIMENSIONS);
    assert_eq!(plain.err().expect("another identity").code(), "index-identity");
}

#[test]
fn what_is_refused_changes_nothing() {
    let (sources, _) = documents(&mut Dice(SEED));
    let mut strict = empty(options(Policy::Refuse));
    let harmless = Source { id: "a".to_owned(), content: "Nothing to see.".to_owned(), ..Source::default() };
    apply(&mut strict, upserts(std::slice::from_ref(&harmless)), &FourLetterCounter).expect("a change");
    let before = strict.export().expect("an export");
    let update = Edit::Update {
        id: "a".to_owned(),
        patch: Patch { title: Some("Of ada@example.org".to_owned()), ..Patch::default() },
    };
    for (edits, id) in [(upserts(&sources[..1]), "letter 0"), (vec![update], "a")] {
        let error = apply(&mut strict, edits, &FourLetterCounter).unwrap_err();
        assert_eq!(error.code(), "sensitive-content");
        let message = error.to_string();
        assert!(message.contains(id) && message.contains("email") && !message.contains("ada"), "{message}");
    }
    assert!(strict.export().expect("an export") == before);
    assert_eq!(strict.stats().sensitive, Some(BTreeMap::new()));
}

#[test]
fn what_is_marked_can_be_asked_for() {
    let (sources, values) = documents(&mut Dice(SEED));
    let mut marked = empty(options(Policy::Mark));
    apply(&mut marked, upserts(&sources), &FourLetterCounter).expect("a change");
    assert!(marked.documents().iter().any(|document| document.text.contains(&values[0])));
    let filter =
        leafcutter::Filter::from_json(&serde_json::json!({ "sensitive.iban": { "gte": 1 } })).expect("a filter");
    let admitted = marked.documents().iter().filter(|document| filter.admits(document)).count();
    assert!(admitted > 0 && admitted < sources.len());
    let (kind, range) = marked.sensitive_in(leafcutter::DocId(0)).expect("a policy that marks")[0];
    assert_eq!((kind, range.of(&marked.documents()[0].text)), ("secret", values[0].as_str()));
    // An update adds to the counts what it brings.
    let emails = |collection: &Collection| collection.stats().sensitive.expect("counts")["email"];
    let before = emails(&marked);
    let patch = Patch { url: Some(Some("mailto:new@example.org".to_owned())), ..Patch::default() };
    let update = || vec![Edit::Update { id: "letter 1".to_owned(), patch: patch.clone() }];
    apply(&mut marked, update(), &FourLetterCounter).expect("a change");
    assert_eq!(emails(&marked), before + 1);
    let outcome = apply(&mut marked, update(), &FourLetterCounter).expect("a change");
    assert_eq!((outcome.unchanged, emails(&marked)), (1, before + 1));
    assert_eq!(empty(CollectionOptions::default()).stats().sensitive, None);
}

#[test]
fn long_texts_are_scanned_in_time_that_grows_with_them() {
    let mut dice = Dice(SEED);
    let hard = [
        "@",
        "1",
        "1 ",
        "1-",
        "a.",
        "://a:",
        "key=",
        "-----BEGIN PRIVATE KEY-----(",
        "eyJ",
        "eyJ-",
        "eyJhbGciOiJ9.eyJ-",
        "+1",
        "a@b.c",
        "12@",
    ];
    for piece in hard {
        let text = piece.repeat(400_000 / piece.len());
        let start = std::time::Instant::now();
        mask(&text, &find(&text, |_| true));
        assert!(start.elapsed().as_secs() < 10, "{piece}");
    }
    let text: String =
        (0..4000).map(|at| sentence(&look_alike(at, &mut dice), None, &mut dice).0 + " of the sea. ").collect();
    let start = std::time::Instant::now();
    let rounds = 10;
    for _ in 0..rounds {
        std::hint::black_box(find(&text, |_| true));
    }
    let speed = (rounds * text.len()) as f64 / 1e6 / start.elapsed().as_secs_f64();
    println!("figure: {speed:.0} MB of text are scanned in a second");
}
