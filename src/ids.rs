//! Handles for what a collection holds. Each is an index into the list of its kind.

use serde::{Deserialize, Serialize};

macro_rules! handle {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the list that this handle points into.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            /// # Panics
            /// Past `u32::MAX`, far over what a wasm memory can hold.
            fn from(index: usize) -> Self {
                Self(u32::try_from(index).expect("more items than a 32-bit memory can hold"))
            }
        }
    };
}

handle! {
    /// A document of a collection.
    DocId
}
handle! {
    /// A chunk: a leaf's text range. Chunks are numbered in document order.
    ChunkId
}
handle! {
    /// A node of the tree. Leaves come first, so leaf `NodeId(i)` is chunk `ChunkId(i)`; then level by level.
    NodeId
}
