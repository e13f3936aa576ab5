//! What JavaScript sees. This folder and only this one knows of wasm-bindgen.
//!
//! `model`, `cross_encoder`, `collection`, `change` and `vectors` are the exported classes; `views` are the objects they return, `convert` reads
//! what they are given, `offsets` turns UTF-8 ranges into UTF-16 ones, `error` makes an `Error` with a `code`.

mod change;
mod clock;
mod collection;
mod convert;
mod cross_encoder;
mod error;
mod model;
mod offsets;
mod vectors;
mod views;

use wasm_bindgen::prelude::wasm_bindgen;

/// Sends the message of a panic to the console before the module stops.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
}
