//! Settings that a collection keeps for its life.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::index::Language;
use crate::sensitive::SensitiveOptions;
use crate::text::ChunkOptions;
use crate::tree::TreeOptions;

/// How documents are cut, clustered and searched by word. Part of an index's identity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CollectionOptions {
    pub chunking: ChunkOptions,
    pub tree: TreeOptions,
    pub language: Language,
    /// What becomes of sensitive content; nothing is looked for, if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<SensitiveOptions>,
}

impl CollectionOptions {
    /// # Errors
    /// [`Error::InvalidOption`](crate::Error::InvalidOption) for a setting out of range.
    pub fn validate(&self) -> Result<()> {
        self.chunking.validate()?;
        self.tree.validate()
    }

    /// What an index built with these options and this model must be opened with.
    pub fn identity(&self, model_identity: &str) -> String {
        let options = serde_json::to_string(self).expect("options are plain data");
        format!("{model_identity}; {options}")
    }
}
