//! What JavaScript sees. This folder and only this one knows of wasm-bindgen.
//!
//! In the whole module, `model`, `cross_encoder`, `collection`, `change`, `learning` and `vectors` are the exported classes; `views` are the
//! objects they return, `convert` reads what they are given, `error` makes an `Error` with a `code`, `kept` reads and
//! writes files, `memory` says how much of it is in use. The small module, without
//! encoder and clustering, exports `site` alone, which speaks JSON (`json`), since that takes less code. `offsets` turns UTF-8
//! ranges into UTF-16 ones in both.

#[cfg(all(feature = "encoder", feature = "cluster"))]
mod change;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod clock;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod collection;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod convert;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod cross_encoder;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod error;
#[cfg(not(feature = "encoder"))]
mod json;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod kept;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod learning;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod memory;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod model;
mod offsets;
#[cfg(not(feature = "encoder"))]
mod site;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod vectors;
#[cfg(all(feature = "encoder", feature = "cluster"))]
mod views;

#[cfg(all(feature = "encoder", feature = "cluster"))]
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes a third of the code that the library's own takes.
#[cfg(not(feature = "encoder"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// Sends the message of a panic to the console before the module stops.
#[cfg(all(feature = "encoder", feature = "cluster"))]
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
