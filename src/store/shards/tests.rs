use proptest::prelude::*;

use super::*;
use crate::document::TextRange;
use crate::metadata::Value;

/// One shard of each kind, and what reads it.
fn samples() -> Vec<Shard> {
    let root = Root {
        language: "english".to_owned(),
        model: "model".to_owned(),
        dimensions: 20,
        leaves: 300,
        average_length: 12.5,
        documents_per_piece: 2,
        filters_per_piece: 10,
        lengths_per_piece: 200,
        postings: vec![("ant".to_owned(), 1), ("antler".to_owned(), 2), ("鯨".to_owned(), 3)],
        lengths: vec![4, 5],
        documents: vec![RootPiece { name: 6, first_leaf: 0 }, RootPiece { name: 7, first_leaf: 299 }],
        filters: vec![8],
        routes: Some(9),
    };
    let terms = vec![("ant".to_owned(), vec![(0, 3), (299, 1)]), ("ants".to_owned(), vec![(7, 200)])];
    let metadata = vec![
        ("draft".to_owned(), Value::Boolean(false)),
        ("tags".to_owned(), Value::List(vec![Value::Text("sea".to_owned()), Value::Number(1.5)])),
    ];
    let document = DocumentEntry {
        id: "a.md".to_owned(),
        title: "A".to_owned(),
        url: Some("/a".to_owned()),
        metadata: metadata.clone(),
        expires_at: Some(-1_900_000_000_000),
        fragments: vec![FragmentEntry { name: 1, leaves: 2 }],
    };
    let plain =
        DocumentEntry { url: None, metadata: Vec::new(), expires_at: None, fragments: Vec::new(), ..document.clone() };
    let filter = FilterEntry { leaves: 2, metadata: metadata.into_iter().collect() };
    let fragment = Fragment {
        start: 40,
        headings: vec![
            FragmentHeading { text: "Fish".to_owned(), anchor: None, parent: None },
            FragmentHeading { text: "鯨".to_owned(), anchor: Some("whale".to_owned()), parent: Some(0) },
        ],
        leaves: vec![
            FragmentLeaf { range: TextRange { start: 0, end: 3 }, heading: Some(1) },
            FragmentLeaf { range: TextRange { start: 3, end: 9 }, heading: None },
        ],
        text: "鯨 is a".to_owned() + " f",
    };
    let routes = routes();
    let vector: Vec<f32> = (0..20).map(|value| (value as f32 - 9.0) / 50.0).collect();
    let (signs, code) = (Code::of(&vector, 1), Code::of(&vector, routes.bits));
    let row = |leaf| BranchRow { leaf, factor: 0.25, signs: signs.signs.clone() };
    let branch = Branch { rows: vec![row(0), row(5), row(299)], blocks: 11 };
    let block = Block { name: 12, rows: vec![(0.25, code.magnitudes.clone()); 2] };
    vec![
        root.encode(),
        encode_postings(&terms),
        encode_lengths(&[1, 200, 70_000]),
        encode_documents(&[document, plain]),
        encode_filters(&[filter]),
        fragment.encode(),
        routes.encode(),
        branch.encode(),
        block.encode(),
    ]
}

fn routes() -> Routes {
    let center = Route::center_of(&[0.1; 20]);
    Routes { dimensions: 20, bits: 3, rows_per_block: 2, routes: vec![Route { name: 3, rows: 3, center }] }
}

/// Reads a shard as what it says it is, and writes it again.
fn read(bytes: &[u8]) -> Result<Shard> {
    let shard = check_shard(bytes)?;
    Ok(match shard.kind {
        ShardKind::Root => Root::decode(&shard)?.encode(),
        ShardKind::Postings => encode_postings(&decode_postings(&shard, 300)?),
        ShardKind::Lengths => encode_lengths(&decode_lengths(&shard)?),
        ShardKind::Documents => encode_documents(&decode_documents(&shard)?),
        ShardKind::Filters => encode_filters(&decode_filters(&shard)?),
        ShardKind::Fragment => Fragment::decode(&shard)?.encode(),
        ShardKind::Routes => Routes::decode(&shard)?.encode(),
        ShardKind::Branch => Branch::decode(&shard, 300, &routes())?.encode(),
        ShardKind::Block => Block::decode(&shard, &routes())?.encode(),
    })
}

