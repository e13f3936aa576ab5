//! Sentence bounds.
