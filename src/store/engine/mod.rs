//! The two database engines as one for `sqlx`: SQLite in the data folder, or PostgreSQL for many nodes. The
//! store is written once, over [`Engine`]; which of the two answers is a property of the connection.
//!
//! Why not the store's modules compiled once for each engine: every use case of the office takes a transaction,
//! and would have to be compiled twice, too. Why not `sqlx::Any`: it copies every value of every row, and
//! hides the connection, whose hooks and locks `db` needs.
//!
//! [`connection`] a connection and what it is opened with · `handed` a statement on its way to an engine ·
//! [`values`] what is bound · [`rows`] what comes back · `spelling` the words that PostgreSQL spells otherwise.

pub(super) mod connection;
mod handed;
pub(super) mod rows;
mod spelling;
mod statement;
#[cfg(test)]
mod tests;
pub(super) mod values;

use sqlx::Database;
use sqlx::database::HasStatementCache;

use self::connection::{Connection, Transactions};
use self::rows::{Column, Row, TypeInfo, Value, ValueRef};
use self::statement::Statement;
use self::values::{Arguments, Bound};

/// Either engine.
#[derive(Debug)]
pub enum Engine {}

impl Database for Engine {
    type Connection = Connection;
    type TransactionManager = Transactions;
    type Row = Row;
    type QueryResult = Done;
    type Column = Column;
    type TypeInfo = TypeInfo;
    type Value = Value;
    type ValueRef<'r> = ValueRef<'r>;
    type Arguments = Arguments;
    type ArgumentBuffer = Vec<Bound>;
    type Statement = Statement;

    const NAME: &'static str = "SQLite or PostgreSQL";
    const URL_SCHEMES: &'static [&'static str] = &["sqlite", "postgres", "postgresql"];
}

impl HasStatementCache for Engine {}

sqlx_core::impl_encode_for_option!(Engine);
sqlx_core::impl_into_arguments_for_arguments!(Arguments);
sqlx_core::impl_column_index_for_row!(Row);
sqlx_core::impl_column_index_for_statement!(Statement);

/// The result of a write.
#[derive(Debug, Default)]
pub struct Done {
    rows_affected: u64,
}

impl Done {
    pub fn rows_affected(&self) -> u64 {
        self.rows_affected
    }
}

impl Extend<Done> for Done {
    fn extend<T: IntoIterator<Item = Done>>(&mut self, several: T) {
        self.rows_affected += several.into_iter().map(|one| one.rows_affected).sum::<u64>();
    }
}
