//! A two-layer BERT model with random weights, as the files of a folder; with a head, a cross-encoder.

use std::collections::BTreeMap;

use leafcutter::embed::ModelFiles;
use serde_json::{Value, json};

pub const WORDS: [&str; 8] = ["query", "passage", ":", "the", "whale", "sea", "sank", "ship"];
pub const UNKNOWN: u32 = 1;
pub const CLS: u32 = 2;
pub const SEP: u32 = 3;
/// The id of `WORDS[0]`.
pub const FIRST_WORD: u32 = 4;

pub const VOCABULARY: usize = 12;
pub const HIDDEN: usize = 12;
pub const LAYERS: usize = 2;
pub const HEADS: usize = 3;
pub const INTERMEDIATE: usize = 20;
pub const POSITIONS: usize = 16;
pub const EPSILON: f64 = 1e-5;

/// Row-major values of a tensor.
#[derive(Clone)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// The folder's files, to be changed at will before they are loaded.
pub struct Folder {
    pub config: Value,
    pub tokenizer: Value,
    pub pooling: Value,
    pub prompts: Value,
    pub sentence_config: Value,
    /// By the names of a bare encoder.
    pub tensors: BTreeMap<String, Tensor>,
}

/// The files as bytes.
pub struct Bytes {
    pub config: Vec<u8>,
    pub tokenizer: Vec<u8>,
    pub weights: Vec<u8>,
    pub pooling: Vec<u8>,
    pub prompts: Vec<u8>,
    pub sentence_config: Vec<u8>,
}

impl Bytes {
    pub fn files(&self) -> ModelFiles<'_> {
        ModelFiles {
            config: &self.config,
            tokenizer: &self.tokenizer,
            weights: &self.weights,
            pooling: Some(&self.pooling),
            prompts: Some(&self.prompts),
            sentence_config: Some(&self.sentence_config),
        }
    }
}

impl Folder {
    pub fn new() -> Self {
        Self {
            config: json!({"model_type": "bert", "vocab_size": VOCABULARY, "hidden_size": HIDDEN,
                "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INTERMEDIATE,
                "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "hidden_act": "gelu",
                "layer_norm_eps": EPSILON}),
            tokenizer: tokenizer(),
            pooling: json!({"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}),
            prompts: json!({"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": null}),
            sentence_config: json!({"max_seq_length": 9, "do_lower_case": false}),
            tensors: tensors(false),
        }
    }

    /// With the head of a cross-encoder.
    pub fn with_head() -> Self {
        Self { tensors: tensors(true), ..Self::new() }
    }

    /// The files, every tensor's name put through `rename`.
    pub fn bytes(&self, rename: impl Fn(&str) -> String) -> Bytes {
        let bytes = |value: &Value| value.to_string().into_bytes();
        Bytes {
            config: bytes(&self.config),
            tokenizer: bytes(&self.tokenizer),
            weights: safetensors(self.tensors.iter().map(|(name, tensor)| (rename(name), tensor))),
            pooling: bytes(&self.pooling),
            prompts: bytes(&self.prompts),
            sentence_config: bytes(&self.sentence_config),
        }
    }
}

fn tokenizer() -> Value {
    let tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].into_iter().chain(WORDS);
    let vocabulary: serde_json::Map<_, _> = tokens.enumerate().map(|(id, token)| (token.into(), id.into())).collect();
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", SEP], "cls": ["[CLS]", CLS]},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocabulary},
    })
}

fn tensors(with_head: bool) -> BTreeMap<String, Tensor> {
    let mut state = 1_u64;
    // A linear congruential generator; the multiplier is Knuth's for 64 bits.
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
    };
    let mut tensors = BTreeMap::new();
    let mut add = |name: String, shape: &[usize]| {
        let values = (0..shape.iter().product()).map(|_| 2.0 * uniform()).collect();
        tensors.insert(name, Tensor { shape: shape.to_vec(), values });
    };
    for (kind, rows) in [("word", VOCABULARY), ("position", POSITIONS), ("token_type", 2)] {
        add(format!("embeddings.{kind}_embeddings.weight"), &[rows, HIDDEN]);
    }
    for part in ["weight", "bias"] {
        add(format!("embeddings.LayerNorm.{part}"), &[HIDDEN]);
    }
    for layer in (0..LAYERS).map(|layer| format!("encoder.layer.{layer}")) {
        for (name, inputs, outputs) in [
            ("attention.self.query", HIDDEN, HIDDEN),
            ("attention.self.key", HIDDEN, HIDDEN),
            ("attention.self.value", HIDDEN, HIDDEN),
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", HIDDEN, INTERMEDIATE),
            ("output.dense", INTERMEDIATE, HIDDEN),
        ] {
            add(format!("{layer}.{name}.weight"), &[outputs, inputs]);
            add(format!("{layer}.{name}.bias"), &[outputs]);
        }
        for name in ["attention.output.LayerNorm", "output.LayerNorm"] {
            add(format!("{layer}.{name}.weight"), &[HIDDEN]);
            add(format!("{layer}.{name}.bias"), &[HIDDEN]);
        }
    }
    if with_head {
        for (name, outputs) in [("pooler.dense", HIDDEN), ("classifier", 1)] {
            add(format!("{name}.weight"), &[outputs, HIDDEN]);
            add(format!("{name}.bias"), &[outputs]);
        }
    }
    tensors
}

fn safetensors<'a>(tensors: impl Iterator<Item = (String, &'a Tensor)>) -> Vec<u8> {
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, tensor) in tensors {
        let start = data.len();
        data.extend(tensor.values.iter().flat_map(|value| value.to_le_bytes()));
        header.insert(name, json!({"dtype": "F32", "shape": tensor.shape, "data_offsets": [start, data.len()]}));
    }
    let header = Value::Object(header).to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}
