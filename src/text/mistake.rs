//! Mistakes in a form or a file: the answer of every rule about input of people. The client has the words.

/// A mistake, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Row of the file from 1, as a spreadsheet counts; `None` = in a form.
    pub row: Option<u32>,
    /// Letters of the file's column as in a spreadsheet, `A`; `None` = in a form.
    pub column: Option<String>,
    /// Field of the body; in a file the heading of the column.
    pub field: String,
    pub wrong: Wrong,
    /// Numbers for the sentence; [`Wrong`] says which.
    pub figures: Vec<u32>,
    /// File: the value found, or the words looked for.
    pub value: Option<String>,
    /// The allowed values.
    pub choices: Vec<String>,
}

/// The kind of a mistake in one field or one cell. The client has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("is missing")]
    Missing,
    #[error("is too long")]
    TooLong,
    #[error("holds a character that no name has")]
    Character,
    #[error("has 15 digits; only numbers of 18 digits are valid today")]
    FifteenDigits,
    #[error("does not have the right length")]
    Length,
    #[error("holds something else than digits")]
    Digits,
    #[error("begins with no known area")]
    Area,
    #[error("names a birthday that is no day")]
    Birthday,
    #[error("belongs to somebody younger than 16 or older than 100")]
    Age,
    #[error("has a wrong last character: one of the digits is mistyped")]
    Check,
    #[error("is no telephone number")]
    Phone,
    #[error("is no e-mail address")]
    Email,
    #[error("is not one of the choices")]
    Choice,
    #[error("is no day, or no whole number, or out of its range")]
    Value,
    #[error("ends before it begins")]
    Order,
    /// The study of a phase ends before its registration opens.
    #[error("ends before the registration opens")]
    BeforeRegistration,
    #[error("is there already")]
    Taken,
    /// A value of a policy; the sentence is in `message` of the answer.
    #[error("is not what a policy may hold")]
    Policy,
    /// Consent to an earlier notice: load the present one, and ask again.
    #[error("is not of the present notice")]
    Outdated,
    /// File: the column is not in the table.
    #[error("is no column of the table")]
    NoColumn,
    /// File: no line of headings, or nothing below it. `value`: the expected headings.
    #[error("has no line of headings, or nothing below it")]
    NoTable,
    /// File: too many rows, columns or bytes. `figures`: the most rows and columns.
    #[error("is larger than what is read")]
    TooMuch,
    /// File: too many formulas. `figures`: the most.
    #[error("has too many formulas; save it with values only")]
    TooManyFormulas,
    /// File: neither XLSX nor CSV, or damaged.
    #[error("is no XLSX file and no CSV file, or damaged")]
    Format,
    /// File: `.xls`, `.et`, or a book with a password.
    #[error("is an .xls or .et file, or has a password; save it as .xlsx without a password")]
    OldFormat,
    /// File: a document, a picture, or another archive.
    #[error("is no table; copy the table into a spreadsheet and save it as .xlsx")]
    OtherFormat,
    /// File: a formula; only written values count.
    #[error("is a formula; write what it comes to")]
    Formula,
    /// File: the same document, or unit, as in another row. `figures`: that row.
    #[error("is there twice")]
    Twice,
    /// The document tells another sex.
    #[error("is not the sex of the document")]
    SexOfDocument,
    /// The document tells another month of birth.
    #[error("is not the month of birth of the document")]
    BornOfDocument,
    /// The school has all the seats that the phase allows.
    #[error("has as many as the phase allows a school")]
    SchoolFull,
    /// A unit administrator sends only people of the own unit.
    #[error("is another unit than yours")]
    OtherUnit,
    /// The recording of the lesson is not published yet.
    #[error("was not published yet")]
    Unpublished,
    /// The recording earns less than one step of credit.
    #[error("is too short to earn anything")]
    TooShort,
    /// No such phase in the programme.
    #[error("is no phase of the programme")]
    NoPhase,
    /// Fewer seats than are held. `figures`: seats of the table, seats held.
    #[error("is less than the seats that are held already")]
    BelowTaken,
    /// More seats than the phase has. `figures`: sum of the table, seats of the plan.
    #[error("is more than the plan of the phase")]
    AbovePlan,
    /// Certificates of the phase were issued, and they print this or rest on it. `figures`: how many, valid ones
    /// and ones that wait to be issued.
    #[error("cannot change any more: certificates of the phase were issued")]
    Certified,
    /// File: a number of 16 digits or more that a spreadsheet has rounded.
    #[error("is a number that the spreadsheet has rounded; make the cell text and enter it anew")]
    Rounded,
    /// A travel permit of 7 digits: the leading zero was lost.
    #[error("has lost the zero in front; make the cell text and enter it anew")]
    LostZero,
    /// File: `?` stands for characters that its encoding lacks.
    #[error("has lost characters; save the file as .xlsx or as CSV in UTF-8")]
    LostLetters,
    /// File: this row is outside of the table and was not used; `value` is its beginning.
    #[error("is no row of the table and was not used")]
    UnusedRow,
    /// File: this row is a note or a sum below the table, not a person. `value` is its beginning.
    #[error("is a note or a sum, nobody of the list")]
    FootRow,
    /// File: this column is unknown and was not used; `value` is its heading.
    #[error("is a column that nobody knows; it was not used")]
    UnusedColumn,
    /// File: this sheet has a table, too, and was not used; `value` is its name.
    #[error("is another sheet with a table; it was not used")]
    UnusedSheet,
    /// File: a sum that differs. `figures`: the written one, the computed one.
    #[error("is another sum than the row comes to")]
    SumDiffers,
    /// More questions of a kind than the bank has. `figures`: asked for, in the bank.
    #[error("is more than the bank has")]
    AboveBank,
    /// More questions than a bank holds. `figures`: the most.
    #[error("would be more questions than a bank holds")]
    BankFull,
    /// A unit sends more people than it has seats. `figures`: people, seats.
    #[error("sends more people than it has seats")]
    MoreThanSeats,
    /// The end of a list that is too long. `figures`: how many more there are.
    #[error("and more")]
    More,
}

impl Mistake {
    /// A mistake in a form.
    pub fn field(field: impl Into<String>, wrong: Wrong) -> Mistake {
        Mistake {
            row: None,
            column: None,
            field: field.into(),
            wrong,
            figures: Vec::new(),
            value: None,
            choices: Vec::new(),
        }
    }
}
