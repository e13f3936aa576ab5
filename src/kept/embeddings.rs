//! Embeddings in memory or in files.

use std::borrow::Cow;
use std::sync::Arc;

use super::KeptRows;
use crate::error::Result;
use crate::vector::Matrix;

/// Rows that are read together where all are: a few hundred kilobytes.
const STRETCH: usize = 256;

/// Embeddings, one row each: in memory, or read from kept files as they are asked for.
#[derive(Clone)]
pub enum Embeddings {
    Held(Arc<Matrix>),
    /// Rows of little-endian `f32`s, so many each.
    Kept(usize, Arc<KeptRows>),
}

impl From<Matrix> for Embeddings {
    fn from(matrix: Matrix) -> Self {
        Self::Held(Arc::new(matrix))
    }
}

impl From<Arc<Matrix>> for Embeddings {
    fn from(matrix: Arc<Matrix>) -> Self {
        Self::Held(matrix)
    }
}

impl Embeddings {
    /// Values in a row.
    pub fn dimensions(&self) -> usize {
        match self {
            Self::Held(matrix) => matrix.dimensions(),
            Self::Kept(dimensions, _) => *dimensions,
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        match self {
            Self::Held(matrix) => matrix.rows(),
            Self::Kept(_, rows) => rows.rows(),
        }
    }

    /// Row `index`.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) if its file has changed, [`Error::Storage`](crate::Error::Storage) if it
    /// cannot be read.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, index: usize) -> Result<Cow<'_, [f32]>> {
        match self {
            Self::Held(matrix) => Ok(Cow::Borrowed(matrix.row(index))),
            Self::Kept(dimensions, rows) => {
                let mut bytes = vec![0; 4 * dimensions];
                rows.read(index, &mut bytes)?;
                Ok(Cow::Owned(values(&bytes).collect()))
            }
        }
    }

    /// Calls `take` with each row and its number, in order.
    ///
    /// # Errors
    /// As [`row`](Self::row), and those of `take`.
    pub fn for_each(&self, take: &mut dyn FnMut(usize, &[f32]) -> Result<()>) -> Result<()> {
        match self {
            Self::Held(matrix) => matrix.iter().enumerate().try_for_each(|(index, row)| take(index, row)),
            Self::Kept(dimensions, rows) => {
                let (mut bytes, mut row) = (Vec::new(), vec![0.0; *dimensions]);
                for first in (0..rows.rows()).step_by(STRETCH) {
                    bytes.resize(STRETCH.min(rows.rows() - first) * 4 * dimensions, 0);
                    rows.read(first, &mut bytes)?;
                    for (index, own) in (first..).zip(bytes.chunks_exact((4 * dimensions).max(1))) {
                        row.iter_mut().zip(values(own)).for_each(|(value, own)| *value = own);
                        take(index, &row)?;
                    }
                }
                Ok(())
            }
        }
    }

    /// All of them in memory.
    ///
    /// # Errors
    /// As [`row`](Self::row).
    pub fn held(&self) -> Result<Arc<Matrix>> {
        if let Self::Held(matrix) = self {
            return Ok(matrix.clone());
        }
        let mut matrix = Matrix::with_capacity(self.dimensions(), self.rows());
        self.for_each(&mut |_, row| {
            matrix.push(row);
            Ok(())
        })?;
        Ok(Arc::new(matrix))
    }
}

fn values(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks::<4>().0.iter().map(|&value| f32::from_le_bytes(value))
}
