//! Files of earlier versions, brought to the form of this one as they are read.
//!
//! A version of the format that was released is read by all that follow: whoever changes the format adds a step here, and keeps a
//! log of the version before under `tests/fixtures/logs/`, which `tests/formats.rs` opens. Version 3 and those before were never
//! released.

use super::journal::{FORMAT_VERSION, Kind, Payload};
use crate::error::Result;

/// The oldest version that is read.
pub const OLDEST_VERSION: u32 = 4;

/// What a file holds.
pub type Segments = Vec<(Kind, Payload)>;

/// From the segments of one version to those of the next.
type Step = fn(Segments) -> Result<Segments>;

/// One for each version from the oldest to the one before this.
const STEPS: [Step; (FORMAT_VERSION - OLDEST_VERSION) as usize] = [];

/// The segments of a file of `version`, which is one that is read, as this version writes them.
///
/// # Errors
/// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for segments that the version cannot have.
pub fn migrate(version: u32, segments: Segments) -> Result<Segments> {
    STEPS.iter().skip((version - OLDEST_VERSION) as usize).try_fold(segments, |segments, step| step(segments))
}
