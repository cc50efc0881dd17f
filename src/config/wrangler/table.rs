//! How the tables of the file become structs: a field's name is its key, its type says what may stand there.

use std::ops::RangeInclusive;

use crate::{
    config::{
        origin::{Origin, Spanned},
        tree::{Field, Fields, Reader},
    },
    diagnostic::Diagnostic,
};

/// Something read from one value: a [`Spanned`] scalar, or a struct made by [`table!`].
pub(super) trait Value: Sized {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Self>;
}

/// What a [`Spanned`] may hold.
pub(super) trait Scalar: Sized {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<Self>>;
}

/// A field of a struct: required, an `Option`, or a `Vec` that is empty if the key is missing.
///
/// `None` means that the whole struct cannot be made; the reason has been reported.
pub(super) trait Slot: Sized {
    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str) -> Option<Self>;
}

impl Scalar for String {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<Self>> {
        field.string(reader)
    }
}

impl Scalar for bool {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<Self>> {
        field.bool(reader)
    }
}

impl Scalar for f64 {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<Self>> {
        field.number(reader)
    }
}

impl Scalar for serde_json::Value {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<Self>> {
        Some(Spanned::new(field.node.to_json(), reader.origin(field.node)))
    }
}

/// A table of any keys.
impl Scalar for serde_json::Map<String, serde_json::Value> {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Spanned<Self>> {
        let entries = field.entries(reader)?;
        let map =
            entries.into_iter().map(|(entry, value)| (entry.key.clone(), value.node.to_json())).collect();
        Some(Spanned::new(map, reader.origin(field.node)))
    }
}

impl<T: Scalar> Value for Spanned<T> {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Self> {
        T::read(reader, field)
    }
}

impl<T: Scalar> Slot for Spanned<T> {
    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str) -> Option<Self> {
        let field = fields.required(reader, key)?;
        T::read(reader, &field)
    }
}

impl<T: Value> Slot for Option<T> {
    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str) -> Option<Self> {
        Some(fields.get(key).and_then(|field| T::read(reader, &field)))
    }
}

/// The items of an array; those that cannot be read are reported and left out.
impl<T: Value> Value for Vec<T> {
    fn read(reader: &mut Reader<'_>, field: &Field<'_>) -> Option<Self> {
        let items = field.items(reader)?;
        Some(items.iter().filter_map(|item| T::read(reader, item)).collect())
    }
}

impl<T: Value> Slot for Vec<T> {
    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, key: &'static str) -> Option<Self> {
        Some(fields.get(key).and_then(|field| <Self as Value>::read(reader, &field)).unwrap_or_default())
    }
}

/// The place of the table itself.
impl Slot for Origin {
    fn read(reader: &mut Reader<'_>, fields: &mut Fields<'_>, _: &'static str) -> Option<Self> {
        Some(reader.origin(fields.table().node))
    }
}

/// Reports a number outside of `range`.
pub(super) fn within(
    reader: &mut Reader<'_>,
    field: &Field<'_>,
    key: &str,
    value: Option<&Spanned<f64>>,
    range: RangeInclusive<f64>,
) {
    if let Some(number) = value.filter(|number| !range.contains(&number.value)) {
        let title = format!("`{}.{key}` cannot be {}", field.path, number.value);
        let expected = format!("expected a number from {} to {}", range.start(), range.end());
        reader.diagnostics.push(number.origin.label(Diagnostic::error("wrong-value", title), expected));
    }
}

/// Makes structs that are read from tables. `field = "key"` names a key that is no Rust identifier; `check name`
/// after the fields calls the struct's method `name` to look at values together.
macro_rules! table {
    ($(
        $(#[$about:meta])*
        pub struct $name:ident {
            $($(#[$field_about:meta])* $field:ident $(= $key:literal)? : $kind:ty,)*
        } $(check $check:ident)?
    )*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[$field_about])* pub $field: $kind,)*
        }

        impl $crate::config::wrangler::table::Value for $name {
            fn read(
                reader: &mut $crate::config::tree::Reader<'_>,
                field: &$crate::config::tree::Field<'_>,
            ) -> Option<Self> {
                let mut fields = field.fields(reader)?;
                $(let $field = $crate::config::wrangler::table::Slot::read(
                    reader,
                    &mut fields,
                    table!(@key $field $($key)?),
                );)*
                fields.finish(reader);
                let table = Self { $($field: $field?,)* };
                $(table.$check(reader, field);)?
                Some(table)
            }
        }

        impl $crate::config::wrangler::table::Slot for $name {
            fn read(
                reader: &mut $crate::config::tree::Reader<'_>,
                fields: &mut $crate::config::tree::Fields<'_>,
                key: &'static str,
            ) -> Option<Self> {
                let field = fields.required(reader, key)?;
                $crate::config::wrangler::table::Value::read(reader, &field)
            }
        }
    )*};
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
}

/// Makes enums whose values are written as one of a few strings.
macro_rules! choice {
    ($(
        $(#[$about:meta])*
        pub enum $name:ident { $($(#[$variant_about:meta])* $variant:ident = $text:literal,)* }
    )*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_about])* #[doc = concat!("\n\nWritten `", $text, "`.")] $variant,)*
        }

        impl $name {
            /// The word the file has for it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl $crate::config::wrangler::table::Scalar for $name {
            fn read(
                reader: &mut $crate::config::tree::Reader<'_>,
                field: &$crate::config::tree::Field<'_>,
            ) -> Option<$crate::config::origin::Spanned<Self>> {
                field.one_of(reader, &[$(($text, Self::$variant)),*])
            }
        }
    )*};
}

pub(super) use {choice, table};
