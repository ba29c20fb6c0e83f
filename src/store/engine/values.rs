//! The values bound to a statement: of five kinds, which both engines have.

use std::fmt;

use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::{Database, Type};

use super::Engine;
use super::rows::TypeInfo;

/// A kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Whole,
    Real,
    Truth,
    Text,
    Bytes,
}

/// One bound value.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// NULL; PostgreSQL asks for its kind.
    Absent(Kind),
    Whole(i64),
    Real(f64),
    Truth(bool),
    Text(String),
    Bytes(Vec<u8>),
}

/// The values of a statement, in the order of `$1`, `$2`.
#[derive(Debug, Default)]
pub struct Arguments(Vec<Bound>);

impl sqlx::Arguments for Arguments {
    type Database = Engine;

    fn reserve(&mut self, additional: usize, _size: usize) {
        self.0.reserve(additional);
    }

    fn add<'t, T>(&mut self, value: T) -> Result<(), BoxDynError>
    where
        T: Encode<'t, Engine> + Type<Engine>,
    {
        if value.encode(&mut self.0)?.is_null() {
            self.0.push(Bound::Absent(T::type_info().kind()?));
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.0.len()
    }

    fn format_placeholder<W: fmt::Write>(&self, writer: &mut W) -> fmt::Result {
        write!(writer, "${}", self.0.len())
    }
}

impl Arguments {
    /// Puts U+FFFD in place of U+0000, which a text of PostgreSQL's cannot have: what is looked for is not found, and
    /// what is written stays readable.
    pub(super) fn without_nul(&mut self) {
        for bound in &mut self.0 {
            if let Bound::Text(text) = bound
                && text.contains('\0')
            {
                *text = text.replace('\0', "\u{fffd}");
            }
        }
    }

    /// The values as arguments of one engine.
    pub(super) fn into_those_of<D>(self) -> Result<D::Arguments, BoxDynError>
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
        use sqlx::Arguments as _;
        let mut out = D::Arguments::default();
        out.reserve(self.0.len(), 0);
        for bound in self.0 {
            match bound {
                Bound::Absent(Kind::Whole) => out.add(None::<i64>),
                Bound::Absent(Kind::Real) => out.add(None::<f64>),
                Bound::Absent(Kind::Truth) => out.add(None::<bool>),
                Bound::Absent(Kind::Text) => out.add(None::<String>),
                Bound::Absent(Kind::Bytes) => out.add(None::<Vec<u8>>),
                Bound::Whole(value) => out.add(value),
                Bound::Real(value) => out.add(value),
                Bound::Truth(value) => out.add(value),
                Bound::Text(value) => out.add(value),
                Bound::Bytes(value) => out.add(value),
            }?;
        }
        Ok(out)
    }
}

/// Binds a type as one of the kinds.
macro_rules! bind {
    ($($of:ty, $kind:ident, $value:ident => $bound:expr;)*) => {
        $(impl Encode<'_, Engine> for $of {
            fn encode_by_ref(&self, bound: &mut Vec<Bound>) -> Result<IsNull, BoxDynError> {
                let $value = self;
                bound.push(Bound::$kind($bound));
                Ok(IsNull::No)
            }
        })*
    };
}

bind! {
    i64, Whole, value => *value;
    i32, Whole, value => i64::from(*value);
    u32, Whole, value => i64::from(*value);
    u16, Whole, value => i64::from(*value);
    u8, Whole, value => i64::from(*value);
    f64, Real, value => *value;
    bool, Truth, value => *value;
    String, Text, value => value.clone();
    &str, Text, value => (*value).to_owned();
    Vec<u8>, Bytes, value => value.clone();
    &[u8], Bytes, value => value.to_vec();
}

/// Tells the kind of a type, for binding and for reading.
macro_rules! kind {
    ($($of:ty, $kind:ident, $read_as:ty;)*) => {
        $(impl Type<Engine> for $of {
            fn type_info() -> TypeInfo {
                TypeInfo::Bound(Kind::$kind)
            }

            fn compatible(found: &TypeInfo) -> bool {
                match found {
                    TypeInfo::Bound(kind) => *kind == Kind::$kind,
                    TypeInfo::Sqlite(found) => <$read_as as Type<sqlx::Sqlite>>::compatible(found),
                    TypeInfo::Postgres(found) => super::rows::reads_as(found, Kind::$kind),
                }
            }
        })*
    };
}

kind! {
    i64, Whole, i64;
    i32, Whole, i64;
    u32, Whole, i64;
    u16, Whole, i64;
    u8, Whole, i64;
    f64, Real, f64;
    bool, Truth, bool;
    String, Text, String;
    str, Text, str;
    Vec<u8>, Bytes, Vec<u8>;
    [u8], Bytes, [u8];
}
