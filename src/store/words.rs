//! Values without fields, stored as the words of the protocol.

use serde::de::DeserializeOwned;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Type};

use super::from_word;

/// A value that a row holds as its word. For rows that derive `FromRow`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<T>(pub T);

impl<T, D: Database> Type<D> for Word<T>
where
    String: Type<D>,
{
    fn type_info() -> D::TypeInfo {
        <String as Type<D>>::type_info()
    }

    fn compatible(other: &D::TypeInfo) -> bool {
        <String as Type<D>>::compatible(other)
    }
}

impl<'r, T: DeserializeOwned, D: Database> Decode<'r, D> for Word<T>
where
    String: Decode<'r, D>,
{
    fn decode(value: D::ValueRef<'r>) -> Result<Word<T>, BoxDynError> {
        Ok(Word(from_word(String::decode(value)?)?))
    }
}
