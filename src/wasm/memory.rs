//! What the module has of memory, and what of it is in use. A module's memory grows and never shrinks.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of a page of a module's memory.
const PAGE: f64 = 65_536.0;

/// The usual allocator, which does not tell how much it has handed out.
struct Counted;

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// Bytes that were handed out and not taken back.
static USED: AtomicUsize = AtomicUsize::new(0);

/// Counts `layout` where there was room for it.
fn counted(block: *mut u8, layout: Layout) -> *mut u8 {
    if !block.is_null() {
        USED.fetch_add(layout.size(), Ordering::Relaxed);
    }
    block
}

// SAFETY: every call goes on to `System` as it is; only sizes are counted beside.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are those that `System` asks for; so below.
        counted(unsafe { System.alloc(layout) }, layout)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        counted(unsafe { System.alloc_zeroed(layout) }, layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe { System.dealloc(block, layout) };
        USED.fetch_sub(layout.size(), Ordering::Relaxed);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let moved = unsafe { System.realloc(block, layout, size) };
        if !moved.is_null() {
            USED.fetch_add(size, Ordering::Relaxed);
            USED.fetch_sub(layout.size(), Ordering::Relaxed);
        }
        moved
    }
}

/// Bytes that the module holds, and bytes of them that are in use.
#[wasm_bindgen(js_name = memoryUse)]
pub fn memory_use() -> Vec<f64> {
    vec![core::arch::wasm32::memory_size(0) as f64 * PAGE, USED.load(Ordering::Relaxed) as f64]
}
