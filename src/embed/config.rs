//! The folder's JSON files: the network's shape, pooling, prompts and the maximum length.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{CONFIG, POOLING, PROMPTS, SENTENCE_CONFIG, model_file};
use crate::error::Result;
use crate::traits::Role;

/// The shape of a BERT network, named as in `config.json`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct BertConfig {
    model_type: String,
    pub vocab_size: usize,
    pub hidden_size: usize,
    pub num_hidden_layers: usize,
    pub num_attention_heads: usize,
    pub intermediate_size: usize,
    pub max_position_embeddings: usize,
    pub type_vocab_size: usize,
    hidden_act: String,
    #[serde(default = "default_layer_norm_eps")]
    pub layer_norm_eps: f64,
    #[serde(default = "default_position_embedding_type")]
    position_embedding_type: String,
}

fn default_layer_norm_eps() -> f64 {
    1e-12
}

fn default_position_embedding_type() -> String {
    "absolute".to_owned()
}

/// The activation between the two dense layers of a feed-forward block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activation {
    /// x Φ(x), by the error function.
    Gelu,
    /// The approximation of it by tanh.
    GeluTanh,
    Relu,
    Silu,
}

impl BertConfig {
    /// Reads `config.json` and refuses what [`Bert`](super::bert::Bert) does not compute.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let config: Self = parse(CONFIG, bytes)?;
        let refuse = |reason: String| Err(model_file(CONFIG, reason));
        if config.model_type != "bert" {
            return refuse(format!("model_type is \"{}\", only \"bert\" is supported", config.model_type));
        }
        if config.position_embedding_type != "absolute" {
            return refuse(format!(
                "position_embedding_type is \"{}\", only \"absolute\" is supported",
                config.position_embedding_type
            ));
        }
        let sizes = [
            ("vocab_size", config.vocab_size),
            ("hidden_size", config.hidden_size),
            ("num_attention_heads", config.num_attention_heads),
            ("intermediate_size", config.intermediate_size),
            ("max_position_embeddings", config.max_position_embeddings),
            ("type_vocab_size", config.type_vocab_size),
        ];
        if let Some((name, _)) = sizes.iter().find(|(_, size)| *size == 0) {
            return refuse(format!("{name} is 0"));
        }
        if !config.hidden_size.is_multiple_of(config.num_attention_heads) {
            return refuse(format!(
                "hidden_size {} does not divide into {} attention heads",
                config.hidden_size, config.num_attention_heads
            ));
        }
        if !(0.0..1.0).contains(&config.layer_norm_eps) {
            return refuse(format!("layer_norm_eps is {}, not within 0 to 1", config.layer_norm_eps));
        }
        config.activation()?;
        Ok(config)
    }

    pub fn activation(&self) -> Result<Activation> {
        match self.hidden_act.as_str() {
            "gelu" => Ok(Activation::Gelu),
            "gelu_new" | "gelu_fast" | "gelu_pytorch_tanh" => Ok(Activation::GeluTanh),
            "relu" => Ok(Activation::Relu),
            "silu" | "swish" => Ok(Activation::Silu),
            other => Err(model_file(CONFIG, format!("hidden_act \"{other}\" is not supported"))),
        }
    }
}

/// How the vectors of a text's tokens become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// The vector of the first token.
    Cls,
    /// The greatest value in each dimension.
    Max,
}

impl Pooling {
    /// Reads `1_Pooling/config.json`, which either names the mode or has a flag for each.
    pub(super) fn parse(bytes: Option<&[u8]>) -> Result<Self> {
        #[derive(Deserialize)]
        struct File {
            pooling_mode: Option<String>,
            #[serde(flatten)]
            others: BTreeMap<String, serde_json::Value>,
        }
        let Some(bytes) = bytes else { return Ok(Self::Mean) };
        let file: File = parse(POOLING, bytes)?;
        let modes: Vec<&str> = if let Some(mode) = &file.pooling_mode {
            vec![mode]
        } else {
            let set = file.others.iter().filter(|(_, value)| value.as_bool() == Some(true));
            set.filter_map(|(name, _)| name.strip_prefix("pooling_mode_")).collect()
        };
        match modes[..] {
            // Once scaled to length 1, a sum over √n and a mean are the same.
            ["mean" | "mean_tokens" | "mean_sqrt_len" | "mean_sqrt_len_tokens"] => Ok(Self::Mean),
            ["cls" | "cls_token"] => Ok(Self::Cls),
            ["max" | "max_tokens"] => Ok(Self::Max),
            [] => Err(model_file(POOLING, "no pooling mode is set")),
            _ => Err(model_file(POOLING, format!("the pooling {} is not supported", modes.join(" + ")))),
        }
    }
}

/// What is put before a text, by its role. Empty for most models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompts {
    pub query: String,
    pub passage: String,
}

impl Prompts {
    /// Reads `config_sentence_transformers.json`. A role without a prompt of its own gets the default one, if any.
    pub(super) fn parse(bytes: Option<&[u8]>) -> Result<Self> {
        #[derive(Deserialize)]
        struct File {
            #[serde(default)]
            prompts: BTreeMap<String, String>,
            default_prompt_name: Option<String>,
        }
        let Some(bytes) = bytes else { return Ok(Self::default()) };
        let file: File = parse(PROMPTS, bytes)?;
        let default = match &file.default_prompt_name {
            Some(name) => file.prompts.get(name).ok_or_else(|| {
                model_file(PROMPTS, format!("default_prompt_name is \"{name}\", which is not among the prompts"))
            })?,
            None => "",
        };
        let prompt = |names: &[&str]| {
            names.iter().find_map(|name| file.prompts.get(*name)).map_or(default, String::as_str).to_owned()
        };
        Ok(Self { query: prompt(&["query"]), passage: prompt(&["document", "passage", "corpus"]) })
    }

