//! Whatever the fuzzers begin with is taken without a crash: the files of the corpus, among them each that ever made a target
//! fail, and files of indexes and models as this version writes them. `scripts/fuzz.sh` looks for more.
//!
//! `LEAFCUTTER_WRITE_SEEDS=FOLDER cargo test --test corpus` writes the latter for it, in a folder for each target;
//! `LEAFCUTTER_FOUND=FOLDER` goes through what it found and kept there as well, as `scripts/coverage.sh` does.
#![cfg(all(feature = "encoder", feature = "cluster", feature = "keyword", feature = "meaning"))]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::Path;

/// The files of a target in a folder of all, in the order of their names.
fn files(folder: &Path, target: &str) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder.join(target)) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

#[test]
fn the_whole_corpus_is_taken() {
    let seeds = targets::seeds();
    if let Ok(folder) = std::env::var("LEAFCUTTER_WRITE_SEEDS") {
        for (target, name, bytes) in &seeds {
            let folder = Path::new(&folder).join(target);
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(folder.join(name), bytes).expect("a file");
        }
    }
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let found = std::env::var_os("LEAFCUTTER_FOUND");
    let mut count = 0;
    for (target, run) in targets::TARGETS {
        let own = seeds.iter().filter(|(of, _, _)| of == target).map(|(_, _, bytes)| bytes.clone());
        let inputs: Vec<Vec<u8>> = files(&corpus, target).into_iter().chain(own).collect();
        assert!(!inputs.is_empty(), "{target} begins with nothing");
        for bytes in &inputs {
            run(bytes);
            // Cut short, and with a byte changed here and there.
            for at in (0..bytes.len()).step_by(bytes.len() / 16 + 1) {
                run(&bytes[..at]);
                let mut changed = bytes.clone();
                changed[at] ^= 0x55;
                run(&changed);
            }
        }
        count += inputs.len();
        if let Some(folder) = &found {
            files(Path::new(folder), target).iter().for_each(|bytes| run(bytes));
        }
    }
    let targets = targets::TARGETS.len();
    println!("figure: {targets} targets take {count} files, cut short and changed as well, without a crash");
}
