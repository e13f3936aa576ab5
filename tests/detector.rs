//! A detector over a model made here: what it says is what plain loops say, long texts are read in windows, and what is damaged or
//! made for another model is told.
#![cfg(feature = "encoder")]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/slow_bert.rs"]
mod slow_bert;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/tiny_model.rs"]
mod tiny_model;

use leafcutter::embed::{Detector, Encoder, Precision};
use leafcutter::{Error, Matrix};
use tiny_model::{CLS, FIRST_WORD, Folder, HIDDEN, LAYERS, SEP, Tensor, WORDS};

const WIDTH: usize = 3;
const TAPS: usize = Detector::TAPS;
/// Tokens of a window, of which the model reads 9 with the special ones.
const WINDOW: usize = 7;
/// From one window to the next.
const STEP: usize = 4;

/// Rows of halves, among them in each row the greatest that there is, so that bytes hold them as they are.
fn matrix(columns: usize, seed: usize) -> Matrix {
    let value = |index: usize| ((index * 37 + seed * 11) % 101) as f32 / 2.0 - 25.0;
    let row =
        |row: usize| (0..columns).map(move |column| if column == row { 63.5 } else { value(row * columns + column) });
    Matrix::from_values(columns, (0..WIDTH).flat_map(row).collect()).unwrap()
}

struct Parts {
    narrow: Matrix,
    narrow_bias: [f32; WIDTH],
    mix: Matrix,
    mix_bias: [f32; WIDTH],
    output: [f32; 2 * WIDTH],
}

fn parts() -> Parts {
    Parts {
        narrow: matrix(HIDDEN, 1),
        narrow_bias: [0.5, -0.25, 1.0],
        mix: matrix(TAPS * WIDTH, 2),
        mix_bias: [0.125, 3.0, -2.0],
        output: [0.01, -0.02, 0.03, 0.02, 0.01, -0.01],
    }
}

fn detector(encoder: &Encoder) -> Detector {
    let Parts { narrow, narrow_bias, mix, mix_bias, output } = parts();
    Detector::new(encoder, (&narrow, &narrow_bias), (&mix, &mix_bias), output.to_vec(), 0.5)
}

fn load(folder: &Folder) -> Encoder {
    Encoder::load(&folder.bytes(str::to_owned).files(), Precision::F32).unwrap()
}

fn dot(row: &[f32], values: &[f64]) -> f64 {
    row.iter().zip(values).map(|(a, b)| f64::from(*a) * b).sum()
}

/// What the detector is to say of a window.
fn reference(folder: &Folder, window: &[u32]) -> f64 {
    let Parts { narrow, narrow_bias, mix, mix_bias, output } = parts();
    let ids: Vec<u32> = [CLS].into_iter().chain(window.iter().copied()).chain([SEP]).collect();
    let states = slow_bert::hidden_states(folder, &ids, ids.len());
    let narrowed: Vec<Vec<f64>> = states
        .iter()
        .map(|state| {
            (0..WIDTH).map(|row| (dot(narrow.row(row), state) + f64::from(narrow_bias[row])).max(0.0)).collect()
        })
        .collect();
    let values: Vec<Vec<f64>> = (0..narrowed.len())
        .map(|token| {
            let around: Vec<f64> = (0..TAPS)
                .flat_map(|tap| match (token + tap).checked_sub(TAPS / 2).and_then(|place| narrowed.get(place)) {
                    Some(values) => values.clone(),
                    None => vec![0.0; WIDTH],
                })
                .collect();
            let mixed = |row| dot(mix.row(row), &around) + f64::from(mix_bias[row]) + narrowed[token][row];
            (0..WIDTH).map(|row| mixed(row).max(0.0)).collect()
        })
        .collect();
    let column = |row: usize| values.iter().map(move |each| each[row]);
    let greatest = (0..WIDTH).map(|row| column(row).fold(0.0, f64::max));
    let means = (0..WIDTH).map(|row| column(row).sum::<f64>() / values.len() as f64);
    let pooled: Vec<f64> = greatest.chain(means).collect();
    dot(&output, &pooled) + 0.5
}

