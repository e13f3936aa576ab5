//! Tables to rows that stand by themselves: each cell of a table with a header says which column it is in.

/// The most bytes of a cell that names a column, or that stands for several rows. Longer ones are running text.
const LABEL_BYTES: usize = 96;
/// The most columns that a cell spans.
const MOST_COLUMNS: usize = 64;
/// The most rows that a cell spans.
const MOST_ROWS: u32 = 1 << 12;
/// How many times the bytes of their cells rows may take, and what is free beside: a small file does not become a huge text.
const MOST_TIMES: usize = 16;
const FREE_BYTES: usize = 1 << 20;

/// How many columns and rows a cell takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub columns: usize,
    pub rows: u32,
}

impl Default for Span {
    fn default() -> Self {
        Self { columns: 1, rows: 1 }
    }
}

impl Span {
    /// As `colspan` and `rowspan` say; what is no number counts as 1.
    pub fn new(columns: Option<&str>, rows: Option<&str>) -> Self {
        let number = |value: Option<&str>| value.and_then(|value| value.trim().parse::<u32>().ok()).unwrap_or(1).max(1);
        Self { columns: (number(columns) as usize).min(MOST_COLUMNS), rows: number(rows).min(MOST_ROWS) }
    }
}

struct Cell {
    text: String,
    /// It names a column or a row.
    is_header: bool,
    span: Span,
}

/// A cell that reaches into rows below its own.
#[derive(Clone)]
struct Hanging {
    text: String,
    is_header: bool,
    rows: u32,
}

/// The rows of the tables of a document, one table after the other.
#[derive(Default)]
pub(super) struct TableRows {
    /// The table that what follows is known of.
    table: u32,
    /// The finished cells of the row in the making.
    cells: Vec<Cell>,
    columns: Vec<String>,
    /// A row of cells under the columns was seen, so that they are complete.
    has_body: bool,
    /// By column.
    hanging: Vec<Option<Hanging>>,
    /// Bytes of cells, and of rows made of them.
    read: usize,
    written: usize,
}

impl TableRows {
    /// Adds a finished cell to the row.
    pub fn push(&mut self, text: String, is_header: bool, span: Span) {
        self.cells.push(Cell { text, is_header, span });
    }

