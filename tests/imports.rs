//! Holds the sources against the import table of ARCHITECTURE.md: which room may import which, who may name the
//! browser's crates and the generated bindings, and how long a file may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What lies directly in `src/`, and the rooms that it may import beside its own. Tests inside a room may use any.
const TABLE: &[(&[&str], &[&str])] = &[
    (&["error", "ids", "order", "vector", "quantized", "kept"], &[]),
    (&["document", "metadata", "filter", "sentences", "traits"], PRIMITIVES),
    (&["sensitive"], BASE),
    (&["text"], BASE_AND_SENSITIVE),
    (&["embed"], BASE),
    (&["index"], BASE),
    (&["summarize"], BASE),
    (&["cluster"], BASE),
    (&["adapt"], BASE),
    (
        &["tree"],
        &["error", "ids", "vector", "quantized", "document", "metadata", "filter", "sentences", "traits", "cluster"],
    ),
    (&["retrieve"], OVER_THE_TREE),
    (&["store"], OVER_THE_TREE),
    (
        &["site"],
        &[
            "error",
            "ids",
            "order",
            "vector",
            "quantized",
            "kept",
            "document",
            "metadata",
            "filter",
            "sentences",
            "traits",
            "index",
            "tree",
            "retrieve",
            "store",
        ],
    ),
    (
        &["engine"],
        &[
            "error",
            "ids",
            "vector",
            "quantized",
            "kept",
            "document",
            "metadata",
            "filter",
            "sentences",
            "traits",
            "sensitive",
            "text",
            "embed",
            "index",
            "summarize",
            "cluster",
            "adapt",
            "tree",
            "retrieve",
            "store",
            "site",
        ],
    ),
    // Beside these, what the crate makes public: its option types.
    (&["wasm"], &["engine", "error", "site"]),
];
const PRIMITIVES: &[&str] = &["error", "ids", "order", "vector", "quantized", "kept"];
/// The base, and what a question and a file are about.
const OVER_THE_TREE: &[&str] = &[
    "error",
    "ids",
    "order",
    "vector",
    "quantized",
    "kept",
    "document",
    "metadata",
    "filter",
    "sentences",
    "traits",
    "index",
    "tree",
];
const BASE: &[&str] =
    &["error", "ids", "order", "vector", "quantized", "kept", "document", "metadata", "filter", "sentences", "traits"];

const BASE_AND_SENSITIVE: &[&str] = &[
    "error",
    "ids",
    "order",
    "vector",
    "quantized",
    "document",
    "metadata",
    "filter",
    "sentences",
    "traits",
    "sensitive",
];

/// Crates that exist in a browser only, so that a core which named them could not be tested natively.
const BROWSER_CRATES: &[&str] =
    &["wasm_bindgen", "wasm_bindgen_futures", "js_sys", "web_sys", "serde_wasm_bindgen", "console_error_panic_hook"];

const MOST_LINES: usize = 500;

/// Files that may be longer than [`MOST_LINES`], each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

