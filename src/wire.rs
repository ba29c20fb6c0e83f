//! GROUND: how a value travels in other words than it is stored in. Rules and stored data have their own
//! types; for what clients read there is a mirror of each, and [`mirror!`] makes the conversions in both
//! directions. A field of a message holds the value itself and says `#[serde(with = "wire")]`: it is written
//! and read as its mirror. Another word for the client is another word of the mirror, and of nothing else.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that travels as its mirror.
pub trait Travels: Sized {
    type Mirror: Serialize + DeserializeOwned;

    fn mirrored(&self) -> Self::Mirror;

    fn from_mirror(mirror: Self::Mirror) -> Self;
}

impl<T: Travels> Travels for Option<T> {
    type Mirror = Option<T::Mirror>;

    fn mirrored(&self) -> Self::Mirror {
        self.as_ref().map(T::mirrored)
    }

    fn from_mirror(mirror: Self::Mirror) -> Option<T> {
        mirror.map(T::from_mirror)
    }
}

impl<T: Travels> Travels for Vec<T> {
    type Mirror = Vec<T::Mirror>;

    fn mirrored(&self) -> Self::Mirror {
        self.iter().map(T::mirrored).collect()
    }

    fn from_mirror(mirror: Self::Mirror) -> Vec<T> {
        mirror.into_iter().map(T::from_mirror).collect()
    }
}

/// For `#[serde(with = "wire")]`.
pub fn serialize<T: Travels, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.mirrored().serialize(serializer)
}

/// For `#[serde(with = "wire")]`.
pub fn deserialize<'de, T: Travels, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::Mirror::deserialize(deserializer).map(T::from_mirror)
}

/// Makes the mirror of a type, with `From` in both directions. Both are matched whole, so that a variant or a field
/// that one of them lacks does not compile. Fields of a mirror have the types of the value's own fields.
macro_rules! mirror {
    ($(#[$meta:meta])* enum $name:ident for $core:ty {
        $($(#[$about:meta])* $variant:ident $({ $($(#[$of:meta])* $field:ident: $type:ty),* $(,)? })?),* $(,)?
    }) => {
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
        $(#[$meta])*
        pub enum $name {
            $($(#[$about])* $variant $({ $($(#[$of])* $field: $type),* })?),*
        }

        $crate::wire::ways! { $name, $core, value => match value {
            $(Here::$variant $({ $($field),* })? => There::$variant $({ $($field),* })?),*
        } }
    };
    ($(#[$meta:meta])* struct $name:ident for $core:ty {
        $($(#[$of:meta])* $field:ident: $type:ty),* $(,)?
    }) => {
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
        $(#[$meta])*
        pub struct $name {
            $($(#[$of])* pub $field: $type),*
        }

        $crate::wire::ways! { $name, $core, value => {
            let Here { $($field),* } = value;
            There { $($field),* }
        } }
    };
}

/// The conversions to a mirror and back, by the same words.
macro_rules! ways {
    ($name:ident, $core:ty, $value:ident => $body:expr) => {
        impl From<$core> for $name {
            fn from($value: $core) -> $name {
                type Here = $core;
                type There = $name;
                $body
            }
        }

        impl From<$name> for $core {
            fn from($value: $name) -> $core {
                type Here = $name;
                type There = $core;
                $body
            }
        }

        impl $crate::wire::Travels for $core {
            type Mirror = $name;

            fn mirrored(&self) -> $name {
                Clone::clone(self).into()
            }

            fn from_mirror(mirror: $name) -> $core {
                mirror.into()
            }
        }
    };
}

pub(crate) use {mirror, ways};
