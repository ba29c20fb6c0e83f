//! Mistakes in a form or a file. The client has the words.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::text;
use crate::wire::{self, mirror};

mirror! {
    /// The kind of a mistake in one field or one cell. The client has the words.
    #[serde(rename_all = "snake_case")]
    enum Wrong for text::mistake::Wrong {
        Missing,
        TooLong,
        Character,
        FifteenDigits,
        Length,
        Digits,
        Area,
        Birthday,
        Age,
        Check,
        Phone,
        Email,
        Choice,
        Value,
        Order,
        /// The study of a phase ends before its registration opens.
        BeforeRegistration,
        Taken,
        /// A value of a policy; the sentence is in `message` of the answer.
        Policy,
        /// Consent to an earlier notice: load the present one, and ask again.
        Outdated,
        /// File: the column is not in the table.
        NoColumn,
        /// File: no line of headings, or nothing below it. `value`: the expected headings.
        NoTable,
        /// File: too many rows, columns or bytes. `figures`: the most rows and columns.
        TooMuch,
        /// File: too many formulas. `figures`: the most.
        TooManyFormulas,
        /// File: neither XLSX nor CSV, or damaged.
        Format,
        /// File: `.xls`, `.et`, or a book with a password.
        OldFormat,
        /// File: a document, a picture, or another archive.
        OtherFormat,
        /// File: a formula; only written values count.
        Formula,
        /// File: the same document, or unit, as in another row. `figures`: that row.
        Twice,
        /// The document tells another sex.
        SexOfDocument,
        /// The document tells another month of birth.
        BornOfDocument,
        /// The school has all the seats that the phase allows.
        SchoolFull,
        /// A unit administrator sends only people of the own unit.
        OtherUnit,
        /// The recording of the lesson is not published yet.
        Unpublished,
        /// The recording earns less than one step of credit.
        TooShort,
        /// No such phase in the programme.
        NoPhase,
        /// Fewer seats than are held. `figures`: seats of the table, seats held.
        BelowTaken,
        /// More seats than the phase has. `figures`: sum of the table, seats of the plan.
        AbovePlan,
        /// Certificates of the phase were issued, and they print this or rest on it. `figures`: how many, valid
        /// ones and ones that wait to be issued.
        Certified,
        /// File: a number of 16 digits or more that a spreadsheet has rounded.
        Rounded,
        /// A travel permit of 7 digits: the leading zero was lost.
        LostZero,
        /// File: `?` stands for characters that its encoding lacks.
        LostLetters,
        /// File: this row is outside of the table and was not used; `value` is its beginning.
        UnusedRow,
        /// File: this row is a note or a sum below the table, not a person. `value` is its beginning.
        FootRow,
        /// File: this column is unknown and was not used; `value` is its heading.
        UnusedColumn,
        /// File: this sheet has a table, too, and was not used; `value` is its name.
        UnusedSheet,
        /// File: a sum that differs. `figures`: the written one, the computed one.
        SumDiffers,
        /// More questions of a kind than the bank has. `figures`: asked for, in the bank.
        AboveBank,
        /// More questions than a bank holds. `figures`: the most.
        BankFull,
        /// A unit sends more people than it has seats. `figures`: people, seats.
        MoreThanSeats,
        /// The end of a list that is too long. `figures`: how many more there are.
        More,
    }
}

mirror! {
    /// A mistake, and its place.
    struct Mistake for text::mistake::Mistake {
        /// Row of the file from 1, as a spreadsheet counts; `None` = in a form.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        row: Option<u32>,
        /// Letters of the file's column as in a spreadsheet, `A`; `None` = in a form.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        column: Option<String>,
        /// Field of the body; in a file the heading of the column.
        field: String,
        #[serde(with = "wire")]
        #[ts(as = "Wrong")]
        wrong: text::mistake::Wrong,
        /// Numbers for the sentence; [`Wrong`] says which.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<u32>>")]
        figures: Vec<u32>,
        /// File: the value found, or the words looked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        value: Option<String>,
        /// The allowed values.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<String>>")]
        choices: Vec<String>,
    }
}