#[test]
fn rooms_import_only_what_the_table_allows() {
    let root_items = items_of_the_crate_root();
    let mut wrong = Vec::new();
    let sources = files_under("src", &["rs"]);
    for path in &sources {
        let room = room_of(path);
        if room == "lib" {
            continue;
        }
        let Some((own, allowed)) = TABLE.iter().find(|(rooms, _)| rooms.contains(&room.as_str())) else {
            wrong.push(format!("{}: the room `{room}` is not in the table", path.display()));
            continue;
        };
        for name in imported_names(&code_of(path), module_depth(path)) {
            // `crate::Document` stands for the module that the crate's root takes it from.
            let public = root_items.get(&name);
            if room == "wasm" && public.is_some() {
                continue;
            }
            let target = public.unwrap_or(&name).as_str();
            let is_room = TABLE.iter().any(|(rooms, _)| rooms.contains(&target));
            if is_room && !own.contains(&target) && !allowed.contains(&target) {
                wrong.push(format!("{}: `{room}` may not import `{target}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    println!("figure: {} files keep to the table", sources.len());
}

#[test]
fn only_the_boundary_names_the_browsers_crates() {
    let mut wrong = Vec::new();
    for path in files_under("src", &["rs"]).into_iter().filter(|path| room_of(path) != "wasm") {
        let code = code_of(&path);
        for name in words(&code).filter(|word| BROWSER_CRATES.contains(word)) {
            wrong.push(format!("{}: {name}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "outside src/wasm:\n{}", wrong.join("\n"));
}

#[test]
fn only_dispatch_imports_the_generated_bindings() {
    let is_generated = |name: &str| name.contains("wasm/") || name == "#generated-bindings";
    let mut wrong = Vec::new();
    for path in files_under("pkg", SCRIPTS).into_iter().filter(|path| !path.ends_with("pkg/src/dispatch.ts")) {
        for specifier in import_specifiers(&read(&path)).into_iter().filter(|name| is_generated(name)) {
            wrong.push(format!("{}: {specifier}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "outside pkg/src/dispatch.ts:\n{}", wrong.join("\n"));
}

#[test]
fn the_site_imports_only_the_public_entries_of_the_package() {
    let site = root().join("www");
    let manifest = read(&root().join("pkg/package.json"));
    let mut wrong = Vec::new();
    for path in files_under("www", SCRIPTS) {
        let folder = path.parent().unwrap_or(&site).to_path_buf();
        for specifier in import_specifiers(&read(&path)) {
            // What can be imported is exported with types; files are exported by their names alone.
            let is_inner_entry = specifier
                .strip_prefix("leafcutter/")
                .is_some_and(|entry| !manifest.contains(&format!("\"./{entry}\": {{")));
            let leaves_the_site =
                specifier.starts_with('.') && !normalized(&folder.join(&specifier)).starts_with(&site);
            if is_inner_entry || leaves_the_site {
                wrong.push(format!("{}: {specifier}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_long_without_a_reason() {
    let mut found = BTreeMap::new();
    for folder in ["src", "pkg", "www", "tests", "scripts", "benches", "examples", "fuzz"] {
        for path in files_under(folder, &["rs", "ts", "mts", "js", "mjs", "css", "html", "sh"]) {
            let name = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
            found.insert(name, read(&path).lines().count());
        }
    }
    let longest = found.values().copied().max().unwrap_or(0);
    found.retain(|_, lines| *lines > MOST_LINES);
    let listed = |name: &str| LONG_FILES.iter().any(|(path, reason)| *path == name && !reason.is_empty());
    let unexplained: Vec<_> = found.iter().filter(|(name, _)| !listed(name)).collect();
    assert!(unexplained.is_empty(), "split these or give a reason in LONG_FILES: {unexplained:?}");
    let outdated: Vec<_> = LONG_FILES.iter().filter(|(path, _)| !found.contains_key(*path)).collect();
    assert!(outdated.is_empty(), "no longer over {MOST_LINES} lines: {outdated:?}");
    println!("figure: {} files over {MOST_LINES} lines, the longest of {longest}", found.len());
}

#[test]
fn the_readers_of_this_test_see_every_form_of_import() {
    let code = "use crate::{a::{B, C}, d::e::F, Item};\nlet x = crate::g::h();\nuse super::super::i::J;\nuse super::k;";
    assert_eq!(imported_names(code, 2), ["a", "d", "Item", "g", "i"]);
    assert_eq!(imported_names("use super::k::L;", 1), ["k"]);
    assert_eq!(without_tests_and_comments("a // b\n#[cfg(test)]\nmod tests {\nc"), "a \n");
    let script = "import { a } from \"x\";\nimport 'y';\nawait import(\n  \"./z.js\"\n);\nexport * from './w';";
    assert_eq!(import_specifiers(script), ["x", "y", "./z.js", "./w"]);
}

const SCRIPTS: &[&str] = &["ts", "mts", "js", "mjs"];

/// Folders whose contents nobody wrote, or that are data.
const NOT_SOURCES: &[&str] = &["target", "node_modules", "dist", "samples", "fixtures", "out"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The source files with one of the extensions under a folder of the checkout, sorted; none where it does not exist.
fn files_under(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !NOT_SOURCES.contains(&name.as_str()) && path != root().join("pkg/wasm") {
                    folders.push(path);
                }
            } else if extensions.iter().any(|extension| path.extension().is_some_and(|own| own == *extension)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The name of a file's room: what follows `src/`.
fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap_or(path);
    let first = inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
    first.unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// How many modules a file lies below the crate's root: 1 for `src/engine.rs` and for `src/index/mod.rs`.
fn module_depth(path: &Path) -> usize {
    let inside = path.strip_prefix(root().join("src")).unwrap_or(path);
    let is_folder_module = inside.file_name().is_some_and(|name| name == "mod.rs");
    inside.components().count() - usize::from(is_folder_module)
}

/// A file's code; nothing for a file that holds only tests.
fn code_of(path: &Path) -> String {
    let holds_tests = path.file_stem().is_some_and(|stem| stem == "tests");
    if holds_tests { String::new() } else { without_tests_and_comments(&read(path)) }
}

/// Rust source up to its test module, which stands last in a file, without line comments.
fn without_tests_and_comments(source: &str) -> String {
    let end = source.find("#[cfg(test)]\nmod tests {").unwrap_or(source.len());
    let lines = source[..end].lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.map(|line| format!("{line}\n")).collect()
}

/// The first names after each `crate::`, and after each chain of `super::` that reaches the crate's root.
fn imported_names(code: &str, depth: usize) -> Vec<String> {
    let mut names = Vec::new();
    let to_root = "super::".repeat(depth);
    for (at, _) in code.match_indices("crate::") {
        names.extend(first_names(&code[at + "crate::".len()..]));
    }
    for (at, _) in code.match_indices(&to_root) {
        if !code[..at].ends_with("super::") {
            names.extend(first_names(&code[at + to_root.len()..]));
        }
    }
    names
}

/// The leading name of a path, or those of all paths in a group: `a` of `a::b`, `a` and `c` of `{a::{x, y}, c}`.
fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return identifier(path).into_iter().collect();
    };
    let mut names = Vec::new();
    let mut nesting = 1;
    let mut expects_name = true;
    for (at, character) in group.char_indices() {
        match character {
            '{' => nesting += 1,
            '}' => nesting -= 1,
            ',' if nesting == 1 => expects_name = true,
            _ if expects_name && !character.is_whitespace() => {
                names.extend(identifier(&group[at..]));
                expects_name = false;
            }
            _ => {}
        }
        if nesting == 0 {
            break;
        }
    }
    names
}

fn identifier(text: &str) -> Option<String> {
    words(text).next().filter(|word| text.starts_with(word)).map(str::to_owned)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_').filter(|word| !word.is_empty())
}

/// Where `src/lib.rs` takes each public item from: `Document` from `document`.
fn items_of_the_crate_root() -> BTreeMap<String, String> {
    let library = code_of(&root().join("src/lib.rs"));
    let mut items = BTreeMap::new();
    for statement in library.split("pub use ").skip(1) {
        let statement = statement.split(';').next().unwrap_or_default();
        let mut names = words(statement);
        if let Some(module) = names.next() {
            items.extend(names.map(|item| (item.to_owned(), module.to_owned())));
        }
    }
    items
}

/// What a script imports: the string after `from`, `import` or `import(`.
fn import_specifiers(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, keyword) in script.match_indices("from").chain(script.match_indices("import")) {
        let rest = script[at + keyword.len()..].trim_start();
        let rest = rest.strip_prefix('(').unwrap_or(rest).trim_start();
        let Some(quote) = rest.chars().next().filter(|first| ['"', '\''].contains(first)) else { continue };
        if let Some(specifier) = rest[1..].split(quote).next() {
            found.push((at, specifier.to_owned()));
        }
    }
    found.sort();
    found.into_iter().map(|(_, specifier)| specifier).collect()
}

/// A path without its `.` and `..`.
fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => drop(parts.pop()),
            std::path::Component::CurDir => {}
            other => parts.push(other),
        }
    }
    parts
}