    /// Ends the row, of `table`. Under a header it is `column: cell; column: cell`, otherwise `cell | cell`, empty cells left out.
    /// `None` for one without text.
    pub fn finish(&mut self, table: u32) -> Option<String> {
        if table != self.table {
            let (read, written) = (self.read, self.written);
            let cells = std::mem::take(&mut self.cells);
            *self = Self { table, cells, read, written, ..Self::default() };
        }
        let own: usize = self.cells.iter().map(|cell| cell.text.len()).sum();
        if own == 0 {
            self.cells.clear();
            return None;
        }
        let labels = self.written <= MOST_TIMES * self.read + FREE_BYTES;
        self.read += own;
        let plain = self.cells.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty());
        let plain = plain.collect::<Vec<_>>().join(" | ");
        let is_header = self.cells.iter().all(|cell| cell.is_header && cell.text.len() <= LABEL_BYTES);
        let grid = self.take_grid();
        let columns = self.columns.len().min(grid.len());
        let row = if is_header && !self.has_body {
            self.add_columns(&grid);
            plain
        } else if self.columns.is_empty() || grid[columns..].iter().any(|text| !text.is_empty()) || !labels {
            plain
        } else {
            self.has_body = true;
            self.labelled(&grid)
        };
        self.written += row.len();
        Some(row)
    }

    /// The texts of the row's columns, with those that hang into it from above.
    fn take_grid(&mut self) -> Vec<String> {
        let mut grid = Vec::new();
        let mut cells = std::mem::take(&mut self.cells).into_iter();
        loop {
            let column = grid.len();
            if let Some(above) = self.hanging.get_mut(column).and_then(Option::as_mut) {
                above.rows -= 1;
                // A header over two rows names its column once.
                grid.push(if above.is_header && !self.has_body { String::new() } else { above.text.clone() });
                if above.rows == 0 {
                    self.hanging[column] = None;
                }
                continue;
            }
            let Some(cell) = cells.next() else { break };
            for index in 0..cell.span.columns {
                // Columns of a header share a name; a value stands in the first.
                let text = if index == 0 || cell.is_header { cell.text.clone() } else { String::new() };
                if cell.span.rows > 1 && text.len() <= LABEL_BYTES && grid.len() < MOST_COLUMNS {
                    self.hanging.resize(self.hanging.len().max(grid.len() + 1), None);
                    let hanging = Hanging { text: text.clone(), is_header: cell.is_header, rows: cell.span.rows - 1 };
                    self.hanging[grid.len()] = Some(hanging);
                }
                grid.push(text);
            }
        }
        grid
    }

    /// Takes a row for a header, or for more of one. A title over all columns names none.
    fn add_columns(&mut self, grid: &[String]) {
        if grid.len() < 2 || grid.iter().all(|text| *text == grid[0]) {
            return;
        }
        self.columns.resize(self.columns.len().max(grid.len()), String::new());
        for (column, text) in self.columns.iter_mut().zip(grid) {
            if !text.is_empty() && column != text && column.len() + text.len() < LABEL_BYTES {
                *column = if column.is_empty() { text.clone() } else { format!("{column} {text}") };
            }
        }
    }

    fn labelled(&self, grid: &[String]) -> String {
        let cells = self.columns.iter().zip(grid).filter(|(_, text)| !text.is_empty());
        let cells =
            cells.map(|(column, text)| if column.is_empty() { text.clone() } else { format!("{column}: {text}") });
        cells.collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: bool = true;

    fn one(text: &str) -> (&str, Span) {
        (text, Span::default())
    }

    fn wide<'a>(text: &'a str, columns: &str, rows: &str) -> (&'a str, Span) {
        (text, Span::new(Some(columns), Some(rows)))
    }

    fn row(rows: &mut TableRows, head: bool, cells: &[(&str, Span)]) -> Option<String> {
        cells.iter().for_each(|&(text, span)| rows.push(text.to_owned(), head, span));
        rows.finish(1)
    }

    #[test]
    fn cells_name_their_columns() {
        let mut rows = TableRows::default();
        assert_eq!(row(&mut rows, HEAD, &[one("Kind"), one("Size")]).as_deref(), Some("Kind | Size"));
        assert_eq!(row(&mut rows, false, &[one("Atta"), one("12")]).as_deref(), Some("Kind: Atta; Size: 12"));
        assert_eq!(row(&mut rows, false, &[one(""), one("3")]).as_deref(), Some("Size: 3"));
        assert_eq!(row(&mut rows, false, &[one(""), one("")]), None);
        assert_eq!(row(&mut rows, false, &[one("a"), one("b"), one("c")]).as_deref(), Some("a | b | c"));
        rows.push("x".to_owned(), false, Span::default());
        assert_eq!(rows.finish(2).as_deref(), Some("x"), "another table");
    }

    #[test]
    fn headers_of_two_rows_are_joined_and_titles_are_none() {
        let mut rows = TableRows::default();
        assert_eq!(row(&mut rows, HEAD, &[wide("Ants of the year", "3", "1")]).as_deref(), Some("Ants of the year"));
        row(&mut rows, HEAD, &[wide("Kind", "1", "2"), wide("Size", "2", "1")]);
        row(&mut rows, HEAD, &[one("least"), one("most")]);
        let body = row(&mut rows, false, &[one("Atta"), one("2"), one("20")]);
        assert_eq!(body.as_deref(), Some("Kind: Atta; Size least: 2; Size most: 20"));
    }

    #[test]
    fn a_cell_over_several_rows_is_in_each() {
        let mut rows = TableRows::default();
        row(&mut rows, HEAD, &[one("Kind"), one("Caste"), one("Size")]);
        row(&mut rows, false, &[wide("Atta", "1", "2"), one("worker"), one("3")]);
        let second = row(&mut rows, false, &[one("queen"), one("22")]);
        assert_eq!(second.as_deref(), Some("Kind: Atta; Caste: queen; Size: 22"));
        let third = row(&mut rows, false, &[one("Lasius"), wide("both", "2", "1")]);
        assert_eq!(third.as_deref(), Some("Kind: Lasius; Caste: both"));
    }

    #[test]
    fn labels_do_not_make_a_small_file_huge() {
        let mut rows = TableRows::default();
        let label = "l".repeat(LABEL_BYTES - 1);
        row(&mut rows, HEAD, &[one(&label), one("b")]);
        let bytes: usize = (0..100_000).map(|_| row(&mut rows, false, &[one("x")]).map_or(0, |row| row.len())).sum();
        assert!(bytes < FREE_BYTES + 100_000 * (MOST_TIMES + 2), "{bytes}");
    }
}
