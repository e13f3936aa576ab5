//! Rows that a wasm kernel computes together.

/// So many rows use each vector of weights that is read. More would not fit in the registers of x86-64.
pub(super) const ROWS: usize = 4;

/// Runs `$work` for each of the first 1 or [`ROWS`] rows. Written out, since a compiler told to be small leaves a loop over
/// them, and with it their sums in memory.
macro_rules! each_row {
    (1, $row:ident => $work:expr) => {{
        const $row: usize = 0;
        $work
    }};
    (4, $row:ident => $work:expr) => {{
        {
            const $row: usize = 0;
            $work
        }
        {
            const $row: usize = 1;
            $work
        }
        {
            const $row: usize = 2;
            $work
        }
        {
            const $row: usize = 3;
            $work
        }
    }};
}

/// Runs `$together` from each first of [`ROWS`] rows on, and `$alone` for each of the rest.
macro_rules! by_rows {
    ($count:expr, $row:ident => $together:expr, $alone:expr) => {{
        let count = $count;
        let mut next = 0;
        while next + ROWS <= count {
            let $row = next;
            $together;
            next += ROWS;
        }
        for $row in next..count {
            $alone;
        }
    }};
}

pub(super) use {by_rows, each_row};
