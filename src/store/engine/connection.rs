//! A connection to one of the engines.

use std::str::FromStr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgQueryResult};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteQueryResult};
use sqlx::{
    ConnectOptions, Database, Describe, Either, Error, Execute, Executor, Postgres, SqlStr, Sqlite,
    Transaction,
};
use sqlx_core::transaction::TransactionManager;

use super::handed::Asked;
use super::rows::{Row, TypeInfo};
use super::statement::Statement;
use super::{Done, Engine};

/// A connection, in a transaction or without one.
#[derive(Debug)]
pub enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// The settings of a connection, for one of the engines.
#[derive(Debug, Clone)]
pub enum Options {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

/// Calls the same method of either engine's value.
macro_rules! either {
    ($of:expr, $one:ident => $call:expr) => {
        match $of {
            Connection::Sqlite($one) => $call,
            Connection::Postgres($one) => $call,
        }
    };
}

impl FromStr for Options {
    type Err = Error;

    fn from_str(url: &str) -> Result<Options, Error> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            url.parse().map(Options::Postgres)
        } else {
            url.parse().map(Options::Sqlite)
        }
    }
}

impl ConnectOptions for Options {
    type Connection = Connection;

    fn from_url(url: &sqlx_core::Url) -> Result<Options, Error> {
        url.as_str().parse()
    }

    async fn connect(&self) -> Result<Connection, Error> {
        match self {
            Options::Sqlite(options) => options.connect().await.map(Connection::Sqlite),
            Options::Postgres(options) => options.connect().await.map(Connection::Postgres),
        }
    }

    fn log_statements(self, level: log::LevelFilter) -> Options {
        match self {
            Options::Sqlite(options) => Options::Sqlite(options.log_statements(level)),
            Options::Postgres(options) => Options::Postgres(options.log_statements(level)),
        }
    }

    fn log_slow_statements(self, level: log::LevelFilter, least: Duration) -> Options {
        match self {
            Options::Sqlite(options) => Options::Sqlite(options.log_slow_statements(level, least)),
            Options::Postgres(options) => Options::Postgres(options.log_slow_statements(level, least)),
        }
    }
}

impl sqlx::Connection for Connection {
    type Database = Engine;
    type Options = Options;

    async fn close(self) -> Result<(), Error> {
        either!(self, one => one.close().await)
    }

    async fn close_hard(self) -> Result<(), Error> {
        either!(self, one => one.close_hard().await)
    }

    async fn ping(&mut self) -> Result<(), Error> {
        either!(self, one => one.ping().await)
    }

    async fn begin(&mut self) -> Result<Transaction<'_, Engine>, Error> {
        Transaction::begin(self, None).await
    }

    fn shrink_buffers(&mut self) {
        either!(self, one => one.shrink_buffers());
    }

    async fn flush(&mut self) -> Result<(), Error> {
        either!(self, one => one.flush().await)
    }

    fn should_flush(&self) -> bool {
        either!(self, one => one.should_flush())
    }
}

/// Begins and ends transactions.
pub struct Transactions;

type OfSqlite = <Sqlite as Database>::TransactionManager;
type OfPostgres = <Postgres as Database>::TransactionManager;

impl TransactionManager for Transactions {
    type Database = Engine;

    async fn begin(connection: &mut Connection, statement: Option<SqlStr>) -> Result<(), Error> {
        match connection {
            Connection::Sqlite(one) => OfSqlite::begin(one, statement).await,
            Connection::Postgres(one) => OfPostgres::begin(one, statement).await,
        }
    }

    async fn commit(connection: &mut Connection) -> Result<(), Error> {
        match connection {
            Connection::Sqlite(one) => OfSqlite::commit(one).await,
            Connection::Postgres(one) => OfPostgres::commit(one).await,
        }
    }

    async fn rollback(connection: &mut Connection) -> Result<(), Error> {
        match connection {
            Connection::Sqlite(one) => OfSqlite::rollback(one).await,
            Connection::Postgres(one) => OfPostgres::rollback(one).await,
        }
    }

    fn start_rollback(connection: &mut Connection) {
        match connection {
            Connection::Sqlite(one) => OfSqlite::start_rollback(one),
            Connection::Postgres(one) => OfPostgres::start_rollback(one),
        }
    }

    fn get_transaction_depth(connection: &Connection) -> usize {
        match connection {
            Connection::Sqlite(one) => OfSqlite::get_transaction_depth(one),
            Connection::Postgres(one) => OfPostgres::get_transaction_depth(one),
        }
    }
}

impl From<SqliteQueryResult> for Done {
    fn from(done: SqliteQueryResult) -> Done {
        Done { rows_affected: done.rows_affected() }
    }
}

impl From<PgQueryResult> for Done {
    fn from(done: PgQueryResult) -> Done {
        Done { rows_affected: done.rows_affected() }
    }
}

/// One step of a running statement: the end of a statement, or a row.
type Step<D, R> = Either<D, R>;

fn step<D, R>(step: Step<D, R>) -> Step<Done, Row>
where
    Done: From<D>,
    Row: From<R>,
{
    match step {
        Either::Left(done) => Either::Left(done.into()),
        Either::Right(row) => Either::Right(row.into()),
    }
}

fn failed<'e, T: Send + 'e>(error: Error) -> BoxStream<'e, Result<T, Error>> {
    stream::once(std::future::ready(Err(error))).boxed()
}

impl<'c> Executor<'c> for &'c mut Connection {
    type Database = Engine;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Step<Done, Row>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Engine>,
    {
        let asked = Asked::of(query);
        match self {
            Connection::Sqlite(one) => match asked.and_then(Asked::for_sqlite) {
                Ok(handed) => one.fetch_many(handed).map_ok(step).boxed(),
                Err(error) => failed(error),
            },
            Connection::Postgres(one) => match asked.and_then(Asked::for_postgres) {
                Ok(handed) => one.fetch_many(handed).map_ok(step).boxed(),
                Err(error) => failed(error),
            },
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<Row>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Engine>,
    {
        let asked = Asked::of(query);
        Box::pin(async move {
            Ok(match self {
                Connection::Sqlite(one) => {
                    one.fetch_optional(asked.and_then(Asked::for_sqlite)?).await?.map(Row::from)
                }
                Connection::Postgres(one) => {
                    one.fetch_optional(asked.and_then(Asked::for_postgres)?).await?.map(Row::from)
                }
            })
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        _parameters: &'e [TypeInfo],
    ) -> BoxFuture<'e, Result<Statement, Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            Ok(match self {
                Connection::Sqlite(one) => Statement::of(&one.prepare(sql).await?),
                Connection::Postgres(one) => Statement::of(&one.prepare(sql).await?),
            })
        })
    }

    /// Refused: descriptions are for macros that check statements while the program is built.
    fn describe<'e>(self, _sql: SqlStr) -> BoxFuture<'e, Result<Describe<Engine>, Error>>
    where
        'c: 'e,
    {
        let refused = Error::Protocol("statements are not described".into());
        Box::pin(std::future::ready(Err(refused)))
    }
}