    /// The prompt for a text of this role.
    pub fn of(&self, role: Role) -> &str {
        match role {
            Role::Query => &self.query,
            Role::Passage => &self.passage,
        }
    }
}

/// `sentence_bert_config.json`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct SentenceConfig {
    pub max_seq_length: Option<usize>,
    #[serde(default)]
    pub do_lower_case: bool,
}

impl SentenceConfig {
    pub fn parse(bytes: Option<&[u8]>) -> Result<Self> {
        bytes.map_or_else(|| Ok(Self::default()), |bytes| parse(SENTENCE_CONFIG, bytes))
    }
}

/// Lengths that were published beside weights and that a folder may lack, by the weights' SHA-256.
const PUBLISHED_LENGTHS: [(&str, usize); 1] = [
    // all-MiniLM-L6-v2: its positions would allow 512, but its published embeddings read 256.
    ("53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", 256),
];

/// The most tokens that the model reads, special ones included: what the folder says; else what was published with these
/// weights; else 512. Never more than there are position embeddings.
pub(super) fn max_length(sentence: &SentenceConfig, config: &BertConfig, weights_sha256: &str) -> usize {
    let published = || PUBLISHED_LENGTHS.iter().find(|(sha256, _)| *sha256 == weights_sha256);
    let length = sentence.max_seq_length.or_else(|| published().map(|(_, length)| *length));
    length.unwrap_or(512).min(config.max_position_embeddings)
}

fn parse<T: DeserializeOwned>(file: &'static str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| model_file(file, format!("not as expected: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINILM: &str = r#"{"model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6,
        "num_attention_heads": 12, "intermediate_size": 1536, "max_position_embeddings": 512, "type_vocab_size": 2,
        "hidden_act": "gelu"}"#;

    fn reason<T: std::fmt::Debug>(result: Result<T>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_supported_is_refused_by_name() {
        assert!(BertConfig::parse(MINILM.as_bytes()).is_ok());
        for (from, to, expected) in [
            ("\"bert\"", "\"roberta\"", "model_type is \"roberta\""),
            ("\"gelu\"", "\"quick_gelu\"", "hidden_act \"quick_gelu\""),
            ("12,", "7,", "does not divide into 7"),
            ("30522", "0", "vocab_size is 0"),
            ("30522", "-1", "not as expected"),
            ("\"gelu\"", "\"gelu\", \"position_embedding_type\": \"relative_key\"", "relative_key"),
            ("\"gelu\"", "\"gelu\", \"layer_norm_eps\": -1.0", "layer_norm_eps"),
        ] {
            let message = reason(BertConfig::parse(MINILM.replacen(from, to, 1).as_bytes()));
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn pooling_reads_flags_and_names() {
        let parse = |text: &str| Pooling::parse(Some(text.as_bytes()));
        assert_eq!(Pooling::parse(None), Ok(Pooling::Mean));
        assert_eq!(parse(r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#), Ok(Pooling::Cls));
        assert_eq!(parse(r#"{"pooling_mode_max_tokens": true, "include_prompt": true}"#), Ok(Pooling::Max));
        assert_eq!(parse(r#"{"pooling_mode": "mean", "word_embedding_dimension": 3}"#), Ok(Pooling::Mean));
        assert!(reason(parse("{}")).contains("no pooling mode"));
        let two = parse(r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}"#);
        assert!(reason(two).contains("cls_token + mean_tokens"));
        assert!(reason(parse(r#"{"pooling_mode_lasttoken": true}"#)).contains("lasttoken"));
    }

    #[test]
    fn prompts_go_by_role_then_by_default() {
        let parse = |text: &str| Prompts::parse(Some(text.as_bytes()));
        let prompts = parse(r#"{"prompts": {"query": "Q: ", "passage": "P: "}}"#).unwrap();
        assert_eq!((prompts.of(Role::Query), prompts.of(Role::Passage)), ("Q: ", "P: "));
        let prompts = parse(r#"{"prompts": {"query": "Q: ", "any": "A: "}, "default_prompt_name": "any"}"#).unwrap();
        assert_eq!((prompts.of(Role::Query), prompts.of(Role::Passage)), ("Q: ", "A: "));
        assert_eq!(
            parse(r#"{"__version__": {"pytorch": "1.8.1"}, "default_prompt_name": null}"#),
            Ok(Prompts::default())
        );
        assert!(reason(parse(r#"{"default_prompt_name": "gone"}"#)).contains("gone"));
    }

    #[test]
    fn length_is_the_folders_else_the_published_else_that_of_the_positions() {
        let config = BertConfig::parse(MINILM.as_bytes()).unwrap();
        let said = |max_seq_length| SentenceConfig { max_seq_length, do_lower_case: false };
        let minilm = PUBLISHED_LENGTHS[0].0;
        assert_eq!(max_length(&said(Some(128)), &config, minilm), 128);
        assert_eq!(max_length(&said(None), &config, minilm), 256);
        assert_eq!(max_length(&said(None), &config, "other"), 512);
        assert_eq!(max_length(&said(Some(9999)), &config, "other"), 512);
    }
}
