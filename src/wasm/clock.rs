//! The time, for steps that must be short.

use wasm_bindgen::JsCast;

/// Milliseconds since an unspecified start; 0 where the environment has no clock.
pub fn now() -> f64 {
    // `performance` is a property of windows, workers and Node's global alike, which share no interface.
    js_sys::Reflect::get(&js_sys::global(), &"performance".into())
        .ok()
        .and_then(|value| value.dyn_into::<web_sys::Performance>().ok())
        .map_or(0.0, |performance| performance.now())
}
