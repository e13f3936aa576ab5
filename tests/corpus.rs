//! Every file of the fuzzers' corpus is taken without a crash: those that the targets begin with, and each that ever made one
//! fail. `scripts/fuzz.sh` looks for more.
//!
//! `LEAFCUTTER_WRITE_CORPUS=1 cargo test --test corpus` writes the files of the corpus that are no texts anew, for when the format
//! changes.
#![cfg(all(feature = "encoder", feature = "cluster", feature = "keyword", feature = "meaning"))]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target)
}

#[test]
fn the_whole_corpus_is_taken() {
    if std::env::var("LEAFCUTTER_WRITE_CORPUS").is_ok() {
        for (target, name, bytes) in targets::seeds() {
            fs::create_dir_all(corpus(target)).expect("a folder");
            fs::write(corpus(target).join(name), bytes).expect("a file");
        }
    }
    let mut files = 0;
    for (target, run) in targets::TARGETS {
        let folder = fs::read_dir(corpus(target)).unwrap_or_else(|error| panic!("{target} has no corpus: {error}"));
        let mut paths: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths {
            let bytes = fs::read(&path).expect("a file");
            println!("{}", path.display());
            run(&bytes);
            // Cut short, and with a byte changed here and there.
            for at in (0..bytes.len()).step_by(bytes.len() / 16 + 1) {
                run(&bytes[..at]);
                let mut changed = bytes.clone();
                changed[at] ^= 0x55;
                run(&changed);
            }
            files += 1;
        }
    }
    println!(
        "figure: {} targets take {files} files of their corpus, cut short and changed as well",
        targets::TARGETS.len()
    );
}
