//! The core's errors as JavaScript's.

use wasm_bindgen::{JsCast, JsValue};

use crate::Error;

/// An `Error` with the core's message and its `code`.
pub fn to_js(error: Error) -> JsValue {
    with_code(&error.to_string(), error.code())
}

/// Something handed in has the wrong form: an `Error` of code `invalid-option`.
pub fn invalid(name: &str, reason: impl std::fmt::Display) -> JsValue {
    with_code(&format!("{name}: {reason}"), "invalid-option")
}

fn with_code(message: &str, code: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&error, &JsValue::from_str("code"), &JsValue::from_str(code));
    error.unchecked_into()
}