#[test]
fn what_was_written_is_read() {
    for (shard, kind) in samples().into_iter().zip(ShardKind::ALL) {
        assert_eq!(shard.kind, kind);
        assert_eq!(read(&shard.bytes).as_ref(), Ok(&shard), "{kind:?}");
        let checked = check_shard(&shard.bytes).expect("a shard");
        assert_eq!(checked.kind, kind);
        assert!(checked.name == shard.name || Block::name_of(&checked) == Ok(shard.name));
    }
}

#[test]
fn every_truncation_is_found() {
    let mut lengths = 0;
    for shard in samples() {
        for length in 0..shard.bytes.len() {
            let error = read(&shard.bytes[..length]).expect_err("cut short");
            assert!(["index-format", "index-damaged"].contains(&error.code()), "{:?} cut at {length}", shard.kind);
            lengths += 1;
        }
    }
    println!("figure: {lengths} truncations of shards found");
}

#[test]
fn every_flipped_bit_is_found() {
    let mut flips = 0;
    for shard in samples() {
        for bit in 0..8 * shard.bytes.len() {
            let mut flipped = shard.bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            read(&flipped).expect_err("flipped");
            flips += 1;
        }
    }
    println!("figure: {flips} flipped bits of shards found");
}

/// With a checksum that fits, as of a shard that was made to do harm.
#[test]
fn whatever_the_payload_it_is_read_or_refused() {
    let mut generator = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move || {
        generator ^= generator << 13;
        generator ^= generator >> 7;
        generator ^= generator << 17;
        generator as usize
    };
    let (samples, mut refused, rounds) = (samples(), 0, 20_000);
    for round in 0..rounds {
        let sample = &samples[round % samples.len()];
        let mut payload = sample.bytes[HEADER..].to_vec();
        for _ in 0..1 + random() % 3 {
            let at = random() % payload.len();
            payload[at] = random() as u8;
        }
        if random() % 4 == 0 {
            payload.truncate(random() % payload.len());
        }
        // Whether it is read or refused, nothing panics, and what is read can be written.
        refused += usize::from(read(&Shard::new(sample.kind, &payload).bytes).is_err());
    }
    println!("figure: {rounds} payloads with random bytes and fitting checksums: {refused} refused, none a panic");
    assert!(refused > rounds / 4);
}

#[test]
fn other_versions_and_other_files_are_told_apart() {
    let mut shard = samples().remove(0);
    shard.bytes[4] += 1;
    assert_eq!(check_shard(&shard.bytes).unwrap_err().code(), "index-version");
    assert_eq!(check_shard(b"<!doctype html>").unwrap_err().code(), "index-format");
    let shard = samples().remove(1);
    assert_eq!(Root::decode(&check_shard(&shard.bytes).unwrap()).unwrap_err().code(), "index-damaged");
}

proptest! {
    #[test]
    fn codes_are_close_to_their_vectors(vector in prop::collection::vec(-1f32..1.0, 37), bits in 1u8..=8) {
        let square: f32 = vector.iter().map(|value| value * value).sum();
        prop_assume!(square > 1.0);
        let code = Code::of(&vector, bits);
        let (signs, magnitudes) = code_bytes(37, bits);
        prop_assert_eq!((code.signs.len(), code.magnitudes.len()), (signs, magnitudes));
        let coded = code.vector(37, bits);
        let product: f32 = vector.iter().zip(&coded).map(|(a, b)| a * b).sum();
        // Right on average: the part along the vector is the vector.
        prop_assert!((product - square).abs() < 1e-3 * square, "{} {}", product, square);
        let error: f32 = vector.iter().zip(&coded).map(|(a, b)| (a - b).powi(2)).sum();
        let most = [1.5, 0.5, 0.12, 0.03, 0.01, 0.003, 0.001, 0.001][usize::from(bits) - 1];
        prop_assert!(error <= most * square, "{} bits: {}", bits, error / square);
    }

    #[test]
    fn a_row_compares_by_its_signs(
        vector in prop::collection::vec(-1f32..1.0, 20), query in prop::collection::vec(-1f32..1.0, 20),
    ) {
        let code = Code::of(&vector, 1);
        let row = BranchRow { leaf: 0, factor: code.factor, signs: code.signs.clone() };
        let expected: f32 = code.vector(20, 1).iter().zip(&query).map(|(a, b)| a * b).sum();
        let got = row.dot(&query, query.iter().sum());
        prop_assert!((got - expected).abs() < 1e-4, "{} {}", got, expected);
    }
}
