//! The content read so far, and its amount.

use super::{COLUMNS_MAX, Cell, FORMULAS_MAX, ROWS_MAX, Unreadable};

/// Most cells of all sheets together, including empty ones before others: 48 MB.
const CELLS_MAX: usize = 1_000_000;
/// Most text of all cells together, however often a file repeats it.
pub(super) const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Counts over all sheets of a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    cells: usize,
    text_bytes: usize,
}

/// The rows of one sheet. Place and amount are checked before a cell is kept.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) counts: Counts,
    formulas: usize,
}

impl Kept {
    pub(super) fn after(counts: Counts) -> Kept {
        Kept { counts, ..Kept::default() }
    }

    /// Keeps a cell. Empty cells are not kept, nor are blanks outside of the largest sheet.
    pub(super) fn cell(&mut self, row: usize, column: usize, cell: Cell) -> Result<(), Unreadable> {
        let is_far = row >= ROWS_MAX || column >= COLUMNS_MAX;
        let text = cell.text();
        if !cell.is_formula() && (text.is_empty() || is_far && text.trim().is_empty()) {
            return Ok(());
        }
        if is_far {
            return Err(Unreadable::TooMuch);
        }
        self.formulas += usize::from(cell.is_formula());
        if self.formulas > FORMULAS_MAX {
            return Err(Unreadable::TooManyFormulas);
        }
        let width = self.rows.get(row).map_or(0, Vec::len);
        self.counts.cells += (column + 1).saturating_sub(width);
        self.counts.text_bytes += text.len();
        if self.counts.cells > CELLS_MAX || self.counts.text_bytes > TEXT_BYTES_MAX {
            return Err(Unreadable::TooMuch);
        }
        if row >= self.rows.len() {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let cells = &mut self.rows[row];
        if column >= cells.len() {
            cells.resize(column + 1, Cell::Text(String::new()));
        }
        cells[column] = cell;
        Ok(())
    }
}
