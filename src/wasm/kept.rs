//! Files as JavaScript reads and writes them.

use std::sync::Arc;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::engine::LogFile;
use crate::{Error, KeptBytes, Result, Sink};

#[wasm_bindgen]
extern "C" {
    /// A file that is open to be read, at once and without waiting.
    pub type KeptFile;
    #[wasm_bindgen(method, getter)]
    fn size(this: &KeptFile) -> f64;
    /// Fills `into` with the bytes from `at` on, and says how many there were.
    #[wasm_bindgen(method, catch)]
    fn read(this: &KeptFile, into: &mut [u8], at: f64) -> std::result::Result<f64, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &KeptFile);

    /// Takes a file piece by piece, each of which is there only as long as it is told of.
    pub type FileSink;
    #[wasm_bindgen(method, catch)]
    fn write(this: &FileSink, bytes: &[u8]) -> std::result::Result<(), JsValue>;
}

/// A value of JavaScript, which does not leave its thread.
struct OneThread<T>(T);

// SAFETY: a module has one thread.
unsafe impl<T> Send for OneThread<T> {}
// SAFETY: likewise.
unsafe impl<T> Sync for OneThread<T> {}

/// An open file, closed once nothing refers to it any more.
struct OpenFile(OneThread<KeptFile>);

impl KeptBytes for OpenFile {
    fn size(&self) -> u64 {
        self.0.0.size() as u64
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<()> {
        let expected = into.len() as f64;
        match self.0.0.read(into, at as f64) {
            Ok(count) if count == expected => Ok(()),
            Ok(_) => Err(Error::IndexDamaged { reason: "it is cut short" }),
            Err(error) => Err(failure(&error)),
        }
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.0.0.close();
    }
}

/// Bytes that JavaScript holds, of which no second copy is needed.
struct Bytes(OneThread<Uint8Array>);

impl KeptBytes for Bytes {
    fn size(&self) -> u64 {
        u64::from(self.0.0.length())
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<()> {
        let end = at + into.len() as u64;
        if end > self.size() {
            return Err(Error::IndexDamaged { reason: "it is cut short" });
        }
        self.0.0.subarray(at as u32, end as u32).copy_to(into);
        Ok(())
    }
}

/// Files of a log, as they are handed over: bytes to be held, or files that stay open.
pub enum Handed {
    Bytes(Box<dyn KeptBytes>),
    File(Arc<dyn KeptBytes>),
}

impl Handed {
    /// `Uint8Array`s and `KeptFile`s.
    pub fn all(values: Vec<JsValue>) -> Vec<Self> {
        values.into_iter().map(Self::from).collect()
    }

    /// What it can be read from.
    pub fn bytes(&self) -> &dyn KeptBytes {
        match self {
            Self::Bytes(bytes) => &**bytes,
            Self::File(file) => &**file,
        }
    }

    pub fn log_file(&self) -> LogFile<'_> {
        match self {
            Self::Bytes(bytes) => LogFile::Held(&**bytes),
            Self::File(file) => LogFile::Kept(file.clone()),
        }
    }
}

impl From<JsValue> for Handed {
    fn from(value: JsValue) -> Self {
        match value.dyn_into::<Uint8Array>() {
            Ok(bytes) => Self::from(bytes),
            Err(file) => Self::File(open_file(file.unchecked_into())),
        }
    }
}

impl From<Uint8Array> for Handed {
    fn from(bytes: Uint8Array) -> Self {
        Self::Bytes(Box::new(Bytes(OneThread(bytes))))
    }
}

pub fn open_file(file: KeptFile) -> Arc<dyn KeptBytes> {
    Arc::new(OpenFile(OneThread(file)))
}

impl Sink for &FileSink {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        FileSink::write(self, bytes).map_err(|error| failure(&error))
    }
}

/// What storage threw, as far as the core can tell it.
fn failure(error: &JsValue) -> Error {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    Error::Storage { reason: message.unwrap_or_else(|| "it says no more".to_owned()) }
}
