//! A quantized model as one file.
//!
//! It is a safetensors file. Its tensors have the names of the folder's `model.safetensors`: matrices of I8, row-major as
//! they were, each with a tensor `NAME.scales` of an f32 for every row, so that weight = scale x byte; the rest in F32. The
//! matrices of dense layers named in [`role_of`](super::int8::role_of) as rotated are of rotated inputs. Its metadata:
//! `format` and `version`; `source`, the SHA-256 of the weights that it was made from; and the texts of the folder's other
//! files, by their paths. The licence of the source is that of the file, which is a changed form of it: `changes` says so.

use std::collections::BTreeMap;

use super::config::{BertConfig, Pooling, Prompts, SentenceConfig};
use super::cross_encoder::{CLASSIFIER, HEAD};
use super::int8::{role_of, scales_of};
use super::weights::Weights;
use super::{CONFIG, ModelFiles, POOLING, PROMPTS, SENTENCE_CONFIG, TOKENIZER, WEIGHTS, model_file};
use crate::error::Result;

const FORMAT: &str = "leafcutter-int8";
const VERSION: &str = "2";
const CHANGES: &str = "quantized to int8 by Leafcutter, with rotated inputs of some layers";

/// A folder's files but the weights, read.
pub(super) struct Folder {
    pub files: Files,
    pub config: BertConfig,
    pub sentence: SentenceConfig,
    pub pooling: Pooling,
    pub prompts: Prompts,
}

/// A folder's files but the weights, as bytes.
pub(super) struct Files {
    pub config: Vec<u8>,
    pub tokenizer: Vec<u8>,
    pooling: Option<Vec<u8>>,
    prompts: Option<Vec<u8>>,
    sentence_config: Option<Vec<u8>>,
}

impl Folder {
    pub fn read(files: &ModelFiles) -> Result<Self> {
        Ok(Self {
            config: BertConfig::parse(files.config)?,
            sentence: SentenceConfig::parse(files.sentence_config)?,
            pooling: Pooling::parse(files.pooling)?,
            prompts: Prompts::parse(files.prompts)?,
            files: Files {
                config: files.config.to_vec(),
                tokenizer: files.tokenizer.to_vec(),
                pooling: files.pooling.map(<[u8]>::to_vec),
                prompts: files.prompts.map(<[u8]>::to_vec),
                sentence_config: files.sentence_config.map(<[u8]>::to_vec),
            },
        })
    }
}

/// The folder's other files and the hash of the source, from the metadata of such a file.
pub(super) fn read(metadata: &BTreeMap<String, String>) -> Result<(Folder, String)> {
    let text = |name: &str| metadata.get(name).map(String::as_str);
    match (text("format"), text("version")) {
        (Some(FORMAT), Some(VERSION)) => {}
        (Some(FORMAT), version) => {
            let version = version.unwrap_or("none");
            return Err(model_file(
                WEIGHTS,
                format!("it is of version {version}, and this reads {VERSION}; convert the model again"),
            ));
        }
        _ => {
            return Err(model_file(
                WEIGHTS,
                "it is not a quantized model; give the folder that it is from, or convert it",
            ));
        }
    }
    let missing = |name: &str| model_file(WEIGHTS, format!("its metadata has no {name}"));
    let bytes = |name: &str| text(name).map(str::as_bytes);
    let folder = Folder::read(&ModelFiles {
        config: bytes(CONFIG).ok_or_else(|| missing(CONFIG))?,
        tokenizer: bytes(TOKENIZER).ok_or_else(|| missing(TOKENIZER))?,
        weights: &[],
        pooling: bytes(POOLING),
        prompts: bytes(PROMPTS),
        sentence_config: bytes(SENTENCE_CONFIG),
    })?;
    Ok((folder, text("source").ok_or_else(|| missing("source"))?.to_owned()))
}

/// Writes the file, `source` being the SHA-256 of the weights that it is made from.
pub(super) fn write(files: &Files, weights: &Weights, source: String) -> Result<Vec<u8>> {
    let mut metadata = BTreeMap::from([
        ("format", FORMAT.to_owned()),
        ("version", VERSION.to_owned()),
        ("source", source),
        ("changes", CHANGES.to_owned()),
    ]);
    let parts = [
        (CONFIG, Some(&files.config)),
        (TOKENIZER, Some(&files.tokenizer)),
        (POOLING, files.pooling.as_ref()),
        (PROMPTS, files.prompts.as_ref()),
        (SENTENCE_CONFIG, files.sentence_config.as_ref()),
    ];
    for (name, bytes) in parts {
        if let Some(bytes) = bytes {
            let text = std::str::from_utf8(bytes).map_err(|error| model_file(name, error))?;
            metadata.insert(name, text.to_owned());
        }
    }
    let has_head = weights.shape(CLASSIFIER).is_some();
    weights.write(&metadata, |name| {
        let bare = name.strip_suffix(&scales_of("")).unwrap_or(name);
        let is_embedding = name.starts_with("embeddings.") && !name.ends_with("position_ids");
        role_of(bare).is_some() || is_embedding || is_small(name) || has_head && HEAD.contains(&name)
    })
}

/// Whether it is a bias or a normalization's weight of an encoder layer.
fn is_small(name: &str) -> bool {
    name.starts_with("encoder.layer.") && (name.ends_with(".bias") || name.ends_with("LayerNorm.weight"))
}