fn assert_close(odds: f32, expected: f64) {
    assert!((f64::from(odds) - expected).abs() < 1e-3 * expected.abs().max(1.0), "{odds}, not {expected}");
}

#[test]
fn what_it_says_is_what_plain_loops_say_of_the_likeliest_window() {
    let folder = Folder::new();
    let encoder = load(&folder);
    // 19 words, which do not repeat with the windows.
    let ids: Vec<u32> = (0..19).map(|index| FIRST_WORD + (index * index % WORDS.len()) as u32).collect();
    let text = |ids: &[u32]| -> String {
        ids.iter().map(|id| WORDS[(id - FIRST_WORD) as usize]).collect::<Vec<_>>().join(" ")
    };
    let texts: Vec<String> = [0, 1, 2, WINDOW, 19].map(|count| text(&ids[..count])).to_vec();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let odds = encoder.detect(&detector(&encoder), &texts).unwrap().unwrap();
    for (count, odds) in [0, 1, 2, WINDOW].into_iter().zip(&odds) {
        assert_close(*odds, reference(&folder, &ids[..count]));
    }
    let windows = (0..4).map(|number| &ids[number * STEP..ids.len().min(number * STEP + WINDOW)]);
    let likeliest = windows.map(|window| reference(&folder, window)).fold(f64::NEG_INFINITY, f64::max);
    assert_close(odds[4], likeliest);
}

/// A model with so many layers, which are those of the small one in turn.
fn deep(layers: usize) -> Folder {
    let mut folder = Folder::new();
    folder.config["num_hidden_layers"] = layers.into();
    for layer in LAYERS..layers {
        let (from, to) = (format!("encoder.layer.{}.", layer % LAYERS), format!("encoder.layer.{layer}."));
        let own =
            |(name, tensor): (&String, &Tensor)| Some((format!("{to}{}", name.strip_prefix(&from)?), tensor.clone()));
        let copied: Vec<_> = folder.tensors.iter().filter_map(own).collect();
        folder.tensors.extend(copied);
    }
    folder
}

#[test]
fn of_a_deep_model_the_first_layers_alone_are_computed() {
    for precision in [Precision::F32, Precision::Int8] {
        let say = |layers: usize| {
            let encoder = Encoder::load(&deep(layers).bytes(str::to_owned).files(), precision).unwrap();
            encoder.detect(&detector(&encoder), &["the whale sank", "ship", ""]).unwrap().unwrap()
        };
        assert_eq!(say(6), say(Detector::LAYERS), "{precision:?}");
        assert_ne!(say(3), say(Detector::LAYERS), "{precision:?}: the last of them counts");
    }
}

#[test]
fn it_is_the_same_after_it_was_written_and_read() {
    let encoder = load(&Folder::new());
    let detector = detector(&encoder);
    let bytes = detector.to_bytes();
    let again = Detector::from_bytes(&bytes).unwrap();
    assert_eq!(again.to_bytes(), bytes);
    let say = |detector| encoder.detect(detector, &["the whale sank", "ship"]).unwrap();
    assert_eq!(say(&again), say(&detector));
}

#[test]
fn with_another_model_it_says_nothing() {
    let encoder = load(&Folder::new());
    let mut other = Folder::new();
    other.tensors.get_mut("embeddings.word_embeddings.weight").unwrap().values[0] += 1.0;
    assert_eq!(load(&other).detect(&detector(&encoder), &["the whale"]).unwrap(), None);
}

#[test]
fn what_is_damaged_is_refused() {
    let encoder = load(&Folder::new());
    let bytes = detector(&encoder).to_bytes();
    for end in 0..bytes.len() {
        assert!(matches!(Detector::from_bytes(&bytes[..end]), Err(Error::ModelFile { .. })), "cut after {end} bytes");
    }
    assert!(matches!(Detector::from_bytes(&[&bytes[..], &[0]].concat()), Err(Error::ModelFile { .. })), "more bytes");
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0xff;
        // It may still be one, and then it can be asked.
        if let Ok(detector) = Detector::from_bytes(&changed) {
            let _ = encoder.detect(&detector, &["the whale"]);
        }
    }
}
