//! The folder of golden and evaluation files that lies beside the checkout.

use std::path::{Path, PathBuf};

/// The file `name` of `$LEAFCUTTER_SHARED`, else of `../shared`; `None`, with a word about it, if it is not there.
///
/// # Panics
/// If the variable is set and the file is missing: whoever sets it wants the test to run.
pub fn shared(name: &str) -> Option<PathBuf> {
    let variable = std::env::var_os("LEAFCUTTER_SHARED").map(PathBuf::from);
    let wanted = variable.is_some();
    let path = variable.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")).join(name);
    if !path.exists() {
        assert!(!wanted, "{} is missing", path.display());
        println!("skipped: {} is missing", path.display());
        return None;
    }
    Some(path)
}
