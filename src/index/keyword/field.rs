//! The fields that a text is made of.

/// What a part of a text is to the whole, which decides how much its words count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name of the document that the text is from.
    Title,
    /// A heading of the text, or one that it stands under.
    Heading,
    /// The text itself.
    Body,
}

impl Field {
    /// How many occurrences in the body one in this field is worth: a title or heading says what the rest is about.
    pub(super) fn weight(self) -> u32 {
        match self {
            Self::Title | Self::Heading => 2,
            Self::Body => 1,
        }
    }
}
