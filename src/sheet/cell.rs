//! One cell.

/// The content of a cell, always with the text that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Ids and telephone numbers, too: a spreadsheet must not calculate with them.
    Text(String),
    /// In decimal digits, as shown: `320`, `2.05`, `99.38%`.
    Number(String),
    /// `2020-10-28`.
    Date(String),
    Formula(Box<Formula>),
}

/// A formula, and its value when the file was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// Without the equals sign. Empty after reading: nobody computes it here.
    pub source: String,
    pub value: String,
}

impl Cell {
    pub fn text(&self) -> &str {
        match self {
            Cell::Text(text) | Cell::Number(text) | Cell::Date(text) => text,
            Cell::Formula(formula) => &formula.value,
        }
    }

    pub fn number(number: impl Into<u64>) -> Cell {
        Cell::Number(number.into().to_string())
    }

    /// Credit in ch, shown as 学时 with two decimals.
    pub fn hours(ch: i64) -> Cell {
        let sign = if ch < 0 { "-" } else { "" };
        Cell::Number(format!("{sign}{}.{:02}", ch.unsigned_abs() / 100, ch.unsigned_abs() % 100))
    }

    /// A formula without the equals sign, and its value.
    pub fn formula(source: impl Into<String>, value: impl Into<u64>) -> Cell {
        Cell::Formula(Box::new(Formula { source: source.into(), value: value.into().to_string() }))
    }

    pub fn is_formula(&self) -> bool {
        matches!(self, Cell::Formula(_))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}
