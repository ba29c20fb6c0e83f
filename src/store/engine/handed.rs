//! A statement on its way to an engine.

use sqlx::error::BoxDynError;
use sqlx::{AssertSqlSafe, Database, Encode, Error, Execute, Postgres, SqlSafeStr, SqlStr, Sqlite, Type};

use super::Engine;
use super::spelling;
use super::values::Arguments;

/// A statement as the store asks it.
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
        self.into_handed()
    }

    pub(super) fn for_postgres(mut self) -> Result<Handed<Postgres>, Error> {
        if let Some(arguments) = &mut self.arguments {
            arguments.without_nul();
        }
        if let Some(spelled) = spelling::of_postgres(self.sql.as_str()) {
            self.sql = AssertSqlSafe(spelled).into_sql_str();
        }
        self.into_handed()
    }

    fn into_handed<D>(self) -> Result<Handed<D>, Error>
    where
        D: Database,
        for<'v> i64: Encode<'v, D> + Type<D>,
        for<'v> f64: Encode<'v, D> + Type<D>,
        for<'v> bool: Encode<'v, D> + Type<D>,
        for<'v> String: Encode<'v, D> + Type<D>,
        for<'v> Vec<u8>: Encode<'v, D> + Type<D>,
        for<'v> Option<i64>: Encode<'v, D>,
        for<'v> Option<f64>: Encode<'v, D>,
        for<'v> Option<bool>: Encode<'v, D>,
        for<'v> Option<String>: Encode<'v, D>,
        for<'v> Option<Vec<u8>>: Encode<'v, D>,
    {
        let arguments = self.arguments.map(Arguments::into_those_of::<D>).transpose();
        let arguments = arguments.map_err(Error::Encode)?;
        Ok(Handed { sql: self.sql, arguments, persistent: self.persistent })
    }
}

/// The same statement for one engine.
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
