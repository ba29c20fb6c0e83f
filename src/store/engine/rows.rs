//! Rows, their columns and their values. A row holds the engine's own row; a value is copied when it is read.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgRow, PgTypeInfo, PgValue, PgValueRef};
use sqlx::sqlite::{SqliteRow, SqliteTypeInfo, SqliteValue, SqliteValueRef};
use sqlx::{ColumnIndex, Database, Decode, Error, Postgres, Sqlite};
use sqlx::{TypeInfo as _, ValueRef as _};

use super::Engine;
use super::values::Kind;

/// A row.
pub struct Row {
    stored: Stored,
    /// Made when somebody asks for them, which the store never does.
    columns: OnceLock<Vec<Column>>,
}

enum Stored {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Row {
        Row { stored: Stored::Sqlite(row), columns: OnceLock::new() }
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Row {
        Row { stored: Stored::Postgres(row), columns: OnceLock::new() }
    }
}

impl sqlx::Row for Row {
    type Database = Engine;

    fn columns(&self) -> &[Column] {
        self.columns.get_or_init(|| match &self.stored {
            Stored::Sqlite(row) => row.columns().iter().map(Column::from).collect(),
            Stored::Postgres(row) => row.columns().iter().map(Column::from).collect(),
        })
    }

    fn len(&self) -> usize {
        match &self.stored {
            Stored::Sqlite(row) => row.len(),
            Stored::Postgres(row) => row.len(),
        }
    }

    fn try_get_raw<I: ColumnIndex<Row>>(&self, index: I) -> Result<ValueRef<'_>, Error> {
        let index = index.index(self)?;
        match &self.stored {
            Stored::Sqlite(row) => row.try_get_raw(index).map(ValueRef::Sqlite),
            Stored::Postgres(row) => row.try_get_raw(index).map(ValueRef::Postgres),
        }
    }
}

impl ColumnIndex<Row> for &str {
    fn index(&self, row: &Row) -> Result<usize, Error> {
        match &row.stored {
            Stored::Sqlite(row) => (*self).index(row),
            Stored::Postgres(row) => (*self).index(row),
        }
    }
}

/// A column of a row or of a statement.
#[derive(Debug, Clone)]
pub struct Column {
    ordinal: usize,
    name: String,
    type_info: TypeInfo,
}

impl<C> From<&C> for Column
where
    C: sqlx::Column,
    TypeInfo: From<<C::Database as Database>::TypeInfo>,
{
    fn from(column: &C) -> Column {
        Column {
            ordinal: column.ordinal(),
            name: column.name().to_owned(),
            type_info: TypeInfo::from(column.type_info().clone()),
        }
    }
}

impl sqlx::Column for Column {
    type Database = Engine;

    fn ordinal(&self) -> usize {
        self.ordinal
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn type_info(&self) -> &TypeInfo {
        &self.type_info
    }
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeInfo {
    /// The type of a bound value.
    Bound(Kind),
    Sqlite(SqliteTypeInfo),
    Postgres(PgTypeInfo),
}

impl From<SqliteTypeInfo> for TypeInfo {
    fn from(found: SqliteTypeInfo) -> TypeInfo {
        TypeInfo::Sqlite(found)
    }
}

impl From<PgTypeInfo> for TypeInfo {
    fn from(found: PgTypeInfo) -> TypeInfo {
        TypeInfo::Postgres(found)
    }
}

impl TypeInfo {
    pub(super) fn kind(&self) -> Result<Kind, BoxDynError> {
        match self {
            TypeInfo::Bound(kind) => Ok(*kind),
            found => Err(format!("{found} is the type of a stored value, not of one that is bound").into()),
        }
    }
}

impl sqlx::TypeInfo for TypeInfo {
    fn is_null(&self) -> bool {
        match self {
            TypeInfo::Bound(_) => false,
            TypeInfo::Sqlite(found) => found.is_null(),
            TypeInfo::Postgres(found) => found.is_null(),
        }
    }

    fn name(&self) -> &str {
        match self {
            TypeInfo::Bound(Kind::Whole) => "BIGINT",
            TypeInfo::Bound(Kind::Real) => "DOUBLE PRECISION",
            TypeInfo::Bound(Kind::Truth) => "BOOLEAN",
            TypeInfo::Bound(Kind::Text) => "TEXT",
            TypeInfo::Bound(Kind::Bytes) => "BYTEA",
            TypeInfo::Sqlite(found) => found.name(),
            TypeInfo::Postgres(found) => found.name(),
        }
    }
}

impl fmt::Display for TypeInfo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(sqlx::TypeInfo::name(self))
    }
}

