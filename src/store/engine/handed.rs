//! A statement on its way to an engine.

use sqlx::error::BoxDynError;
use sqlx::{AssertSqlSafe, Database, Error, Execute, Postgres, SqlSafeStr, SqlStr, Sqlite};

use super::Engine;
use super::spelling;
use super::values::Arguments;

/// A statement of the store, in the words and values that both engines share.
pub(super) struct Asked {
    sql: SqlStr,
    /// `None` = several statements in one text, without values.
    arguments: Option<Arguments>,
    persistent: bool,
}

impl Asked {
    pub(super) fn of<'q>(mut query: impl Execute<'q, Engine>) -> Result<Asked, Error> {
        let arguments = query.take_arguments().map_err(Error::Encode)?;
        let persistent = query.persistent();
        Ok(Asked { sql: query.sql(), arguments, persistent })
    }

    pub(super) fn for_sqlite(self) -> Result<Handed<Sqlite>, Error> {
        self.with_arguments(Arguments::into_those_of::<Sqlite>)
    }

    pub(super) fn for_postgres(mut self) -> Result<Handed<Postgres>, Error> {
        if let Some(arguments) = &mut self.arguments {
            arguments.without_nul();
        }
        if let Some(spelled) = spelling::of_postgres(self.sql.as_str()) {
            self.sql = AssertSqlSafe(spelled).into_sql_str();
        }
        self.with_arguments(Arguments::into_those_of::<Postgres>)
    }

    fn with_arguments<D: Database>(
        self,
        convert: impl FnOnce(Arguments) -> Result<D::Arguments, BoxDynError>,
    ) -> Result<Handed<D>, Error> {
        let arguments = self.arguments.map(convert).transpose().map_err(Error::Encode)?;
        Ok(Handed { sql: self.sql, arguments, persistent: self.persistent })
    }
}

/// A statement in the words and values of one engine.
pub(super) struct Handed<D: Database> {
    sql: SqlStr,
    arguments: Option<D::Arguments>,
    persistent: bool,
}

impl<D: Database> Execute<'_, D> for Handed<D> {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&D::Statement> {
        None
    }

    fn take_arguments(&mut self) -> Result<Option<D::Arguments>, BoxDynError> {
        Ok(self.arguments.take())
    }

    fn persistent(&self) -> bool {
        self.persistent
    }
}
