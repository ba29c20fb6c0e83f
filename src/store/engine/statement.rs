//! A prepared statement, which `sqlx` asks an engine to have.

use sqlx::{ColumnIndex, Either, Error, SqlStr};

use super::Engine;
use super::rows::{Column, TypeInfo};
use super::values::Arguments;

/// A prepared statement.
#[derive(Clone)]
pub struct Statement {
    sql: SqlStr,
    columns: Vec<Column>,
    parameters: usize,
}

impl Statement {
    pub(super) fn of<S: sqlx::Statement>(prepared: &S) -> Statement
    where
        Column: for<'c> From<&'c <S::Database as sqlx::Database>::Column>,
    {
        Statement {
            sql: prepared.sql().clone(),
            columns: prepared.columns().iter().map(Column::from).collect(),
            parameters: match prepared.parameters() {
                Some(Either::Left(types)) => types.len(),
                Some(Either::Right(count)) => count,
                None => 0,
            },
        }
    }
}

impl sqlx::Statement for Statement {
    type Database = Engine;

    fn into_sql(self) -> SqlStr {
        self.sql
    }

    fn sql(&self) -> &SqlStr {
        &self.sql
    }

    fn parameters(&self) -> Option<Either<&[TypeInfo], usize>> {
        Some(Either::Right(self.parameters))
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    sqlx_core::impl_statement_query!(Arguments);
}

impl ColumnIndex<Statement> for &str {
    fn index(&self, statement: &Statement) -> Result<usize, Error> {
        let mut columns = statement.columns.iter();
        let found = columns.position(|column| sqlx::Column::name(column) == *self);
        found.ok_or_else(|| Error::ColumnNotFound((*self).to_owned()))
    }
}