/// Whether PostgreSQL's type is read as this kind. Its JSON is read as the text that it is.
pub(super) fn reads_as(found: &PgTypeInfo, kind: Kind) -> bool {
    let names: &[&str] = match kind {
        Kind::Whole => &["INT8", "INT4", "INT2"],
        Kind::Real => &["FLOAT8", "FLOAT4"],
        Kind::Truth => &["BOOL"],
        Kind::Text => &["TEXT", "VARCHAR", "NAME", "JSON", "UNKNOWN"],
        Kind::Bytes => &["BYTEA"],
    };
    names.contains(&found.name())
}

/// A value of a row.
pub enum ValueRef<'r> {
    Sqlite(SqliteValueRef<'r>),
    Postgres(PgValueRef<'r>),
}

/// A value of its own.
pub enum Value {
    Sqlite(SqliteValue),
    Postgres(PgValue),
}

impl<'r> sqlx::ValueRef<'r> for ValueRef<'r> {
    type Database = Engine;

    fn to_owned(&self) -> Value {
        match self {
            ValueRef::Sqlite(value) => Value::Sqlite(value.to_owned()),
            ValueRef::Postgres(value) => Value::Postgres(sqlx::ValueRef::to_owned(value)),
        }
    }

    fn type_info(&self) -> Cow<'_, TypeInfo> {
        Cow::Owned(match self {
            ValueRef::Sqlite(value) => TypeInfo::Sqlite(value.type_info().into_owned()),
            ValueRef::Postgres(value) => TypeInfo::Postgres(value.type_info().into_owned()),
        })
    }

    fn is_null(&self) -> bool {
        match self {
            ValueRef::Sqlite(value) => value.is_null(),
            ValueRef::Postgres(value) => value.is_null(),
        }
    }
}

impl sqlx::Value for Value {
    type Database = Engine;

    fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Value::Sqlite(value) => ValueRef::Sqlite(value.as_ref()),
            Value::Postgres(value) => ValueRef::Postgres(sqlx::Value::as_ref(value)),
        }
    }

    fn type_info(&self) -> Cow<'_, TypeInfo> {
        Cow::Owned(self.as_ref().type_info().into_owned())
    }

    fn is_null(&self) -> bool {
        self.as_ref().is_null()
    }
}

/// Reads a borrowed type.
macro_rules! borrow {
    ($($of:ty;)*) => {
        $(impl<'r> Decode<'r, Engine> for &'r $of {
            fn decode(value: ValueRef<'r>) -> Result<&'r $of, BoxDynError> {
                match value {
                    ValueRef::Sqlite(value) => Decode::<Sqlite>::decode(value),
                    ValueRef::Postgres(value) => Decode::<Postgres>::decode(value),
                }
            }
        })*
    };
}

borrow! {
    str;
    [u8];
}

/// Reads a type with the help of one that both engines read.
macro_rules! read {
    ($($of:ty, $both_read:ty;)*) => {
        $(impl<'r> Decode<'r, Engine> for $of {
            fn decode(value: ValueRef<'r>) -> Result<$of, BoxDynError> {
                let read: $both_read = match value {
                    ValueRef::Sqlite(value) => Decode::<Sqlite>::decode(value)?,
                    ValueRef::Postgres(value) => Decode::<Postgres>::decode(value)?,
                };
                Ok(read.try_into()?)
            }
        })*
    };
}

read! {
    i64, i64;
    i32, i64;
    u32, i64;
    u16, i64;
    u8, i64;
    f64, f64;
    bool, bool;
    String, String;
    Vec<u8>, Vec<u8>;
}
